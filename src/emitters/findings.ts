import type { Plan } from '../facts/index.ts';
import { flagOf } from './values.ts';

/**
 * libvirt makes the first 20 characters of the name part of the path of each socket of the guest, and the kernel takes
 * 107 bytes. What is left of them below /var/lib/libvirt/qemu beside a number of five digits:
 * `channel/target/domain-12345-NAME/org.qemu.guest_agent.0`, or `domain-12345-NAME/monitor.sock` without the agent.
 */
const NAME_IN_SOCKETS = { characters: 20, bytesWithAgent: 34, bytes: 59 };

/** Whether libvirt can start a domain of that name. */
export function fitsSockets(plan: Plan): boolean {
  const start = [...plan.name].slice(0, NAME_IN_SOCKETS.characters).join('');
  const limit = flagOf(plan, 'guest-agent') === true ? NAME_IN_SOCKETS.bytesWithAgent : NAME_IN_SOCKETS.bytes;
  return Buffer.byteLength(start) <= limit;
}
