import type { Finding } from '../../diagnostics/index.ts';
import type { DescribedMachine, DescribedState } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import { diagnostics } from '../diagnostics.ts';
import { SUPPLEMENTS } from './machine.ts';
import type { Stock } from './stock.ts';

const NEW_TPM = 'Have the recovery key of an encrypted guest at hand; the new TPM starts empty.';

/** What of the machine stays behind. */
export async function left(
  machine: DescribedMachine,
  uri: string,
  remedyFor: (nvram: DescribedState) => Promise<string>,
): Promise<readonly Finding[]> {
  const dropped = async (state: DescribedState): Promise<Finding> => {
    const { kind, file, pointer } = state;
    const name = file === null ? 'named without a file' : shown(file.href);
    const remedy = kind === 'tpm' ? NEW_TPM : await remedyFor(state);
    return diagnostics['state-dropped']({ kind: kind === 'tpm' ? 'TPM' : 'NVRAM', name, remedy }, [
      { origin: 'descriptor', uri, pointer },
    ]);
  };
  const state = await Promise.all(machine.state.map(dropped));
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
