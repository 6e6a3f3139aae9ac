/** Names as edk2 spells them: the first three fields are little-endian on disk. */
export const VOLUME_GUIDS = { variables: 'fff12b8d-7696-4c8b-a985-2747075b4f50' } as const;

export const STORE_GUIDS = {
  authenticated: 'aaf32c78-947b-439a-a180-2e144ec37792',
  plain: 'ddcf3616-3275-4164-98b6-fe85707ffe7d',
} as const;

/** Vendors of the variables that Secure Boot consists of (UEFI 2.10, 3.3 and 32.3; edk2's own switch). */
export const VARIABLE_GUIDS = {
  global: '8be4df61-93ca-11d2-aa0d-00e098032b8c',
  imageSecurity: 'd719b2cb-3d3a-4596-a3bc-dad00e67656f',
  secureBootEnable: 'f0a30bc7-af08-4556-99c4-001009c93a44',
} as const;

/** The GUID in 16 bytes that are there. */
export function guidAt(bytes: Buffer, at: number): string {
  const hex = (from: number, to: number) => bytes.toString('hex', at + from, at + to);
  const swapped = (from: number, to: number) =>
    Buffer.from(bytes.subarray(at + from, at + to))
      .reverse()
      .toString('hex');
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), hex(8, 10), hex(10, 16)].join('-');
}
