import type { ASTNode } from '@marcbachmann/cel-js';
import { canonical, children, isNode, operands } from '../cel/tree.ts';
import { evaluateAlone } from '../conditions.ts';
import type { Phase } from '../policy.ts';
import type { Scope } from '../scope.ts';
import { elementType, type Kind, type LoopTypes, type Term, termOf, typeOf } from './terms.ts';
import {
  ANYTHING,
  asConstant,
  type Comparison,
  type Constant,
  compare,
  FAILS,
  FALSE,
  isComparison,
  type Mask,
  MISSING,
  OTHER,
  type Sample,
  SWAPPED,
  samples,
  TRUE,
  truth,
} from './values.ts';

/** A condition as far as it is understood: connectives over tests of single terms. */
type Formula =
  | { readonly op: 'known'; readonly mask: Mask }
  | { readonly op: 'test'; readonly term: string; readonly test: (sample: Sample) => Mask }
  | { readonly op: 'not'; readonly of: Formula }
  | { readonly op: 'and' | 'or'; readonly left: Formula; readonly right: Formula }
  | { readonly op: 'if'; readonly test: Formula; readonly yes: Formula; readonly no: Formula };

interface Variable {
  readonly kind: Kind;
  readonly constants: Set<Constant>;
  /** What a part that is not understood can come to; then nothing else is known of it. */
  readonly mask: Mask | null;
}

/** More combinations are not tried: then anything is possible. */
const MAX_COMBINATIONS = 4096;

/**
 * What a condition can come to over all evidence there could be, as a mask. Never leaves out what is possible; may
 * hold what is not, where the condition is not understood.
 */
export function possible(node: ASTNode, phase: Phase, loops: LoopTypes = new Map()): Mask {
  const reading = new Reading(phase, loops);
  const formula = reading.formula(node);
  const variables = [...reading.variables].map(([text, { kind, constants, mask }]) => ({
    text,
    samples: mask === null ? samples(kind, constants) : masked(mask),
  }));
  const combinations = variables.reduce((product, { samples: { length } }) => product * length, 1);
  if (combinations > MAX_COMBINATIONS) return ANYTHING;
  let mask = 0;
  for (let index = 0; index < combinations && mask !== ANYTHING; index++) {
    const values = new Map<string, Sample>();
    let rest = index;
    for (const { text, samples: list } of variables) {
      values.set(text, list[rest % list.length] ?? null);
      rest = Math.floor(rest / list.length);
    }
    mask |= outcome(formula, values);
  }
  return mask;
}

/** One sample for each outcome; null fails where a bool is needed. */
function masked(mask: Mask): readonly Sample[] {
  return [...(mask & TRUE ? [true] : []), ...(mask & FALSE ? [false] : []), ...(mask & FAILS ? [null] : [])];
}

function outcome(formula: Formula, values: ReadonlyMap<string, Sample>): Mask {
  switch (formula.op) {
    case 'known':
      return formula.mask;
    case 'test':
      return formula.test(values.get(formula.term) ?? null);
    case 'not':
      return negated(outcome(formula.of, values));
    case 'and':
      return both(outcome(formula.left, values), outcome(formula.right, values));
    case 'or':
      return negated(both(negated(outcome(formula.left, values)), negated(outcome(formula.right, values))));
    case 'if': {
      const test = outcome(formula.test, values);
      const yes = test & TRUE ? outcome(formula.yes, values) : 0;
      const no = test & FALSE ? outcome(formula.no, values) : 0;
      return yes | no | (test & FAILS);
    }
  }
}

function negated(mask: Mask): Mask {
  return (mask & TRUE ? FALSE : 0) | (mask & FALSE ? TRUE : 0) | (mask & FAILS);
}

/** False wins over a failure on either side, as CEL has it. */
function both(left: Mask, right: Mask): Mask {
  const fails = (left & FAILS && right & (TRUE | FAILS)) || (right & FAILS && left & (TRUE | FAILS));
  return (left & right & TRUE) | ((left | right) & FALSE) | (fails ? FAILS : 0);
}

const BOOL: Kind = { base: 'bool', nullable: false, partial: false, min: 0, max: 0 };
const TEXT_TESTS = new Set(['startsWith', 'endsWith', 'contains', 'matches']);

class Reading {
  readonly variables = new Map<string, Variable>();
  readonly #phase: Phase;
  readonly #loops: LoopTypes;

  constructor(phase: Phase, loops: LoopTypes) {
    this.#phase = phase;
    this.#loops = loops;
  }

  formula(node: ASTNode): Formula {
    const [first, second, third] = operands(node).map((operand) => (isNode(operand) ? operand : undefined));
    if (node.op === '&&' && first && second) {
      return { op: 'and', left: this.formula(first), right: this.formula(second) };
    }
    if (node.op === '||' && first && second) {
      return { op: 'or', left: this.formula(first), right: this.formula(second) };
    }
    if (node.op === '!_' && first) return { op: 'not', of: this.formula(first) };
    if (node.op === '?:' && first && second && third) {
      return { op: 'if', test: this.formula(first), yes: this.formula(second), no: this.formula(third) };
    }
    return this.#comparison(node) ?? this.#loop(node) ?? this.#closed(node) ?? this.#term(node) ?? this.#other(node);
  }

  #comparison(node: ASTNode): Formula | undefined {
    const [left, right, third] = operands(node);
    if (isComparison(node.op) && isNode(left) && isNode(right)) return this.#sides(left, node.op, right);
    if (node.op === 'in' && isNode(left) && isNode(right)) return this.#membership(left, right);
    if (node.op !== 'rcall' || !TEXT_TESTS.has(String(left)) || !isNode(right) || !Array.isArray(third))
      return undefined;
    const [argument] = third;
    const term = termOf(right, this.#loops);
    if (term === undefined || !isNode(argument) || this.#constant(argument) === undefined) return undefined;
    const call = `os.${String(left)}(${canonical(argument)})`;
    const other = term.kind.base === 'string' ? TRUE | FALSE : ANYTHING;
    const known = new Map<string, Mask>();
    return this.#test(term, [], (sample) => {
      if (sample === OTHER) return other;
      if (typeof sample !== 'string') return FAILS;
      const mask = known.get(sample) ?? this.#closedMask(call, { os: sample }, ANYTHING);
      known.set(sample, mask);
      return mask;
    });
  }

  #closedMask(text: string, variables: Scope['variables'], failed: Mask): Mask {
    const result = evaluateAlone(text, this.#phase, variables);
    return result.ok && typeof result.value === 'boolean' ? truth(result.value) : failed;
  }

  #sides(left: ASTNode, op: Comparison, right: ASTNode): Formula | undefined {
    const [a, b] = [this.#constant(left), this.#constant(right)];
    if (a !== undefined && b !== undefined) return undefined;
    if (a !== undefined) return this.#against(right, SWAPPED[op], a);
    if (b !== undefined) return this.#against(left, op, b);
    const [term, other] = [termOf(left, this.#loops), termOf(right, this.#loops)];
    if (term === undefined || term.text !== other?.text) return undefined;
    const { base, partial, nullable } = term.kind;
    const equal: Mask = op === '==' || op === '<=' || op === '>=' ? TRUE : FALSE;
    const orders = op === '==' || op === '!=' || base === 'int' || base === 'string';
    const fails = partial || !orders || (nullable && op !== '==' && op !== '!=');
    return { op: 'known', mask: equal | (fails ? FAILS : 0) };
  }

  #against(node: ASTNode, op: Comparison, constant: Constant): Formula | undefined {
    const term = termOf(node, this.#loops);
    return term === undefined ? undefined : this.#test(term, [constant], (sample) => compare(sample, op, constant));
  }

  #membership(left: ASTNode, list: ASTNode): Formula | undefined {
    const term = termOf(left, this.#loops);
    if (term === undefined || list.op !== 'list') return undefined;
    const constants = children(list).map((item) => this.#constant(item));
    if (!constants.every((constant) => constant !== undefined)) return undefined;
    return this.#test(term, constants, (sample) => {
      if (sample === MISSING) return FAILS;
      return constants.some((constant) => constant === sample) ? TRUE : FALSE;
    });
  }

  /** A value that needs no fact; undefined for what is none, or no plain one. */
  #constant(node: ASTNode): Constant | undefined {
    if (!isClosed(node)) return undefined;
    const result = evaluateAlone(canonical(node), this.#phase);
    return result.ok ? asConstant(result.value) : undefined;
  }

  /** A condition that needs no fact. */
  #closed(node: ASTNode): Formula | undefined {
    return isClosed(node) ? { op: 'known', mask: this.#closedMask(canonical(node), {}, FAILS) } : undefined;
  }

  #loop(node: ASTNode): Formula | undefined {
    const [name, list, inner] = operands(node);
    if (node.op !== 'rcall' || !isNode(list) || !Array.isArray(inner) || inner.length !== 2) return undefined;
    const [variable, body] = inner;
    if (!isNode(variable) || variable.op !== 'id' || !isNode(body)) return undefined;
    const loops = new Map([...this.#loops, [String(operands(variable)[0]), elementType(list, this.#loops)]]);
    const each = (): Mask => possible(body, this.#phase, loops);
    const listFails =
      termOf(list, this.#loops)?.kind.partial === false && typeOf(list, this.#loops) !== 'dyn' ? 0 : FAILS;
    switch (name) {
      // a list may be empty
      case 'exists':
      case 'exists_one':
        return this.#unknown(node, each() | FALSE | listFails);
      case 'all':
        return this.#unknown(node, each() | TRUE | listFails);
      default:
        return undefined;
    }
  }

  #term(node: ASTNode): Formula | undefined {
    const term = termOf(node, this.#loops);
    return term === undefined ? undefined : this.#test(term, [true, false], truth);
  }

  #other(node: ASTNode): Formula {
    return this.#unknown(node, ANYTHING);
  }

  #test({ text, kind }: Term, constants: readonly Constant[], test: (sample: Sample) => Mask): Formula {
    const known = this.variables.get(text) ?? { kind, constants: new Set(), mask: null };
    for (const constant of constants) known.constants.add(constant);
    this.variables.set(text, known);
    return { op: 'test', term: text, test };
  }

  /** The same part of a condition comes to the same each time it is asked. */
  #unknown(node: ASTNode, mask: Mask): Formula {
    const text = `? ${canonical(node)}`;
    this.variables.set(text, { kind: BOOL, constants: new Set(), mask });
    return { op: 'test', term: text, test: truth };
  }
}

/** Whether it asks for no fact: nothing in it has a name but functions, and the variables of its own loops do not count. */
export function isClosed(node: ASTNode): boolean {
  return node.op !== 'id' && children(node).every(isClosed);
}
