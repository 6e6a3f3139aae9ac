import { VmImportError } from '../diagnostics/index.ts';
import { KEY_NAMES, type Key, STRENGTHS } from '../facts/index.ts';
import { shown } from '../facts/text.ts';
import { diagnostics } from './diagnostics.ts';
import type { HintDocument, Strengths } from './document.ts';
import { isMap, type JsonMap, type JsonNode, kindOf } from './json.ts';
import { type KeyStatement, readKey } from './keys.ts';
import { readDrivers, readExtensions, readImageLink, readTexts } from './members.ts';
import type { Reporter } from './reporter.ts';
import { type Section, type Statement, spell } from './spelling.ts';

export interface Normalised {
  readonly document: HintDocument;
  /** In the order of the vocabulary, so that both spellings of one document give the same list. */
  readonly statements: readonly KeyStatement[];
}

/**
 * Turns a parsed document into the normalised one. What is left out is reported one by one; throws VmImportError
 * (exit 3) when it is no hint document at all.
 */
export function normalise(root: JsonNode, reporter: Reporter): Normalised {
  if (!isMap(root)) {
    throw new VmImportError(diagnostics['malformed-document']({ kind: kindOf(root) }, reporter.at('')));
  }
  checkVersion(root, reporter);
  const { statements, strangers, misfits } = spell(root);
  refuseCollisions(statements, reporter);
  for (const { name, value, pointer } of misfits) {
    reporter.invalid(name, `an object, but ${kindOf(value)}`, pointer);
  }
  for (const stranger of strangers) reporter.stranger(stranger);
  const of = (section: Section): readonly Statement[] => statements.filter((each) => each.section === section);
  const texts = readTexts(of('text'), reporter);
  const accepted = [...of('hardware').flatMap((statement) => readKey(statement, reporter)), ...texts.keys].sort(
    byVocabulary,
  );
  const { os = null, 'kernel-args': _, ...hardware } = strengthsOf(accepted);
  const document: HintDocument = {
    vmHints: 1,
    title: texts.title,
    description: texts.description,
    os,
    image: readImageLink(of('image'), reporter),
    hardware,
    drivers: readDrivers(of('drivers'), reporter),
    kernelArgs: texts.kernelArgs,
    extensions: readExtensions(of('extensions'), reporter),
  };
  return { document, statements: accepted };
}

function checkVersion(root: JsonMap, reporter: Reporter): void {
  const version = root.get('vmHints');
  if (version === 1) return;
  const at = reporter.at('/vmHints');
  if (version !== undefined) {
    const found = typeof version === 'number' || typeof version === 'string' ? shown(String(version)) : kindOf(version);
    throw new VmImportError(diagnostics['malformed-version']({ found }, at));
  }
  if (![...root.keys()].some((name) => name.startsWith('qemu.'))) {
    throw new VmImportError(diagnostics['malformed-version']({ found: 'nothing' }, reporter.at('')));
  }
  reporter.add(diagnostics['no-version']({}, reporter.at('')));
}

/** One thing said in both spellings is as ambiguous as one member name given twice. */
function refuseCollisions(statements: readonly Statement[], reporter: Reporter): void {
  const seen = new Map<string, string>();
  for (const { section, name, strength, pointer } of statements) {
    const path = JSON.stringify([section, name, strength]);
    const first = seen.get(path);
    if (first !== undefined) {
      throw new VmImportError(
        diagnostics['malformed-collision']({ name: shown(name), first, second: pointer }, [
          ...reporter.at(first),
          ...reporter.at(pointer),
        ]),
      );
    }
    seen.set(path, pointer);
  }
}

function byVocabulary(a: KeyStatement, b: KeyStatement): number {
  return (
    KEY_NAMES.indexOf(a.key) - KEY_NAMES.indexOf(b.key) || STRENGTHS.indexOf(a.strength) - STRENGTHS.indexOf(b.strength)
  );
}

function strengthsOf(statements: readonly KeyStatement[]): { readonly [key in Key]?: Strengths } {
  const byKey: { [key in Key]?: Strengths } = {};
  for (const { key, strength, values } of statements) {
    const said = strength === 'minimum' || strength === 'maximum' ? values[0] : values;
    byKey[key] = { ...byKey[key], [strength]: said };
  }
  return byKey;
}
