import type { ASTNode } from '@marcbachmann/cel-js';
import { Environment } from '@marcbachmann/cel-js';
import { didYouMean } from '../../facts/did-you-mean.ts';
import { functionNamed } from './functions.ts';
import type { Problem } from './names.ts';
import { children, isNode, operands } from './tree.ts';
import { FACT_TYPES, nullableTypes, withoutNull } from './types.ts';

/** Parse-time limits: what they let through is small enough to be checked and compiled at once. */
const LIMITS = { maxAstNodes: 1000, maxDepth: 32, maxListElements: 256, maxMapEntries: 64, maxCallArguments: 8 };

/** The library's types for our facts and these variables. */
export function environmentWith(variables: Readonly<Record<string, string>>): Environment {
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS });
  for (const [name, nullable] of Object.entries(FACT_TYPES)) {
    const fields = Object.fromEntries(Object.entries(nullable).map(([field, type]) => [field, withoutNull(type)]));
    environment.registerType(name, { fields });
  }
  // only the types count: nothing runs in the library
  for (const type of nullableTypes()) environment.registerOperator(`${type} == null`, () => false);
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  return environment;
}

interface LibraryError {
  readonly summary: string;
  readonly index: number;
  readonly node: unknown;
}

/** The library's errors carry a summary and a range. */
function told(error: unknown): LibraryError {
  if (!(error instanceof Error)) return { summary: String(error), index: 0, node: undefined };
  const summary = 'summary' in error && typeof error.summary === 'string' ? error.summary : error.message;
  const range: unknown = 'range' in error ? error.range : undefined;
  const start = typeof range === 'object' && range !== null && 'start' in range ? range.start : 0;
  return { summary, index: typeof start === 'number' ? start : 0, node: 'node' in error ? error.node : undefined };
}

const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'the end',
  NUMBER: 'a number',
  STRING: 'a text',
  IDENTIFIER: 'a name',
  BOOLEAN: 'true or false',
  NULL: 'null',
  PLUS: '+',
  MINUS: '-',
  MULTIPLY: '*',
  DIVIDE: '/',
  MODULO: '%',
  EQ: '==',
  NE: '!=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  AND: '&&',
  OR: '||',
  NOT: '!',
  IN: 'in',
  LPAREN: '(',
  RPAREN: ')',
  LBRACKET: '[',
  RBRACKET: ']',
  LBRACE: '{',
  RBRACE: '}',
  DOT: '.',
  COMMA: ',',
  COLON: ':',
  QUESTION: '?',
  BYTES: 'bytes',
};

/** What is meant where another language was written. */
const MEANT: Readonly<Record<string, string>> = {
  and: '&&',
  or: '||',
  not: '!',
  is: '==',
  '=': '==',
  '&': '&&',
  '|': '||',
};

/** A problem of the parser. */
export function syntaxProblem(error: unknown, text: string): Problem {
  const { summary, index } = told(error);
  const exceeded = /^Exceeded (\w+) \((\d+)\)$/.exec(summary);
  if (exceeded !== null) return { problem: tooMuch(exceeded[1] ?? '', exceeded[2] ?? ''), index, hint: '' };
  const problem = summary
    .replace('Unexpected token: EOF', 'it ends too early')
    .replace(
      /^Expected (\w+), got (\w+)$/,
      (_, wanted: string, got: string) => `${TOKENS[wanted] ?? wanted} is expected, not ${TOKENS[got] ?? got}`,
    )
    .replace(/^Unexpected token: (\w+)$/, (_, got: string) => `${TOKENS[got] ?? got} is not expected here`)
    .replace(/^Unexpected character: '?(.)'?$/su, () => `${written(text, index)} is not expected here`);
  const meant = MEANT[written(text, index)];
  return { problem: problem.slice(0, 200), index, hint: meant === undefined ? '' : `Did you mean ${meant}?` };
}

/** The word or character at a place. */
function written(text: string, index: number): string {
  return /^(?:\w+|.)/su.exec(text.slice(index, index + 40))?.[0] ?? 'the end';
}

function tooMuch(limit: string, most: string): string {
  switch (limit) {
    case 'maxDepth':
      return `it is nested more than ${most} deep`;
    case 'maxListElements':
    case 'maxMapEntries':
      return `a list or map has more than ${most} elements`;
    case 'maxCallArguments':
      return `a function has more than ${most} operands`;
    default:
      return `it has more than ${most} parts`;
  }
}

const OPERANDS = /^no such overload: (.+?) (==|!=|<=|>=|<|>|in|[-+*/%]) (.+)$/;

/** A problem of the type checker. */
export function typeProblem(error: unknown): Problem {
  if (!(error instanceof Error && 'summary' in error)) return { problem: 'the types do not fit', index: 0, hint: '' };
  const { summary, index, node } = told(error);
  const field = /^No such key: (.+)$/s.exec(summary)?.[1];
  if (field !== undefined) return fieldProblem(typeOf(operandsOf(node)[0]), field, index);
  const between = OPERANDS.exec(summary);
  if (between !== null) return operatorProblem(between, index);
  const called = /^found no matching overload for '(?:.*\.)?(\w+)\((.*)\)'$/.exec(summary);
  if (called !== null) {
    const [, name = '', types = ''] = called;
    const usage = (functionNamed(name, true) ?? functionNamed(name, false))?.usage;
    const on = typeOf(operandsOf(node)[1]);
    const problem = `${name}(${types})${on === undefined ? '' : ` of ${on}`} is not possible`;
    return { problem, index, hint: usage === undefined ? '' : `It is written ${usage}.` };
  }
  const problem = summary
    .replace(/^no such overload: ([!-].+)$/, '$1 is not possible')
    .replace(/^Cannot index type '(.*)'$/, 'a value of type $1 has no fields')
    .replace(
      /^Logical operator requires bool operands, got '(.*)'$/,
      '&& and || need true or false, this is of type $1',
    )
    .replace(
      /^Ternary condition must be bool, got '(.*)'$/,
      'the condition before ? must be true or false, this is of type $1',
    )
    .replace(
      /^Ternary branches must have the same type, got '(.*)' and '(.*)'$/,
      'both sides of : must be of one type, these are $1 and $2',
    )
    .replace(
      /^Expression of type '(.*)' cannot be range of a comprehension.*$/,
      'a loop over a value of type $1 is not possible',
    )
    .replace(/predicate must return bool, got '(.*)'$/, 'needs true or false, this is of type $1');
  return { problem: problem.slice(0, 200), index, hint: '' };
}

function operatorProblem([, left = '', operator = '', right = '']: RegExpExecArray, index: number): Problem {
  const problem = `${left} ${operator} ${right} is not possible`;
  if (operator === 'in') return { problem, index, hint: 'On the right of in stands a list of such values, or a map.' };
  const sides = [left, right];
  if (sides.includes('int') && sides.includes('double')) {
    return { problem, index, hint: 'Write double(x) for the int, or the number without a fraction.' };
  }
  if (sides.includes('null'))
    return { problem, index, hint: `A value of type ${left === 'null' ? right : left} is never null.` };
  if (sides.includes('string'))
    return { problem, index, hint: 'Texts stand in quotes, numbers do not; string(x) makes a text.' };
  return { problem, index, hint: 'Both sides must be of one type.' };
}

function fieldProblem(type: string | undefined, field: string, index: number): Problem {
  const fields = Object.keys(FACT_TYPES[type ?? ''] ?? {});
  const near = didYouMean(field, fields);
  const hint = near === undefined ? `There are ${fields.join(', ')}.` : `Did you mean ${near}?`;
  return {
    problem: `${type ?? 'the value'} has no field ${field.slice(0, 60)}`,
    index,
    hint: fields.length === 0 ? '' : hint,
  };
}

const operandsOf = (node: unknown): readonly unknown[] => (isNode(node) ? operands(node) : []);

/** The type that the checker found; the library leaves it on the node without declaring that it does. */
function typeOf(node: unknown): string | undefined {
  const type: unknown =
    typeof node === 'object' && node !== null && 'checkedType' in node ? node.checkedType : undefined;
  return typeof type === 'object' && type !== null && 'name' in type ? String(type.name) : undefined;
}

/** The library looks only at the first name in `has(d.details.x)`; a misspelt field would be one that is never there. */
export function hasProblem(node: ASTNode): Problem | undefined {
  if (node.op === 'call' && node.args[0] === 'has') {
    const found = typeThrough(node.args[1][0]);
    if (typeof found === 'object') return found;
  }
  for (const child of children(node)) {
    const found = hasProblem(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Follows a chain of fields; the type where it ends, `dyn` once it has left the facts. */
function typeThrough(node: ASTNode | undefined): string | Problem {
  if (node?.op !== '.') return typeOf(node) ?? 'dyn';
  const owner = typeThrough(node.args[0]);
  if (typeof owner !== 'string') return owner;
  const fields = FACT_TYPES[owner];
  if (fields === undefined) return 'dyn';
  const [, name] = node.args;
  return Object.hasOwn(fields, name) ? withoutNull(fields[name] ?? 'dyn') : fieldProblem(owner, name, node.pos);
}
