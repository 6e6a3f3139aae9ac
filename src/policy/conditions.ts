import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { didYouMean } from '../facts/did-you-mean.ts';
import { KEY_NAMES, parseKeyPath } from '../facts/index.ts';
import { environmentWith, hasProblem, syntaxProblem, typeProblem } from './cel/check.ts';
import type { Code } from './cel/code.ts';
import { encode } from './cel/encode.ts';
import { Failure, Meter } from './cel/meter.ts';
import type { Problem } from './cel/names.ts';
import { nameProblem } from './cel/names.ts';
import { VERIFY_VARIABLES, VOTE_VARIABLES } from './cel/types.ts';
import { type Outcome, programOf, evaluate as run } from './evaluate.ts';
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

/** What is wrong with an expression before any evidence is seen; undefined when nothing is, then `sound` gets its code. */
export function expressionProblem(
  text: string,
  use: ExpressionUse,
  sound: (code: Code) => void = () => undefined,
): Problem | undefined {
  if (text.length > MAX_TEXT) return { problem: `it is longer than ${MAX_TEXT} characters`, index: 0, hint: '' };
  try {
    const parsed = environmentOf(use.phase).parse(text);
    const variables = Object.keys(variablesOf(use.phase));
    const found = nameProblem(parsed.ast, { text, variables, other: (node) => useProblem(node, use) });
    if (found !== undefined) return found;
    const checked = parsed.check();
    if (!checked.valid) return typeProblem(checked.error);
    const code = encode(parsed.ast);
    programOf(code, true);
    const asked = text.includes('has') ? hasProblem(parsed.ast) : undefined;
    const problem = asked ?? resultProblem(checked.type ?? 'dyn', use);
    if (problem === undefined) sound(code);
    return problem;
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

/** Evaluates an expression as it is written; `bringPatterns` has seen it. Never throws, as in evaluate.ts. */
export function evaluate({ text }: { readonly text: string }, phase: Phase, scope: Scope): Outcome {
  let code: Code;
  try {
    code = encode(syntaxTree(text, phase));
  } catch (error) {
    const problem = error instanceof Failure ? error.message.slice(0, 300) : syntaxProblem(error, text).problem;
    return { ok: false, problem, cause: null, exhausted: false };
  }
  return run(code, scope);
}
