import { resolve as resolvePath } from 'node:path';
import type { Finding } from '../diagnostics/index.ts';
import type { HostCapabilities } from '../facts/index.ts';
import { readConfig } from '../sources/text.ts';
import { MAX_CONFIG_BYTES } from './limits.ts';

/** Reads host documents: `virsh domcapabilities`, `virsh capabilities`, or a saved snapshot. */
export async function readHost(paths: readonly string[]): Promise<{
  readonly host: HostCapabilities;
  readonly findings: readonly Finding[];
}> {
  const { parseHostDocuments } = await import('../host/index.ts');
  const documents = [];
  for (const path of paths) {
    const bytes = await readConfig(path, MAX_CONFIG_BYTES);
    documents.push({ uri: resolvePath(path), text: bytes.toString('utf8') });
  }
  return parseHostDocuments(documents);
}
