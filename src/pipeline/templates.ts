import { lstat, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { VmImportError } from '../diagnostics/index.ts';
import type { Template } from '../emitters/emitter.ts';
import { readConfig } from '../sources/text.ts';
import { MAX_TEMPLATE_BYTES } from './limits.ts';
import { diagnostics } from './template-diagnostics.ts';

/** Gives a file of `templates/` by its name there (`libvirt/x86_64.xml`). */
export type ReadTemplate = (name: string) => Promise<Template>;

export async function packagedTemplate(name: string): Promise<Template> {
  const { readTemplate } = await import('../templates.ts');
  return { text: await readTemplate(name), path: name };
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

async function readOwn(path: string): Promise<Template> {
  const bytes = await readConfig(path, MAX_TEMPLATE_BYTES);
  if (bytes.length > MAX_TEMPLATE_BYTES) {
    throw new VmImportError(diagnostics['too-large']({ path, limit: MAX_TEMPLATE_BYTES }));
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), path };
  } catch (cause) {
    throw new VmImportError(diagnostics['not-text']({ path }), { cause });
  }
}

/**
 * Templates of a site: what lies below its directory, and the shipped ones for all else. Throws VmImportError (exit 2)
 * where the directory is none, or holds nothing that any target would read; the files themselves are read when they are
 * asked for.
 */
export async function siteTemplates(directory: string): Promise<ReadTemplate> {
  const root = resolve(directory);
  const found = await stat(root).catch(() => null);
  if (found?.isDirectory() !== true) throw new VmImportError(diagnostics['no-directory']({ path: directory }));
  const { templateNames } = await import('../templates.ts');
  const known = await templateNames();
  const own = await Promise.all(known.map((name) => isThere(join(root, name))));
  if (!own.includes(true)) {
    throw new VmImportError(diagnostics['none-known']({ path: directory, known: known.join(', ') }));
  }
  return async (name) => {
    const path = join(root, name);
    return (await isThere(path)) ? readOwn(path) : packagedTemplate(name);
  };
}
