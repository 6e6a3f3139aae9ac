export const NO_GUID = '00000000-0000-0000-0000-000000000000';

/** A GUID as Windows stores it: the first three groups in little endian. */
export function guidAt(bytes: Buffer, offset: number): string {
  const hex = (from: number, to: number) => bytes.toString('hex', offset + from, offset + to);
  const swapped = (from: number, to: number) => Buffer.from(hex(from, to), 'hex').reverse().toString('hex');
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), hex(8, 10), hex(10, 16)].join('-');
}
