/** Volume descriptors begin behind a system area of 16 sectors (ECMA-119, 6.2.1; ECMA-167, 2/8.3). */
export const SECTOR = 2048;
export const FIRST_DESCRIPTOR = 16 * SECTOR;

/** The identifier of a volume structure: five characters behind its type. */
export function identifierAt(bytes: Buffer, offset: number): string {
  return bytes.toString('latin1', offset + 1, offset + 6);
}

export function isNsr(identifier: string): boolean {
  return identifier === 'NSR02' || identifier === 'NSR03';
}

/** Whether the file is an ISO 9660 disc, or one with UDF alone. */
export function isDisc(head: Buffer): boolean {
  const first = identifierAt(head, FIRST_DESCRIPTOR);
  if (first === 'CD001') return true;
  // ECMA-167 allows a boot descriptor between the two.
  return first === 'BEA01' && [1, 2].some((sector) => isNsr(identifierAt(head, FIRST_DESCRIPTOR + sector * SECTOR)));
}
