import { type HostCapabilities, type HostFirmware, machineFamily, qemuArchitecture } from '../facts/index.ts';
import { wildcardMatches } from '../facts/wildcard.ts';
import { documentFor, isForMachine } from './host-document.ts';

/** Versioned names to hold against patterns where nobody says which version a family stands for. */
const VERSIONED: { readonly [family: string]: string } = {
  q35: 'pc-q35-9.0',
  i440fx: 'pc-i440fx-9.0',
  virt: 'virt-9.0',
  pseries: 'pseries-9.0',
  's390-ccw-virtio': 's390-ccw-virtio-9.0',
};

/**
 * UEFI firmware in flash that the host has for a machine, in the order in which libvirt tries it; null while the host's
 * firmware for such machines is unknown. What is known to lack a file is left out.
 */
export function uefiFor(
  host: HostCapabilities | null,
  architecture: string,
  machine: string,
  virtType: string,
): readonly HostFirmware[] | null {
  if (host === null || host.firmwares === null) return null;
  const name = versionedName(host, architecture, machine, virtType);
  const target = qemuArchitecture(architecture);
  const fitting = host.firmwares.filter(
    ({ interfaces, device, targets }) =>
      interfaces.includes('uefi') &&
      device === 'flash' &&
      targets.some((of) => of.architecture === target && of.machines.some((pattern) => wildcardMatches(pattern, name))),
  );
  return fitting.length === 0 ? null : fitting.filter(({ present }) => present !== false);
}

/** The versioned name that patterns are written for. */
function versionedName(host: HostCapabilities, architecture: string, machine: string, virtType: string): string {
  const family = machineFamily(machine) ?? machine;
  if (machine !== family && machine !== 'pc') return machine;
  const document =
    documentFor(host, architecture, machine, virtType) ??
    host.domains.find((domain) => isForMachine(domain, architecture, machine));
  return document?.canonicalMachine ?? VERSIONED[family] ?? machine;
}

/** Whether libvirt takes this firmware where `secure-boot` and `enrolled-keys` are said; undefined: not said. */
export function selects(
  { features }: HostFirmware,
  secureBoot: boolean | undefined,
  enrolledKeys: boolean | undefined,
): boolean {
  const has = (feature: string, wanted: boolean | undefined) =>
    wanted === undefined || features.includes(feature) === wanted;
  return has('secure-boot', secureBoot) && has('enrolled-keys', secureBoot === true ? enrolledKeys : undefined);
}
