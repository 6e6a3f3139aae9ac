import type { Finding } from '../diagnostics/index.ts';
import type { OsProfile, Value } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';

/** What the entry of a system says against what was decided. It never decides itself: whoever asked for it is warned. */
export function objections(profile: OsProfile, values: { readonly [path: string]: Value }): readonly Finding[] {
  const { database, pointer, firmware, resources, name } = profile;
  const [architecture, decided] = [String(values['architecture']), String(values['firmware'])];
  const at = (place: string) => [
    { origin: 'osinfo', uri: `osinfo:${database}`, pointer: `${pointer}/${place}` } as const,
  ];
  const refused = firmware.some(
    (record) =>
      record.architecture === architecture &&
      !record.supported &&
      record.type === (decided === 'uefi' ? 'efi' : decided),
  );
  const said = new Set([...firmware.map((record) => record.architecture), ...Object.keys(resources)]);
  const elsewhere = said.size > 0 && !said.has('all') && !said.has(architecture);
  // what is made for 32 bits runs on the 64 of the same line
  const older = architecture === 'x86_64' && said.has('i686');
  return [
    ...(refused ? [diagnostics['firmware-not-supported']({ name, firmware: decided }, at('firmware'))] : []),
    ...(elsewhere && !older
      ? [diagnostics['other-architecture']({ name, architecture, known: [...said].join(', ') }, at('resources'))]
      : []),
  ];
}
