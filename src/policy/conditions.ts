import type { ASTNode } from '@marcbachmann/cel-js';
import { Environment } from '@marcbachmann/cel-js';
import { didYouMean } from '../facts/did-you-mean.ts';
import { KEY_NAMES, parseKeyPath } from '../facts/index.ts';
import { patternProblem } from './patterns.ts';
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

const environments = new Map<Phase, Environment>();

function environmentOf(phase: Phase): Environment {
  const known = environments.get(phase);
  if (known !== undefined) return known;
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS });
  for (const { name, ctor, fields } of FACT_TYPES) environment.registerType(name, { ctor, fields: { ...fields } });
  const variables = phase === 'verify' ? VERIFY_VARIABLES : VOTE_VARIABLES;
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  environments.set(phase, environment);
  return environment;
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

/** Evaluates an expression that `expressionProblem` found nothing wrong with. Never throws. */
export function evaluate(text: string, phase: Phase, scope: Scope): Outcome {
  try {
    const parsed = environmentOf(phase).parse(text);
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
function planKey(node: ASTNode): { readonly path: string; readonly index: number } | undefined {
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
  if (node.op === 'rcall' && first === 'matches') {
    const pattern =
      Array.isArray(third) && isNode(third[0]) && third[0].op === 'value' ? operands(third[0])[0] : undefined;
    const problem =
      typeof pattern === 'string' ? patternProblem(pattern) : 'the pattern of matches() must be a literal';
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

function operands(node: ASTNode): readonly unknown[] {
  const args: unknown = node.args;
  return Array.isArray(args) ? args : [args];
}

function children(node: ASTNode): readonly ASTNode[] {
  return operands(node).flat(2).filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
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
  const problem = summary.replace('Unexpected token: EOF', 'it ends too early').slice(0, 300);
  return { problem, index: typeof start === 'number' ? start : 0 };
}
