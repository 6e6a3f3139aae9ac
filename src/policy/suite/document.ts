import { posix } from 'node:path';
import type { Finding } from '../../diagnostics/index.ts';
import type { Value } from '../../facts/index.ts';
import { readChecked } from '../checked.ts';
import { readKeyPath, readValue } from '../effects.ts';
import { keyPlace, lookup } from '../issues.ts';
import type { Problems } from '../problems.ts';
import type { MapTree, Tree } from '../yaml.ts';
import { diagnostics } from './diagnostics.ts';
import { jsonPointer, readEvidence } from './evidence.ts';
import { readImage } from './image.ts';
import type { CaseInput } from './schema.ts';
import { suiteSchema } from './schema.ts';
import type { Expectations, Said, Subject, Suite, SuiteCase } from './suite.ts';

const WORDS = { schema: suiteSchema, whole: 'the policy test', parts: 'cases', nameOf: caseName };

export interface ParsedSuite {
  /** null when there are findings. */
  readonly suite: Suite | null;
  readonly findings: readonly Finding[];
}

/** Reads one file of policy tests, YAML or JSON. Never throws: everything that is wrong with the text is a finding. */
export function parseSuite(text: string, uri: string): ParsedSuite {
  const { tree, data, problems } = readChecked(text, uri, WORDS);
  if (tree === null || data === null) return { suite: null, findings: problems.findings };
  const { cases, policy } = data;
  const suite: Suite = {
    uri,
    policy: policy === undefined ? policyBeside(uri, tree, problems) : saidList(policy, tree, ['policy'], problems),
    cases: cases.map((input, index) => new CaseReader(input, mapAt(tree, ['cases', index]), index, problems).read()),
  };
  reportDuplicates(suite, problems, tree);
  return problems.findings.length > 0 ? { suite: null, findings: problems.findings } : { suite, findings: [] };
}

/** `strict.yaml` for `strict.test.yaml`. */
function policyBeside(uri: string, tree: Tree, problems: Problems): readonly Said<string>[] {
  const name = posix.basename(uri);
  const [, stem, suffix] = /^(.+)\.test(\.(?:ya?ml|json))$/i.exec(name) ?? [];
  if (stem === undefined || suffix === undefined) {
    problems.add((at) => diagnostics['no-policy']({ name }, at), tree.at);
    return [];
  }
  return [{ value: `${stem}${suffix}`, pointer: problems.place(tree.at) }];
}

/** What is called by its name in lists and reports must have one of its own. */
function reportDuplicates({ cases }: Suite, problems: Problems, tree: Tree): void {
  const first = new Map<string, string>();
  for (const [index, { name }] of cases.entries()) {
    const before = first.get(name);
    const at = lookup(tree, ['cases', index, 'name'])?.at ?? tree.at;
    if (before === undefined) first.set(name, problems.place(at));
    else problems.add((places) => diagnostics['duplicate-case']({ name, first: before }, places), at);
  }
}

function caseName(tree: MapTree, index: number): string {
  const name = tree.entries.get('name')?.value;
  return name?.kind === 'scalar' && typeof name.value === 'string' ? `case "${name.value}"` : `case ${index + 1}`;
}

/** The tree at a path where the schema has seen a map. */
function mapAt(tree: Tree, path: readonly PropertyKey[]): MapTree {
  const found = lookup(tree, path);
  return found?.kind === 'map' ? found : { kind: 'map', at: tree.at, entries: new Map() };
}

function saidList(
  values: readonly string[] | undefined,
  tree: Tree,
  path: readonly PropertyKey[],
  problems: Problems,
): readonly Said<string>[] {
  return (values ?? []).map((value, index) => ({ value, pointer: placeOf(tree, [...path, index], problems) }));
}

function placeOf(tree: Tree, path: readonly PropertyKey[], problems: Problems): string {
  return problems.place(lookup(tree, path)?.at ?? tree.at);
}

/** What stands at the path, or else at the nearest part of it that is there. */
function longest(path: readonly PropertyKey[], at: (path: readonly PropertyKey[]) => number | undefined): number {
  for (let length = path.length; length >= 0; length--) {
    const found = at(path.slice(0, length));
    if (found !== undefined) return found;
  }
  return 0;
}

class CaseReader {
  readonly #input: CaseInput;
  readonly #tree: MapTree;
  readonly #where: string;
  readonly #problems: Problems;

  constructor(input: CaseInput, tree: MapTree, index: number, problems: Problems) {
    this.#input = input;
    this.#tree = tree;
    this.#where = caseName(tree, index);
    this.#problems = problems;
  }

  read(): SuiteCase {
    const { name, os, emit, host, waivers, now, strict } = this.#input;
    return {
      name,
      pointer: this.#place([]),
      subject: this.#subject(),
      os: os ?? null,
      set: this.#values('set').flatMap(({ path, value }) => (value === null ? [] : [[path, value] as const])),
      emit: emit === undefined ? [{ value: 'libvirt-xml', pointer: this.#place([]) }] : this.#list(emit, ['emit']),
      host: this.#list(host, ['host']),
      waivers: this.#list(waivers, ['waivers']),
      now: now === undefined ? null : { value: now, pointer: this.#place(['now']) },
      strict: strict ?? false,
      expect: this.#expectations(),
    };
  }

  #subject(): Subject {
    const { image, images, evidence } = this.#input;
    const given = (['image', 'images', 'evidence'] as const).filter((key) => this.#input[key] !== undefined);
    const [key, second] = given;
    if (key === undefined) {
      this.#problems.missingKey({ where: this.#where, key: 'image, images or evidence' }, this.#tree.at);
    } else if (second !== undefined) {
      const at = this.#tree.entries.get(second)?.keyAt ?? this.#tree.at;
      const reason = `it has ${key} already`;
      this.#problems.notAllowed({ key: second, where: this.#where, reason, hint: 'Make two cases of it.' }, at);
    }
    if (evidence !== undefined) {
      return typeof evidence === 'string'
        ? { kind: 'evidence-file', file: { value: evidence, pointer: this.#place(['evidence']) } }
        : this.#evidence(evidence);
    }
    const one =
      image === undefined ? [] : [readImage(image, this.#map(['image']), this.#of('image'), 0, this.#problems)];
    const several = (images ?? []).map((each, index) =>
      readImage(each, this.#map(['images', index]), this.#of(`image ${index}`), index, this.#problems),
    );
    return { kind: 'images', images: [...one, ...several] };
  }

  #evidence(part: unknown): Subject {
    const { document, problems } = readEvidence(part);
    for (const { path, problem, unknown } of problems) {
      const whole = ['evidence', ...path];
      const found = unknown ? keyPlace(this.#tree, whole) : longest(whole, (steps) => lookup(this.#tree, steps)?.at);
      this.#problems.add((at) => diagnostics['wrong-evidence']({ path: jsonPointer(path), problem }, at), found);
    }
    return document === null ? { kind: 'images', images: [] } : { kind: 'evidence', document };
  }

  #expectations(): Expectations {
    const { verdict, findings, includes, excludes, audited, waived } = this.#input.expect;
    const expected = Object.keys(this.#input.expect);
    if (expected.length === 0) {
      const key = 'verdict, findings, includes, excludes, audited, waived or values';
      this.#problems.missingKey(
        { where: this.#of('expect'), key },
        lookup(this.#tree, ['expect'])?.at ?? this.#tree.at,
      );
    }
    return {
      verdict: verdict === undefined ? null : { value: verdict, pointer: this.#place(['expect', 'verdict']) },
      findings:
        findings === undefined
          ? null
          : {
              value: this.#list(findings, ['expect', 'findings']),
              pointer: this.#place(['expect', 'findings']),
            },
      includes: this.#list(includes, ['expect', 'includes']),
      excludes: this.#list(excludes, ['expect', 'excludes']),
      audited: this.#list(audited, ['expect', 'audited']),
      waived: this.#list(waived, ['expect', 'waived']),
      values: this.#values('expect', 'values'),
    };
  }

  /** A map from key path to value, where null stands for "undecided" in what is expected. */
  #values(...path: readonly string[]): readonly (Said<Value | null> & { readonly path: string })[] {
    const map = lookup(this.#tree, path);
    if (map?.kind !== 'map') return [];
    return [...map.entries].flatMap(([key, { keyAt, value: tree }]) => {
      const target = readKeyPath(key, keyAt, this.#of(path.join('.')), this.#problems);
      if (target === undefined) return [];
      const undecided = path.at(-1) === 'values' && tree.kind === 'scalar' && tree.value === null;
      const value = undecided ? null : readValue(target.key, tree, this.#problems);
      return value === undefined ? [] : [{ path: key, value, pointer: this.#problems.place(keyAt) }];
    });
  }

  #list(values: readonly string[] | undefined, path: readonly PropertyKey[]): readonly Said<string>[] {
    return saidList(values, this.#tree, path, this.#problems);
  }

  #map(path: readonly PropertyKey[]): MapTree {
    return mapAt(this.#tree, path);
  }

  #place(path: readonly PropertyKey[]): string {
    return placeOf(this.#tree, path, this.#problems);
  }

  #of(part: string): string {
    return `${part} of ${this.#where}`;
  }
}
