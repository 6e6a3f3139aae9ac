import type { Plan } from '../facts/index.ts';
import { isX86 } from './machine.ts';
import { textOf } from './values.ts';

/** An EHCI controller serves USB 2.0 only: slower devices need the three companions that share its ports. */
export const ICH9_COMPANIONS = [
  { number: 1, firstPort: 0 },
  { number: 2, firstPort: 2 },
  { number: 3, firstPort: 4 },
] as const;

/** Instead of four, which a few devices take: USB disks behind hubs would be found in another order than the plan's. */
export const XHCI_PORTS = '15';

/**
 * Whether the decided input bus has something to be attached to. `usbByDefault`: a machine whose USB controller nobody
 * decided gets one.
 */
export function inputFits(plan: Plan, usbByDefault: boolean): boolean {
  const bus = textOf(plan, 'input-bus');
  if (bus === 'usb') return (textOf(plan, 'usb-controller') ?? (usbByDefault ? '' : 'none')) !== 'none';
  return bus === 'ps2' ? isX86(plan) : bus !== undefined;
}
