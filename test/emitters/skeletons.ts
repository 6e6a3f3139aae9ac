import { readFileSync } from 'node:fs';
import type { Template } from '../../src/emitters/emitter.ts';
import { emitter } from '../../src/emitters/libvirt/emitter.ts';
import type { Emission, Plan } from '../../src/facts/index.ts';

const TEMPLATES = new URL('../../templates/', import.meta.url);

/** What the pipeline does: reads the skeletons an emitter names. */
export function shippedTemplates(names: readonly string[]): { readonly [name: string]: Template } {
  const read = (path: string): Template => ({ path, text: readFileSync(new URL(path, TEMPLATES), 'utf8') });
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

export function emitLibvirt(plan: Plan): Emission {
  return emitter.emit(plan, shippedTemplates(emitter.templates(plan)));
}

/** The domain XML of a plan that can be written. */
export function domainXml(plan: Plan): string {
  const { text, findings } = emitLibvirt(plan);
  if (text === null) throw new Error(JSON.stringify(findings, null, 2));
  return text;
}

/** Domain XML for a golden file: the digest of the plan changes with every field that any target wants of it. */
export const withoutDigest = (xml: string): string =>
  xml.replace(/digest="sha256:[0-9a-f]{64}"/g, 'digest="sha256:..."');
