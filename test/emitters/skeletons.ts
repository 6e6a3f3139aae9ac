import { readFileSync } from 'node:fs';
import { emitter } from '../../src/emitters/libvirt/emitter.ts';
import type { Emission, Plan } from '../../src/facts/index.ts';

const TEMPLATES = new URL('../../templates/', import.meta.url);

/** What the pipeline does: reads the skeletons an emitter names. */
export function shippedTemplates(names: readonly string[]): { readonly [name: string]: string } {
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, TEMPLATES), 'utf8')]));
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
