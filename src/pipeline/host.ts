import { stat } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import type { Finding } from '../diagnostics/index.ts';
import type { HostCapabilities } from '../facts/index.ts';
import { readConfigText } from '../sources/text.ts';
import { MAX_CONFIG_BYTES } from './limits.ts';

export interface HostRead {
  readonly host: HostCapabilities;
  readonly findings: readonly Finding[];
}

/**
 * Reads what a host can do: documents of `virsh domcapabilities` and `virsh capabilities`, saved snapshots, firmware
 * descriptors and directories of them; what has a scheme (`qemu:///system`) is asked through virsh. Throws VmImportError
 * (exit 2) for what cannot be read or asked.
 */
export async function readHost(from: readonly string[]): Promise<HostRead> {
  const { joined, known, parseHostDocuments } = await import('../host/index.ts');
  const { isConnection } = await import('../host/connection.ts');
  const readings: HostRead[] = [];
  for (const one of from) {
    if (isConnection(one)) readings.push(await asked(one));
    else for (const path of await documentsAt(one)) readings.push(await parseHostDocuments([await documentOf(path)]));
  }
  return {
    host: joined(readings.map((reading) => known(reading.host))),
    findings: readings.flatMap((reading) => reading.findings),
  };
}

/** The same of the connection that libvirt has by default, and the text of what was read, to be saved. */
export async function snapshotHost(from: readonly string[]): Promise<HostRead & { readonly text: string }> {
  const { serialiseHost } = await import('../host/index.ts');
  const read = from.length === 0 ? await asked(null) : await readHost(from);
  return { ...read, text: serialiseHost(read.host) };
}

async function asked(uri: string | null): Promise<HostRead> {
  const { askHost } = await import('../host/ask.ts');
  return askHost(uri, { readFile: async (path) => (await documentOf(path)).text, uid: process.getuid?.() });
}

/** A file, or the firmware descriptors in a directory. */
async function documentsAt(path: string): Promise<readonly string[]> {
  if ((await stat(path).catch(() => null))?.isDirectory() !== true) return [path];
  return (await import('../host/firmware-files.ts')).descriptorsIn(path);
}

async function documentOf(path: string): Promise<{ readonly uri: string; readonly text: string }> {
  return { uri: resolvePath(path), text: await readConfigText(path, MAX_CONFIG_BYTES) };
}
