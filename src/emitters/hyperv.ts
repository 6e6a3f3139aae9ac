import type { Plan } from '../facts/index.ts';
import { isX86 } from './machine.ts';
import { flagOf } from './values.ts';

/** Every hypervisor has them, every Windows since Vista uses them, and libvirt's list is known to be incomplete. */
const ALWAYS: readonly string[] = ['relaxed', 'vapic', 'spinlocks'];

/** The number of retries that guests of Hyper-V are tuned for. */
export const SPINLOCK_RETRIES = 8191;

/**
 * Enlightenments that are worth having where the host has them, each with those it does not work without (Linux kernel,
 * Documentation/virt/kvm; QEMU refuses to start on a missing one). Not among them: evmcs, which only Intel processors
 * have and which nested guests alone use, reset, which newer Windows ignores, and vendor_id, which misleads.
 */
const OPTIONAL: readonly (readonly [name: string, needs: readonly string[]])[] = [
  ['vpindex', []],
  ['runtime', []],
  ['synic', ['vpindex']],
  ['stimer', ['synic']],
  ['frequencies', []],
  ['tlbflush', ['vpindex']],
  ['ipi', ['vpindex']],
  ['avic', []],
];

/**
 * Whether an enlightenment is switched on in its direct mode too: every kernel that can tell which enlightenments it has
 * can deliver the interrupt of a timer directly.
 */
export const isDirect = (name: string): boolean => name === 'stimer';

export function usesHyperv(plan: Plan): boolean {
  return flagOf(plan, 'hyperv') === true && isX86(plan);
}

/**
 * The names of the enlightenments of a machine, in the order in which libvirt prints them: three always, whatever a host
 * document lists, and those that it lists.
 */
export function enlightenmentsOf(plan: Plan): readonly string[] {
  const written = new Set(ALWAYS);
  for (const [name, needs] of OPTIONAL) {
    if (plan.enlightenments?.includes(name) === true && needs.every((other) => written.has(other))) written.add(name);
  }
  return [...written];
}
