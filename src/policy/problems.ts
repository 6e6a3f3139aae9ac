import type { Finding, Provenance } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import { diagnostics, policyPlace } from './diagnostics.ts';
import type { Tree } from './yaml.ts';

/** A file full of mistakes is not worth more lines than this. */
const MAX_FINDINGS = 100;

type Args<Name extends keyof typeof diagnostics> = Parameters<(typeof diagnostics)[Name]>[0];

/** Collects what is wrong with one file; every finding carries `line:column`. */
export class Problems {
  readonly #findings: Finding[] = [];
  readonly #uri: string;
  readonly place: (at: number) => string;

  constructor(uri: string, place: (at: number) => string) {
    this.#uri = uri;
    this.place = place;
  }

  /** In the order of the file. */
  get findings(): readonly Finding[] {
    return this.#findings.toSorted((a, b) => comparePlaces(a, b)).slice(0, MAX_FINDINGS);
  }

  unknownKey(args: Args<'unknown-key'>, at: number): void {
    this.#findings.push(diagnostics['unknown-key'](args, this.#at(at)));
  }

  missingKey(args: Args<'missing-key'>, at: number): void {
    this.#findings.push(diagnostics['missing-key'](args, this.#at(at)));
  }

  wrongValue(args: Args<'wrong-value'>, at: number): void {
    this.#findings.push(diagnostics['wrong-value'](args, this.#at(at)));
  }

  notAllowed(args: Args<'not-allowed-here'>, at: number): void {
    this.#findings.push(diagnostics['not-allowed-here'](args, this.#at(at)));
  }

  duplicateRule(args: Args<'duplicate-rule'>, at: number): void {
    this.#findings.push(diagnostics['duplicate-rule'](args, this.#at(at)));
  }

  condition(args: Args<'condition-syntax'>, at: number, rule: string | null): void {
    // the hint follows a sentence of the remedy
    const hint = args.hint === '' ? '' : ` ${args.hint}`;
    this.#findings.push({ ...diagnostics['condition-syntax']({ ...args, hint }, this.#at(at)), rule });
  }

  tooLarge(args: Args<'too-large'>): void {
    this.#findings.push(diagnostics['too-large'](args, this.#at(0)));
  }

  syntax(problem: string, at: number): void {
    this.#findings.push(diagnostics.syntax({ problem }, this.#at(at)));
  }

  /** What a kind of document has findings of its own for. */
  add(finding: (at: readonly Provenance[]) => Finding, at: number): void {
    this.#findings.push(finding(this.#at(at)));
  }

  #at(at: number): readonly Provenance[] {
    return policyPlace({ uri: this.#uri, pointer: this.place(at) });
  }
}

function comparePlaces(a: Finding, b: Finding): number {
  const [aLine = 0, aColumn = 0] = a.at[0]?.pointer?.split(':').map(Number) ?? [];
  const [bLine = 0, bColumn = 0] = b.at[0]?.pointer?.split(':').map(Number) ?? [];
  return aLine - bLine || aColumn - bColumn;
}

/** `Did you mean x?`, or what to say when nothing is near. */
export function nearest(word: string, candidates: readonly string[], otherwise: string): string {
  const near = didYouMean(word, candidates);
  return near === undefined ? otherwise : `Did you mean ${near}?`;
}

const MAX_SHOWN = 60;

/** A value of the file, short enough for a message. */
export function shownTree(tree: Tree): string {
  if (tree.kind !== 'scalar') return tree.kind === 'list' ? 'a list' : 'a map';
  if (tree.value === null) return 'nothing';
  const text = String(tree.value);
  if (text === '') return 'an empty text';
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}
