/** What one expression may cost, in steps; one takes some tens of nanoseconds, so this is well below a second. */
export const MAX_STEPS = 1_000_000;
/** What all expressions of a policy together may cost for one image. */
export const MAX_STEPS_IN_ALL = 10_000_000;

/**
 * An expression has no value. As CEL has it, `&&`, `||` and loops can do without the value of a part: thousands may be
 * thrown and caught, so it is no Error, which would gather a stack each time.
 */
export class Failure {
  readonly message: string;
  /** It failed only because a fact is null. */
  readonly unknown: boolean;

  constructor(message: string, unknown = false) {
    this.message = message;
    this.unknown = unknown;
  }
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
