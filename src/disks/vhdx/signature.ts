/** "File Type Identifier" of [MS-VHDX] 2.2.1. */
const SIGNATURE = 'vhdxfile';

export function isVhdx(head: Buffer): boolean {
  return head.toString('latin1', 0, SIGNATURE.length) === SIGNATURE;
}
