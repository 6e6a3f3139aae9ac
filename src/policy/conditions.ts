import type { ASTNode } from '@marcbachmann/cel-js';
import { Environment, serialize } from '@marcbachmann/cel-js';
import { didYouMean } from '../facts/did-you-mean.ts';
import { KEY_NAMES, parseKeyPath } from '../facts/index.ts';
import type * as Patterns from './patterns.ts';
import type { Phase } from './policy.ts';
import type { Scope } from './scope.ts';
import { FACT_TYPES, VERIFY_VARIABLES, VOTE_VARIABLES } from './scope.ts';

/** Parse-time limits. The library counts no steps at run time, so what could multiply them is bounded here. */
const LIMITS = { maxAstNodes: 1000, maxDepth: 32, maxListElements: 256, maxMapEntries: 64, maxCallArguments: 8 };
/** `disks.exists(d, d.partitions.exists(p, ...))` needs two; each further level multiplies the time by a list. */
const MAX_NESTED_LOOPS = 2;
/** `cel.bind(b, a + a, cel.bind(c, b + b, ...))` doubles a value with each level, so it counts as a loop. */
const LOOPS = new Set(['exists', 'exists_one', 'all', 'map', 'filter', 'bind']);

export interface ExpressionProblem {
  readonly problem: string;
  /** Offset inside the expression. */
  readonly index: number;
  readonly hint: string;
}

export interface ExpressionUse {
  readonly phase: Phase;
  /** A condition must be a bool; the `{{ }}` of a message any plain value. */
  readonly wants: 'bool' | 'text';
  /** Variables that this rule may not ask about, and why. */
  readonly barred?: Readonly<Record<string, string>>;
}

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  /** `unknown`: it failed only because a fact is null. */
  | { readonly ok: false; readonly problem: string; readonly unknown: boolean };

let patterns: typeof Patterns | undefined;

/**
 * Brings in the regular expressions when one of these expressions has any; it takes longer than to judge them all. To
 * be awaited before the functions below are given an expression.
 */
export async function prepare(expressions: readonly string[]): Promise<void> {
  if (expressions.some(hasPattern)) patterns ??= await import('./patterns.ts');
}

function hasPattern(expression: string): boolean {
  return expression.includes('matches');
}

function patternsOrThrow(): typeof Patterns {
  if (patterns === undefined) throw new Error('regular expressions were not prepared');
  return patterns;
}

/** `matches` under the name that calls RE2; as long as the real one, so that places in the text stay what they are. */
const LINEAR = 're2Find';

const environments = new Map<Phase | `${Phase} linear`, Environment>();

/** The variables, types and functions of a phase; with `linear` also those that only a rewritten expression calls. */
function environmentOf(phase: Phase, linear = false): Environment {
  const name = linear ? (`${phase} linear` as const) : phase;
  const known = environments.get(name);
  if (known !== undefined) return known;
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS });
  for (const { name, ctor, fields } of FACT_TYPES) environment.registerType(name, { ctor, fields: { ...fields } });
  const variables = phase === 'verify' ? VERIFY_VARIABLES : VOTE_VARIABLES;
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  if (linear) {
    environment.registerFunction(`string.${LINEAR}(string): bool`, (text: string, pattern: string) =>
      patternsOrThrow().matches(text, pattern),
    );
  }
  environments.set(name, environment);
  return environment;
}

/**
 * The library's own matches() is JavaScript's, which backtracks and cannot be replaced: every call of it becomes one
 * of ours. Throws rather than leave one.
 */
function parse(text: string, phase: Phase): ReturnType<Environment['parse']> {
  const parsed = environmentOf(phase).parse(text);
  const calls = hasPattern(text) ? matchCalls(parsed.ast) : [];
  if (calls.length === 0) return parsed;
  let linear = text;
  for (const call of calls) {
    const receiver = operands(call)[1];
    const end = isNode(receiver) ? receiver.end : call.start;
    const name = /^(?:[\s).]|\/\/[^\n]*\n)*(?=matches\b)/.exec(text.slice(end));
    const at = end + (name?.[0].length ?? 0);
    if (name !== null) linear = `${linear.slice(0, at)}${LINEAR}${linear.slice(at + LINEAR.length)}`;
  }
  const rewritten = environmentOf(phase, true).parse(linear);
  if (matchCalls(rewritten.ast).length > 0) throw new Error('a call of matches() cannot be read');
  return rewritten;
}

function matchCalls(node: ASTNode): readonly ASTNode[] {
  return [...(isMatch(node) ? [node] : []), ...children(node).flatMap(matchCalls)];
}

function isMatch(node: ASTNode): boolean {
  return node.op === 'rcall' && operands(node)[0] === 'matches';
}

/** What is wrong with an expression before any evidence is seen; undefined when nothing is. */
export function expressionProblem(text: string, use: ExpressionUse): ExpressionProblem | undefined {
  const environment = environmentOf(use.phase);
  try {
    const parsed = environment.parse(text);
    const found = firstProblem(parsed.ast, use, 0);
    if (found !== undefined) return found;
    const checked = parsed.check();
    if (!checked.valid) return asProblem(checked.error, use);
    if (use.wants === 'bool' && checked.type !== 'bool' && checked.type !== 'dyn') {
      return { problem: `a condition must be true or false, this is of type ${checked.type}`, index: 0, hint: '' };
    }
    if (use.wants === 'text' && !TEXT_TYPES.has(checked.type ?? '')) {
      return { problem: `a value of type ${checked.type} cannot be shown in a message`, index: 0, hint: '' };
    }
    return undefined;
  } catch (error) {
    return asProblem(error, use);
  }
}

const TEXT_TYPES = new Set(['string', 'int', 'uint', 'double', 'bool', 'dyn']);

/** An expression that `expressionProblem` found nothing wrong with, for those who reason about it. */
export function syntaxTree(text: string, phase: Phase): ASTNode {
  return environmentOf(phase).parse(text).ast;
}

/** One spelling for all expressions that differ in white space, quotes and needless brackets only. */
export function canonical(node: ASTNode): string {
  return serialize(node);
}

/** Evaluates an expression that `expressionProblem` found nothing wrong with. Never throws. */
export function evaluate(text: string, phase: Phase, scope: Scope): Outcome {
  try {
    const parsed = parse(text, phase);
    const value: unknown = parsed(phase === 'verify' ? withAskedKeys(scope, parsed.ast) : scope);
    return { ok: true, value };
  } catch (error) {
    const { problem } = describe(error);
    return { ok: false, problem, unknown: /\bnull\b/.test(problem) };
  }
}

/** A key of a device that this machine does not have is as undecided as any other: null. */
function withAskedKeys(scope: Scope, ast: ASTNode): Scope {
  const { plan: decided } = scope;
  const plan = new Map<unknown, unknown>(decided instanceof Map ? decided : []);
  for (const path of planKeys(ast)) if (!plan.has(path)) plan.set(path, null);
  return { ...scope, plan };
}

function planKeys(node: ASTNode): readonly string[] {
  const own = planKey(node);
  return [...(own === undefined ? [] : [own.path]), ...children(node).flatMap(planKeys)];
}

/** The key of `plan["memory-mib"]` or `plan.os`. */
export function planKey(node: ASTNode): { readonly path: string; readonly index: number } | undefined {
  if (node.op !== '[]' && node.op !== '.') return undefined;
  const [target, key] = operands(node);
  if (!isNode(target) || target.op !== 'id' || operands(target)[0] !== 'plan') return undefined;
  if (typeof key === 'string') return { path: key, index: node.pos };
  if (!isNode(key) || key.op !== 'value') return undefined;
  const [path] = operands(key);
  return typeof path === 'string' ? { path, index: key.start } : undefined;
}

function firstProblem(node: ASTNode, use: ExpressionUse, loops: number): ExpressionProblem | undefined {
  const own = nodeProblem(node, use);
  if (own !== undefined) return own;
  const inner = isLoop(node) ? loops + 1 : loops;
  if (inner > MAX_NESTED_LOOPS) {
    return { problem: `more than ${MAX_NESTED_LOOPS} loops inside each other`, index: node.start, hint: '' };
  }
  for (const child of children(node)) {
    const found = firstProblem(child, use, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isLoop(node: ASTNode): boolean {
  return node.op === 'rcall' && LOOPS.has(String(operands(node)[0]));
}

function nodeProblem(node: ASTNode, use: ExpressionUse): ExpressionProblem | undefined {
  const [first, , third] = operands(node);
  if (node.op === 'id') {
    const reason = use.barred?.[String(first)];
    return reason === undefined ? undefined : { problem: reason, index: node.start, hint: '' };
  }
  if (isMatch(node)) {
    const pattern =
      Array.isArray(third) && isNode(third[0]) && third[0].op === 'value' ? operands(third[0])[0] : undefined;
    const problem =
      typeof pattern === 'string'
        ? patternsOrThrow().patternProblem(pattern)
        : 'the pattern of matches() must be a literal';
    return problem === undefined ? undefined : { problem, index: node.start, hint: '' };
  }
  const asked = use.phase === 'verify' ? planKey(node) : undefined;
  if (asked === undefined || parseKeyPath(asked.path) !== undefined) return undefined;
  const near = didYouMean(asked.path, KEY_NAMES);
  return {
    problem: `${asked.path} is not a key of the plan`,
    index: asked.index,
    hint: near === undefined ? '' : `Did you mean ${near}?`,
  };
}

/** What an operator is applied to: nodes, lists of nodes, and names. */
export function operands(node: ASTNode): readonly unknown[] {
  const args: unknown = node.args;
  return Array.isArray(args) ? args : [args];
}

export function children(node: ASTNode): readonly ASTNode[] {
  return operands(node).flat(2).filter(isNode);
}

export function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'start' in value;
}

function asProblem(error: unknown, use: ExpressionUse): ExpressionProblem {
  const { problem, index } = describe(error);
  const name = /^Unknown variable: (\w+)$/.exec(problem)?.[1];
  if (name === 'plan') return { problem, index, hint: 'Only rules of phase verify see the plan.' };
  const names =
    name === undefined ? fieldNames(problem) : Object.keys(use.phase === 'verify' ? VERIFY_VARIABLES : VOTE_VARIABLES);
  const near = didYouMean(name ?? problem.replace(/^No such key: /, ''), names);
  return { problem, index, hint: near === undefined ? '' : `Did you mean ${near}?` };
}

function fieldNames(problem: string): readonly string[] {
  return problem.startsWith('No such key: ') ? FACT_TYPES.flatMap(({ fields }) => Object.keys(fields)) : [];
}

/** The library's errors carry a summary and a range; others (a string too long, a broken bytes.json) only a message. */
function describe(error: unknown): { readonly problem: string; readonly index: number } {
  if (!(error instanceof Error)) return { problem: String(error), index: 0 };
  const summary = 'summary' in error && typeof error.summary === 'string' ? error.summary : error.message;
  const range: unknown = 'range' in error ? error.range : undefined;
  const start = typeof range === 'object' && range !== null && 'start' in range ? range.start : 0;
  const problem = summary
    .replace('Unexpected token: EOF', 'it ends too early')
    .replaceAll(LINEAR, 'matches')
    .slice(0, 300);
  return { problem, index: typeof start === 'number' ? start : 0 };
}
