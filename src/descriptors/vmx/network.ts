import type { DescribedNic } from '../../facts/index.ts';
import { cleanLine } from '../../facts/text.ts';
import { macAddress } from '../mac.ts';
import type { Setting, Settings } from './settings.ts';

const CARDS = 10;

/** The network cards that are plugged in. */
export function readNics(settings: Settings): readonly DescribedNic[] {
  return Array.from({ length: CARDS }, (_, index) => `ethernet${index}`).flatMap((name) => {
    const present = settings.flag(`${name}.present`);
    if (present?.value !== true) return [];
    const model = settings.text(`${name}.virtualDev`);
    return [
      {
        model: model?.value ?? null,
        mac: readMac(settings, name),
        network: readNetwork(settings, name),
        pointer: model?.pointer ?? present.pointer,
      },
    ];
  });
}

/** `address` is what somebody typed, `generatedAddress` what a product made up; either may be the only one. */
function readMac(settings: Settings, name: string): string | null {
  const typed = settings.text(`${name}.address`);
  const generated = settings.text(`${name}.generatedAddress`);
  const isTyped = settings.text(`${name}.addressType`)?.value.toLowerCase() === 'static';
  const found: Setting<string> | undefined = isTyped ? (typed ?? generated) : (generated ?? typed);
  if (found === undefined) return null;
  const mac = macAddress(found.value);
  if (mac === null) settings.wrong(found.pointer.replace(/@\d+$/, ''), found, 'a unicast MAC address');
  return mac;
}

/** Port group (ESXi), virtual switch (Workstation, custom), or kind of connection (bridged, nat, hostonly). */
function readNetwork(settings: Settings, name: string): string | null {
  const kind = settings.text(`${name}.connectionType`)?.value.toLowerCase();
  const custom = kind === 'custom' || kind === undefined ? settings.text(`${name}.vnet`)?.value : undefined;
  const network = settings.text(`${name}.networkName`)?.value ?? custom ?? kind ?? '';
  const clean = cleanLine(network.slice(0, 256));
  return clean === '' ? null : clean;
}
