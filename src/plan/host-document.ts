import { type HostCapabilities, type HostDomain, machineFamily } from '../facts/index.ts';

/** Whether a document speaks for a machine, of whatever virtualisation type. A versioned machine is of its family. */
export function isForMachine(domain: HostDomain, architecture: string, machine: string): boolean {
  return domain.architecture === architecture && domain.machine === machineFamily(machine);
}

/** The first document of the host for exactly this kind of guest; undefined: none speaks for it. */
export function documentFor(
  { domains }: HostCapabilities,
  architecture: string,
  machine: string,
  virtType: string,
): HostDomain | undefined {
  return domains.find((domain) => domain.virtType === virtType && isForMachine(domain, architecture, machine));
}
