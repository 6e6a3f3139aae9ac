/** `QED\0` (qemu docs/interop/qed_spec.txt, "Header"). */
const MAGIC = 'QED\0';

export function isQed(head: Buffer): boolean {
  return head.toString('latin1', 0, MAGIC.length) === MAGIC;
}
