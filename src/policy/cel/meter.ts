/** What one expression may cost, in steps; one takes some tens of nanoseconds, so this is well below a second. */
export const MAX_STEPS = 1_000_000;
/** What all expressions of a policy together may cost for one image. */
export const MAX_STEPS_IN_ALL = 10_000_000;

/**
 * Why an expression has no value: a fact is null (`unknown`); a field or element is not there; a value is of a type that
 * does not fit, or a text or position that does not; a number cannot be calculated.
 */
export type Cause = 'unknown' | 'missing' | 'type' | 'value' | 'division' | 'overflow';

/**
 * An expression has no value. As CEL has it, `&&`, `||` and loops can do without the value of a part: thousands may be
 * thrown and caught, so it is no Error, which would gather a stack each time.
 */
export class Failure {
  readonly message: string;
  readonly cause: Cause;

  constructor(message: string, cause: Cause = 'type') {
    this.message = message;
    this.cause = cause;
  }

  /** It failed only because a fact is null. */
  get unknown(): boolean {
    return this.cause === 'unknown';
  }
}

/** The failure of what cannot be done with values of these types. */
export function impossible(message: string, ...operands: readonly unknown[]): Failure {
  return new Failure(message, operands.includes(null) ? 'unknown' : 'type');
}

/** The steps are used up; no part of the expression can go on. */
export class Exhausted extends Error {}

/**
 * Counts the work of expressions, which depends on what an image holds. What grows with a list, a map or a text is
 * paid for before or while it is made, so steps bound memory too: 16 characters or one element a step.
 */
export class Meter {
  #left = 0;
  #inAll = MAX_STEPS_IN_ALL;

  /** Starts the next expression. */
  restart(): void {
    this.#inAll -= this.#granted - this.#left;
    this.#granted = Math.max(0, Math.min(MAX_STEPS, this.#inAll));
    this.#left = this.#granted;
  }
  #granted = 0;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left >= 0) return;
    const shared = this.#granted < MAX_STEPS;
    throw new Exhausted(
      shared
        ? `the expressions of the policy together take more than ${MAX_STEPS_IN_ALL} steps on this image`
        : `it takes more than ${MAX_STEPS} steps on this image`,
    );
  }

  /** Pays for looking at, or making, a text of that many characters. */
  spendText(characters: number): void {
    this.spend(1 + (characters >> 4));
  }
}
