import type { Code } from './cel/code.ts';
import { compile } from './cel/compile.ts';
import { type Cause, Exhausted, Failure } from './cel/meter.ts';
import { Frame, type Run } from './cel/run.ts';
import { Double } from './cel/values.ts';
import type { Scope } from './scope.ts';

// What runs expressions. It needs no parser: only a policy that is checked does.

export { bringPatterns } from './cel/patterns.ts';

export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly problem: string;
      /** null: its steps were used up, or it could not be run at all. */
      readonly cause: Cause | null;
      /** Its steps were used up. */
      readonly exhausted: boolean;
    };

/** Lives as long as the rule that holds the code. */
const programs = new WeakMap<Code, Run>();

/** Made when it is first asked for, many rules are never evaluated; or whole, to see what is wrong. Throws Failure. */
export function programOf(code: Code, whole = false): Run {
  const known = programs.get(code);
  if (known !== undefined) return known;
  const run = compile(code, whole);
  programs.set(code, run);
  return run;
}

/**
 * Evaluates a checked expression; `bringPatterns` has seen it. Never throws, and ends after a bounded number of steps,
 * whatever the image holds.
 */
export function evaluate(code: Code, scope: Scope): Outcome {
  try {
    const run = programOf(code);
    scope.meter.restart();
    const value = run(new Frame(scope.variables, scope.meter));
    return { ok: true, value: value instanceof Double ? value.value : value };
  } catch (error) {
    if (error instanceof Failure) {
      return { ok: false, problem: error.message.slice(0, 300), cause: error.cause, exhausted: false };
    }
    const exhausted = error instanceof Exhausted;
    return { ok: false, problem: exhausted ? error.message : String(error).slice(0, 200), cause: null, exhausted };
  }
}
