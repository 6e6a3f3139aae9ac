import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean } from '../../facts/did-you-mean.ts';
import { isLowestInt } from './encode.ts';
import { functionNamed, functionNames } from './functions.ts';
import { LOOPS } from './loops.ts';
import { Failure } from './meter.ts';
import { compilePattern } from './patterns.ts';
import { children } from './tree.ts';
import { inRange } from './values.ts';

export interface Problem {
  readonly problem: string;
  /** Offset inside the expression. */
  readonly index: number;
  readonly hint: string;
}

export interface Names {
  readonly text: string;
  readonly variables: readonly string[];
  /** What is wrong with a node for another reason than its name. */
  readonly other: (node: ASTNode) => Problem | undefined;
}

/** Steps are counted when an expression runs; this only keeps it readable. */
const MAX_NESTED_LOOPS = 4;

/** What other languages call it. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ...['length', 'len', 'count'].map((name) => [name, 'size'] as const),
  ...['any', 'some', 'find'].map((name) => [name, 'exists'] as const),
  ...['includes', 'has_key', 'index'].map((name) => [name, 'contains'] as const),
  ...['lower', 'toLower', 'toLowerCase', 'lowercase', 'downcase'].map((name) => [name, 'lowerAscii'] as const),
  ...['upper', 'toUpper', 'toUpperCase', 'uppercase', 'upcase'].map((name) => [name, 'upperAscii'] as const),
  ...['match', 'test', 'regex', 'search'].map((name) => [name, 'matches'] as const),
  ['every', 'all'],
  ['existsOne', 'exists_one'],
  ['forEach', 'map'],
  ['strip', 'trim'],
  ['str', 'string'],
  ['toString', 'string'],
  ['float', 'double'],
  ['number', 'double'],
  ['parseInt', 'int'],
  ['defined', 'has'],
]);

/** CEL has these, for types that no fact is of. */
const ABSENT = new Set(['timestamp', 'duration', 'bytes', 'uint', 'type']);

const METHODS = () => [...functionNames(true), 'matches', ...LOOPS.keys()];
const PLAIN = () => [...functionNames(false), 'has'];

/** The first name, literal or pattern that cannot be used. `locals` are the loop variables around the node. */
export function nameProblem(node: ASTNode, names: Names, locals: readonly string[] = []): Problem | undefined {
  const own = names.other(node) ?? ownProblem(node, names, locals);
  if (own !== undefined) return own;
  if (node.op === 'rcall') {
    const [name, receiver, operands] = node.args;
    const [first, ...rest] = operands;
    if (first?.op === 'id' && (isBind(name, receiver) || LOOPS.has(name))) {
      const inner = [...locals, first.args];
      if (inner.length > MAX_NESTED_LOOPS) {
        return { problem: `more than ${MAX_NESTED_LOOPS} loops inside each other`, index: node.start, hint: '' };
      }
      if (!isBind(name, receiver)) return firstOf([receiver], names, locals) ?? firstOf(rest, names, inner);
      return firstOf(rest.slice(0, 1), names, locals) ?? firstOf(rest.slice(1), names, inner);
    }
  }
  if (node.op === '-_' && isLowestInt(node.args)) return undefined;
  return firstOf(children(node), names, locals);
}

function firstOf(nodes: readonly ASTNode[], names: Names, locals: readonly string[]): Problem | undefined {
  for (const node of nodes) {
    const found = nameProblem(node, names, locals);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ownProblem(node: ASTNode, names: Names, locals: readonly string[]): Problem | undefined {
  switch (node.op) {
    case 'id':
      return variableProblem(node.args, node.start, [...names.variables, ...locals]);
    case 'value':
      return literalProblem(node.args, node.start);
    case 'call':
      return callProblem(node.args[0], node.args[1], node.start);
    case 'rcall':
      return methodProblem(node.args[0], node.args[1], node.args[2], names);
    default:
      return undefined;
  }
}

function variableProblem(name: string, index: number, known: readonly string[]): Problem | undefined {
  if (known.includes(name)) return undefined;
  if (name === 'plan') {
    return { problem: 'there is no variable plan', index, hint: 'Only rules of phase verify see the plan.' };
  }
  return { problem: `there is no variable ${name}`, index, hint: asked(didYouMean(name, known)) };
}

function asked(near: string | undefined): string {
  return near === undefined ? '' : `Did you mean ${near}?`;
}

function literalProblem(value: unknown, index: number): Problem | undefined {
  if (typeof value === 'bigint') {
    return inRange(value) ? undefined : { problem: `${value} is too large for an int`, index, hint: '' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Uint8Array) {
    return { problem: 'no fact is of type bytes', index, hint: 'Leave out the b before the quotes.' };
  }
  return { problem: 'no fact is of type uint', index, hint: 'Leave out the u after the number.' };
}

function callProblem(name: string, operands: readonly ASTNode[], index: number): Problem | undefined {
  if (name === 'has') return hasFormProblem(operands, index);
  const found = functionNamed(name, false);
  if (found === undefined) return unknownCall(name, false, index);
  return found.takes.includes(operands.length) ? undefined : wrongCount(found.usage, index);
}

/** The library's checker takes no other form. */
function hasFormProblem(operands: readonly ASTNode[], index: number): Problem | undefined {
  let [at] = operands;
  if (operands.length !== 1 || at?.op !== '.') {
    return { problem: 'has() asks for one field', index, hint: 'Write it as has(d.details.x).' };
  }
  while (at?.op === '.') [at] = at.args;
  if (at?.op === 'id') return undefined;
  const hint = 'Name the rest first: cel.bind(d, disks[0], has(d.details.x)), or loop over the list.';
  return { problem: 'has() takes names with points between them', index, hint };
}

function methodProblem(
  name: string,
  receiver: ASTNode,
  operands: readonly ASTNode[],
  { text }: Names,
): Problem | undefined {
  const index = Math.max(text.indexOf(name, receiver.end), receiver.start);
  if (isBind(name, receiver)) {
    return operands.length === 3 && operands[0]?.op === 'id'
      ? undefined
      : wrongCount('cel.bind(x, value, expression)', index);
  }
  const loop = LOOPS.get(name);
  if (loop !== undefined) {
    if (loop.includes(operands.length - 1) && operands[0]?.op === 'id') return undefined;
    return wrongCount(`list.${name}(x, expression with x)`, index);
  }
  if (name === 'matches') return patternProblem(operands, index);
  const found = functionNamed(name, true);
  if (found === undefined) return unknownCall(name, true, index);
  return found.takes.includes(operands.length) ? undefined : wrongCount(found.usage, index);
}

function isBind(name: string, receiver: ASTNode): boolean {
  return name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
}

function wrongCount(usage: string, index: number): Problem {
  return { problem: 'the operands do not fit', index, hint: `It is written ${usage}.` };
}

function patternProblem(operands: readonly ASTNode[], index: number): Problem | undefined {
  const [pattern] = operands;
  if (operands.length !== 1) return wrongCount('string.matches("pattern")', index);
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
    return { problem: 'the pattern of matches() must be a literal', index, hint: '' };
  }
  try {
    compilePattern(pattern.args);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { problem: error.message, index: pattern.start, hint: '' };
  }
}

function unknownCall(name: string, isMethod: boolean, index: number): Problem {
  if (ABSENT.has(name)) return { problem: `no fact is of a type that ${name}() makes`, index, hint: '' };
  const here = isMethod ? METHODS() : PLAIN();
  const there = isMethod ? PLAIN() : METHODS();
  const problem = `there is no function ${name}`;
  const wanted = ALIASES.get(name) ?? didYouMean(name, here) ?? didYouMean(name, there);
  if (wanted === undefined) return { problem, index, hint: `There are ${here.join(', ')}.` };
  if (here.includes(wanted)) return { problem, index, hint: `Did you mean ${wanted}?` };
  return { problem, index, hint: `Write it as ${isMethod ? `${wanted}(x)` : `x.${wanted}(...)`}.` };
}
