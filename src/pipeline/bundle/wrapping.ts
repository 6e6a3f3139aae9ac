import { COMPRESSORS, type Wrapping } from '../../facts/index.ts';

/** Compressors as wrappings, in the order of their names. */
export function compressors(names: readonly string[]): readonly Wrapping[] {
  return names.flatMap((name) => {
    const kind = COMPRESSORS.find((known) => known === name);
    if (kind === undefined) throw new Error(`there is no program for the compression ${name}`);
    return [{ kind }];
  });
}

/** What `format` of a container says to take off before its members: `tar+gzip` is a tar, and gzip comes off first. */
export function unpacking(format: string): { readonly archive: string; readonly outer: readonly Wrapping[] } {
  const [archive = '', ...compression] = format.split('+');
  return { archive, outer: compressors(compression.toReversed()) };
}
