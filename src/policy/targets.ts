/** A name stands for the targets that begin with it and a hyphen as well: openstack for openstack-json too. */
export function namesTarget(name: string, target: string): boolean {
  return target === name || target.startsWith(`${name}-`);
}

/** Whether two rules can be asked in one run for one target; null: for all. */
export function shareTarget(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return true;
  return a.some((one) => b.some((other) => namesTarget(one, other) || namesTarget(other, one)));
}
