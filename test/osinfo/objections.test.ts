import { describe, expect, it } from 'vitest';
import { objections } from '../../src/osinfo/index.ts';
import { embedded } from './embedded.ts';

const knowledge = await embedded();

function codes(name: string, architecture: string, firmware: string): readonly string[] {
  const profile = knowledge.find(name);
  if (profile === undefined) throw new Error(`no ${name}`);
  return objections(profile, { architecture, firmware }).map(({ code }) => code);
}

describe('what the entry of a system says against a decision', () => {
  it.each([
    ['Windows 11 with BIOS', 'win11', 'x86_64', 'bios', ['osinfo/firmware-not-supported']],
    ['Windows 11 with UEFI', 'win11', 'x86_64', 'uefi', []],
    ['Windows 11 on ppc64le', 'win11', 'ppc64le', 'undefined', ['osinfo/other-architecture']],
    ['Windows 98, of 32 bits, on x86_64', 'win98', 'x86_64', 'bios', []],
    ['a Linux anywhere', 'debian12', 's390x', 'undefined', []],
  ])('%s', (_, name, architecture, firmware, expected) => {
    expect(codes(name, architecture, firmware)).toEqual(expected);
  });
});

describe('a suggestion', () => {
  it.each([
    ['fedora99', 'fedora'],
    ['freebsd99.0', 'freebsd'],
    ['ubuntu99.04', 'ubuntu'],
  ])('for %s is the newest of the line, not the oldest with like digits', (name, line) => {
    const found = knowledge.find(knowledge.suggest(name) ?? '');
    const dates = knowledge
      .list()
      .filter(({ shortIds }) => shortIds.some((shortId) => new RegExp(`^${line}\\d`).test(shortId)))
      .map(({ releaseDate }) => releaseDate ?? '');
    expect(found?.releaseDate).toBe(dates.toSorted().at(-1));
  });

  it('mends a slip of the finger', () => {
    expect(knowledge.suggest('debain12')).toBe('debian12');
  });
});
