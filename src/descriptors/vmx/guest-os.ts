import type { DescribedOsName } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import type { Setting } from './settings.ts';

/** Names that a .vmx shortens more than the API does. */
const STEMS: ReadonlyMap<string, string> = new Map([
  ['longhorn', 'winLonghorn'],
  ['windows7srv', 'windows7Server'],
  ['windows8srv', 'windows8Server'],
  ['windows9srv', 'windows9Server'],
  ['windows2019srvnext', 'windows2019srvNext'],
  ['windows2022srvnext', 'windows2022srvNext'],
  ['vmware-photon', 'vmwarePhoton'],
]);

/**
 * `guestOS` as the API of vSphere and OVF spell it (`VirtualMachineGuestOsIdentifier`): `debian12-64` is
 * `debian12_64Guest` there. Letter case does not matter to either. The prefix of Fusion's ARM guests is no part of the
 * system's name.
 */
export function osName(guestOs: Setting<string>): DescribedOsName {
  const raw = shown(guestOs.value.trim());
  const [, name = '', bits] = /^(?:arm-)?(.*?)(-64)?$/i.exec(raw) ?? [];
  const stem = STEMS.get(name.toLowerCase()) ?? name;
  const osType = `${stem}${bits === undefined ? '' : '_64'}Guest`;
  return { scheme: 'vmware', name: osType, version: null, producer: 'vmware', pointer: guestOs.pointer };
}

/** Architecture that the name tells; a 32-bit system also runs on x86_64, so its name tells none. */
export function architectureOf(guestOs: string): 'aarch64' | 'x86_64' | null {
  if (/^arm-/i.test(guestOs)) return 'aarch64';
  return /-64$/.test(guestOs) ? 'x86_64' : null;
}
