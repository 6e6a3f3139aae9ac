/** More disks than any machine type has slots for. */
export const MAX_SOURCES = 128;
/** Bytes of a policy or host document. */
export const MAX_CONFIG_BYTES = 4 * 1024 * 1024;
