/** More disks than any machine type has slots for. */
export const MAX_SOURCES = 128;
/** Bytes of a policy or host document. */
export const MAX_CONFIG_BYTES = 4 * 1024 * 1024;
/** Bytes of a template of a site; the shipped ones have one thousand. */
export const MAX_TEMPLATE_BYTES = 256 * 1024;
