import { Failure, impossible, type Meter } from './meter.ts';
import { typeName } from './values.ts';

/** What an expression sees while it runs. */
export class Frame {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly meter: Meter;
  /** Values of the loop variables, outermost first. */
  readonly slots: unknown[] = [];

  constructor(variables: Readonly<Record<string, unknown>>, meter: Meter) {
    this.variables = variables;
    this.meter = meter;
  }
}

/** A compiled expression or part of one. Throws Failure or Exhausted. */
export type Run = (frame: Frame) => unknown;

/** A bool, or a Failure is thrown. */
export function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw impossible(`${typeName(value)} is neither true nor false`, value);
}

/** What `run` comes to as a bool; a Failure is a result here. */
export function attempt(run: Run, frame: Frame): boolean | Failure {
  try {
    return truth(run(frame));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    frame.meter.spend(20);
    return error;
  }
}

/** Of two failures the one that no unknown fact excuses. */
export function worse(one: Failure | undefined, other: Failure): Failure {
  return one === undefined || (one.unknown && !other.unknown) ? other : one;
}
