import { type Finding, VmImportError } from '../diagnostics/index.ts';
import type { Decision, SuppliedStore } from '../facts/index.ts';
import { shown } from '../facts/text.ts';
import * as planning from '../plan/index.ts';
import { openFile } from '../sources/file.ts';

export interface StoreFound {
  readonly store: SuppliedStore | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads the file that `nvram` names. It is a path of the host, which may be another machine: a file that is not here is
 * no error. With firmware other than UEFI nothing is read.
 */
export async function suppliedStore(decisions: readonly Decision[]): Promise<StoreFound> {
  const decided = (wanted: string) => decisions.find(({ key }) => key === wanted)?.value ?? null;
  const path = decided('nvram');
  if (path === null || decided('firmware') !== 'uefi') return { store: null, findings: [] };
  try {
    return await readStore(String(path));
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    // what the bytes are to blame for stays what it is
    if (!error.finding.code.startsWith('source/')) return { store: null, findings: [error.finding] };
    const reason = error.finding.code.replace(/^.*\//, '').replaceAll('-', ' ');
    return { store: null, findings: [planning.diagnostics['nvram-unread']({ path: shown(String(path)), reason })] };
  }
}

/** A store may be kept in an image; what the guest would see of it is what counts. */
async function readStore(path: string): Promise<StoreFound> {
  const { readVariableStore } = await import('../firmware/index.ts');
  const { detect, withEnds } = await import('../disks/detect.ts');
  const file = await openFile(path);
  const refused = (finding: Finding) => ({ store: null, findings: [finding] });
  try {
    const source = withEnds(file);
    const { id: format, load } = await detect(source);
    if (format !== 'raw' && format !== 'qcow2') {
      return refused(planning.diagnostics['nvram-format']({ path: shown(path), format }));
    }
    const image = await (await load()).read(source, { disk: 'nvram' });
    const wrong = image.findings.find(({ severity }) => severity === 'error');
    if (wrong !== undefined) return refused(wrong);
    const guest = image.guest(null);
    if (image.backing !== null || guest === null) {
      return refused(planning.diagnostics['nvram-incomplete']({ path: shown(path) }));
    }
    const reading = await readVariableStore(guest);
    if ('finding' in reading) return refused(reading.finding);
    return { store: { path, format, store: reading.store }, findings: [] };
  } finally {
    await file.close();
  }
}
