import type { Plan } from '../../facts/index.ts';
import { isX86 } from '../machine.ts';
import { flagOf } from '../values.ts';
import type { XmlElement } from './xml.ts';

const ON: XmlElement = { '@state': 'on' };

/**
 * Enlightenments that are worth having where the host has them, each with those it does not work without (Linux kernel,
 * Documentation/virt/kvm; QEMU refuses to start on a missing one). Not among them: evmcs, which only Intel processors
 * have and which nested guests alone use, reset, which newer Windows ignores, and vendor_id, which misleads.
 */
const OPTIONAL: readonly (readonly [name: string, needs: readonly string[], element: XmlElement])[] = [
  ['vpindex', [], ON],
  ['runtime', [], ON],
  ['synic', ['vpindex'], ON],
  // every kernel that can tell which enlightenments it has can deliver the interrupt of a timer directly
  ['stimer', ['synic'], { ...ON, direct: ON }],
  ['frequencies', [], ON],
  ['tlbflush', ['vpindex'], ON],
  ['ipi', ['vpindex'], ON],
  ['avic', [], ON],
];

export function usesHyperv(plan: Plan): boolean {
  return flagOf(plan, 'hyperv') === true && isX86(plan);
}

/** The names of the enlightenments that are written, in the order in which libvirt prints them. */
export function enlightenmentsOf(plan: Plan): readonly string[] {
  const written = new Set(['relaxed', 'vapic', 'spinlocks']);
  for (const [name, needs] of OPTIONAL) {
    if (plan.enlightenments?.includes(name) === true && needs.every((other) => written.has(other))) written.add(name);
  }
  return [...written];
}

/**
 * Three of them always, whatever a host document lists: every hypervisor has them, every Windows since Vista uses them,
 * and libvirt's list is known to be incomplete. The others where the host lists them.
 */
export function hypervElement(plan: Plan): XmlElement | undefined {
  if (!usesHyperv(plan)) return undefined;
  const optional = new Map(OPTIONAL.map(([name, , element]) => [name, element]));
  return Object.fromEntries(
    enlightenmentsOf(plan).map((name) => {
      // the number of retries that guests of Hyper-V are tuned for
      const spinlocks = { ...ON, '@retries': '8191' };
      return [name, name === 'spinlocks' ? spinlocks : (optional.get(name) ?? ON)];
    }),
  );
}
