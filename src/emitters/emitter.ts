import type { Emission, Key, Plan } from '../facts/index.ts';

/** A file of `templates/`: the package's, or one that a site puts in its place. */
export interface Template {
  readonly text: string;
  /** The name of the package's, the path of a site's: for findings. */
  readonly path: string;
}

/**
 * One target. Pure: a plan in, text out; no decisions, no I/O. Values it cannot say are outcomes, combinations that
 * the target refuses are findings.
 */
export interface Emitter {
  readonly id: string;
  /** File name suffix in an output directory, with its dot. */
  readonly suffix: string;
  /** Whether the artefact makes the copies that it uses, or names the commands; else somebody is to be told of them. */
  readonly makesCopies?: boolean;
  /** Keys this target reads; every other decided key is reported as inexpressible. */
  readonly consumes: readonly Key[];
  /** Names of the files of `templates/` it needs for this plan. */
  templates(plan: Plan): readonly string[];
  emit(plan: Plan, templates: { readonly [name: string]: Template }): Emission;
}

/** Registry entry: the target's name and how to load it. */
export interface Target {
  readonly id: string;
  readonly load: () => Promise<Emitter>;
}
