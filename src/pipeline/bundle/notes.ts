import type { Finding } from '../../diagnostics/index.ts';
import type { DescribedMachine } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import { diagnostics } from '../diagnostics.ts';
import { SUPPLEMENTS } from './machine.ts';
import type { Stock } from './stock.ts';

/** What of the machine stays behind. */
export function left(machine: DescribedMachine, uri: string): readonly Finding[] {
  const state = machine.state.map(({ kind, file, format, pointer }) => {
    const name = file === null ? 'named without a file' : shown(file.href);
    const remedy =
      kind === 'tpm'
        ? 'Have the recovery key of an encrypted guest at hand; the new TPM starts empty.'
        : format === 'ovmf'
          ? 'Copy it to where libvirt keeps variable stores, and name it with --set nvram=PATH.'
          : 'Check that the disk has a fallback boot loader (vm-import explain firmware), or make a boot entry.';
    return diagnostics['state-dropped']({ kind: kind === 'tpm' ? 'TPM' : 'NVRAM', name, remedy }, [
      { origin: 'descriptor', uri, pointer },
    ]);
  });
  const drives = machine.drives
    .filter(({ kind, file }) => kind === 'floppy' || file === null)
    .map(({ kind, file, pointer }) =>
      diagnostics['drive-dropped'](
        {
          kind: kind === 'cdrom' ? 'CD-ROM' : 'floppy',
          reason: file === null ? 'it is empty' : 'there are no floppies here',
        },
        [{ origin: 'descriptor', uri, pointer }],
      ),
    );
  return [...state, ...drives];
}

/** Documents that were passed over in favour of a better one. */
export function otherDescriptors(stock: Stock, chosen: string | null): readonly Finding[] {
  if (chosen === null) return [];
  return stock.descriptors
    .filter(({ name, format }) => name !== chosen && !SUPPLEMENTS.includes(format.id))
    .map(({ name, uri }) =>
      diagnostics['other-descriptor']({ name: shown(name), chosen: shown(chosen) }, [
        { origin: 'descriptor', uri, pointer: null },
      ]),
    );
}
