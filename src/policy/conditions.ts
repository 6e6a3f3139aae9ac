import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { didYouMean } from '../facts/did-you-mean.ts';
import { KEY_NAMES, parseKeyPath } from '../facts/index.ts';
import { environmentWith, hasProblem, syntaxProblem, typeProblem } from './cel/check.ts';
import { compile } from './cel/compile.ts';
import { Exhausted, Failure, Meter } from './cel/meter.ts';
import type { Problem } from './cel/names.ts';
import { nameProblem } from './cel/names.ts';
import { Frame, type Run } from './cel/run.ts';
import { VERIFY_VARIABLES, VOTE_VARIABLES } from './cel/types.ts';
import { Double } from './cel/values.ts';
import type { Phase } from './policy.ts';
import type { Scope } from './scope.ts';

export type { Problem as ExpressionProblem } from './cel/names.ts';
export { bringPatterns } from './cel/patterns.ts';

/** Of one expression, in characters: twice what the schema lets through. */
const MAX_TEXT = 4000;

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

function variablesOf(phase: Phase): Readonly<Record<string, string>> {
  return phase === 'verify' ? VERIFY_VARIABLES : VOTE_VARIABLES;
}

function environmentOf(phase: Phase): Environment {
  const known = environments.get(phase);
  if (known !== undefined) return known;
  const environment = environmentWith(variablesOf(phase));
  environments.set(phase, environment);
  return environment;
}

/** What is wrong with an expression before any evidence is seen; undefined when nothing is. */
export function expressionProblem(text: string, use: ExpressionUse): Problem | undefined {
  if (text.length > MAX_TEXT) return { problem: `it is longer than ${MAX_TEXT} characters`, index: 0, hint: '' };
  try {
    const parsed = environmentOf(use.phase).parse(text);
    const variables = Object.keys(variablesOf(use.phase));
    const found = nameProblem(parsed.ast, { text, variables, other: (node) => useProblem(node, use) });
    if (found !== undefined) return found;
    const checked = parsed.check();
    if (!checked.valid) return typeProblem(checked.error);
    remember(use.phase, text, compile(parsed.ast));
    return hasProblem(parsed.ast) ?? resultProblem(checked.type ?? 'dyn', use);
  } catch (error) {
    if (error instanceof Failure) return { problem: error.message, index: 0, hint: '' };
    return syntaxProblem(error, text);
  }
}

const TEXT_TYPES = new Set(['string', 'int', 'double', 'bool', 'dyn']);

function resultProblem(type: string, { wants }: ExpressionUse): Problem | undefined {
  if (wants === 'bool' && type !== 'bool' && type !== 'dyn') {
    return { problem: `a condition must be true or false, this is of type ${type}`, index: 0, hint: '' };
  }
  if (wants === 'text' && !TEXT_TYPES.has(type)) {
    return { problem: `a value of type ${type} cannot be shown in a message`, index: 0, hint: '' };
  }
  return undefined;
}

/** An expression that `expressionProblem` found nothing wrong with, for those who reason about it. */
export function syntaxTree(text: string, phase: Phase): ASTNode {
  return environmentOf(phase).parse(text).ast;
}

/** Evaluates an expression of these variables alone. */
export function evaluateAlone(text: string, phase: Phase, variables: Scope['variables'] = {}): Outcome {
  return evaluate({ text }, phase, { variables, meter: new Meter() });
}

/** A variable that is barred, or a key that the plan does not have. */
function useProblem(node: ASTNode, use: ExpressionUse): Problem | undefined {
  if (node.op === 'id') {
    const reason = use.barred?.[node.args];
    return reason === undefined ? undefined : { problem: reason, index: node.start, hint: '' };
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

/** The key of `plan["memory-mib"]` or `plan.os`. */
export function planKey(node: ASTNode): { readonly path: string; readonly index: number } | undefined {
  if (node.op !== '[]' && node.op !== '.') return undefined;
  const [target, key] = node.args;
  if (target.op !== 'id' || target.args !== 'plan') return undefined;
  if (typeof key === 'string') return { path: key, index: node.pos };
  return key.op === 'value' && typeof key.args === 'string' ? { path: key.args, index: key.start } : undefined;
}

/** Compiled while a policy is loaded, and not yet asked for by a rule. */
const fresh = new Map<string, Run>();
const MAX_FRESH = 2000;

function remember(phase: Phase, text: string, run: Run): void {
  if (fresh.size >= MAX_FRESH) fresh.clear();
  fresh.set(`${phase} ${text}`, run);
}

/** Lives as long as the rule that holds the expression. */
const programs = new WeakMap<object, Run>();

function programOf(expression: { readonly text: string }, phase: Phase): Run {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const key = `${phase} ${expression.text}`;
  const run = fresh.get(key) ?? compile(environmentOf(phase).parse(expression.text).ast);
  fresh.delete(key);
  programs.set(expression, run);
  return run;
}

/**
 * Evaluates an expression that `expressionProblem` found nothing wrong with; `bringPatterns` has seen it. Never throws,
 * and ends after a bounded number of steps, whatever the image holds.
 */
export function evaluate(expression: { readonly text: string }, phase: Phase, scope: Scope): Outcome {
  try {
    const run = programOf(expression, phase);
    scope.meter.restart();
    const value = run(new Frame(scope.variables, scope.meter));
    return { ok: true, value: value instanceof Double ? value.value : value };
  } catch (error) {
    if (error instanceof Failure) return { ok: false, problem: error.message.slice(0, 300), unknown: error.unknown };
    const problem = error instanceof Exhausted ? error.message : syntaxProblem(error, expression.text).problem;
    return { ok: false, problem, unknown: false };
  }
}
