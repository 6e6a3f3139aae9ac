import { VmImportError } from '../../diagnostics/index.ts';
import type { DescribedState, VariableStore } from '../../facts/index.ts';
import { size } from '../../report/quantities.ts';
import { locate } from './files.ts';
import type { Stock } from './stock.ts';

const WITHOUT = 'Check that the disk has a fallback boot loader (vm-import explain firmware), or make a boot entry.';

/**
 * What can be done about an NVRAM that stays behind: it is looked at, because what a descriptor calls an NVRAM is a
 * variable store of edk2 with some programs, and of no use to anybody else with others.
 */
export async function nvramRemedy(stock: Stock, folder: string, state: DescribedState, uri: string): Promise<string> {
  if (state.file === null) return WITHOUT;
  try {
    const { readVariableStore } = await import('../../firmware/index.ts');
    const reading = await readVariableStore((await locate(stock, folder, state.file, uri)).bytes);
    if ('store' in reading) return storeRemedy(reading.store);
    const { code } = reading.finding;
    if (code === 'firmware/vmware-nvram') return `It is in a format of VMware's own. ${WITHOUT}`;
    if (code.startsWith('firmware/')) return `It is no UEFI variable store that QEMU could use. ${WITHOUT}`;
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
  }
  // only part of it was unpacked, or it is not in the bundle: then the word of the descriptor stands
  return state.format === 'ovmf' ? storeRemedy(null) : WITHOUT;
}

function storeRemedy(store: VariableStore | null): string {
  const keys = store?.keys.pk === true ? 'keys enrolled' : 'no keys enrolled';
  const what = store === null ? '' : `It is a UEFI variable store of ${size(store.size)} with ${keys}. `;
  return `${what}Unpack it to where libvirt keeps variable stores, and name it with --set nvram=PATH.`;
}
