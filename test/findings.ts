import { expect } from 'vitest';
import { type Finding, VmImportError } from '../src/diagnostics/index.ts';

/** The finding an action ends in; anything else it throws, or no throw at all, fails the test. */
export async function findingOf(action: Promise<unknown>): Promise<Finding> {
  try {
    await action;
  } catch (error) {
    if (error instanceof VmImportError) return error.finding;
    throw error;
  }
  throw new Error('it was expected to end in a finding');
}

export function codes({ findings }: { readonly findings: readonly Finding[] }): readonly string[] {
  return findings.map(({ code }) => code);
}

/** Every argument that the words of a finding name is there. */
export function expectWorded({ message, remedy, args }: Finding): void {
  for (const [, name] of `${message} ${remedy}`.matchAll(/\{(\w+)\}/g)) expect(args).toHaveProperty(name ?? '');
}

/** Hostile bytes end in an error of exit 3 that has words; anything else that was thrown is thrown on. */
export function expectRefusal(error: unknown): void {
  if (!(error instanceof VmImportError)) throw error;
  const { exit, severity } = error.finding;
  expect({ exit, severity }).toEqual({ exit: 3, severity: 'error' });
  expectWorded(error.finding);
}
