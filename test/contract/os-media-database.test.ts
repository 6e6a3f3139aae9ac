import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { OsMedia } from '../../src/facts/index.ts';
import { openKnowledge } from '../../src/osinfo/index.ts';
import { type Disc, detectMedia, systemsOf } from '../../src/osinfo/media/index.ts';
import { compile } from '../../src/osinfo/media/patterns.ts';
import { answerOfPython } from './python.ts';
import { describeWithout } from './tools.ts';

const dir = mkdtempSync(join(tmpdir(), 'os-media-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** What libosinfo says of discs of which it is told the names alone. */
const SCRIPT = `
import json, sys
import gi
gi.require_version('Libosinfo', '1.0')
from gi.repository import Libosinfo
loader = Libosinfo.Loader()
loader.process_default_path()
db = loader.get_db()
NAMES = (('volumeId', 'volume-id'), ('systemId', 'system-id'), ('publisherId', 'publisher-id'), ('applicationId', 'application-id'))
def say(disc):
    media = Libosinfo.Media(id='disc')
    for ours, theirs in NAMES:
        if disc[ours] is not None:
            media.set_param(theirs, disc[ours])
    media.set_param_int64('volume-size', disc['volumeSize'])
    found = db.identify_medialist(media)
    return ['%s %s' % (found.get_nth(i).get_os().get_short_id(), found.get_nth(i).get_architecture())
            for i in range(found.get_length())]
with open(sys.argv[1]) as discs:
    print(json.dumps([say(disc) for disc in json.load(discs)]))
`;

function askLibosinfo(discs: readonly Disc[]): readonly (readonly string[])[] | undefined {
  writeFileSync(join(dir, 'discs.json'), JSON.stringify(discs));
  return answerOfPython(SCRIPT, [join(dir, 'discs.json')]) as readonly (readonly string[])[] | undefined;
}

const missing = askLibosinfo([]) === undefined ? ['gir1.2-libosinfo-1.0'] : [];

/** A text that the pattern describes from end to end; undefined where none of those that were tried fits the field. */
function textOf(pattern: string | null, length: number, seed: number): string | null | undefined {
  if (pattern === null) return null;
  const whole = pattern
    .replace(/\(\?![^)]*\)/g, '')
    .replaceAll('.*', '[ A-Za-z0-9_-]{0,2}')
    .replaceAll('.+', '[a-z]{1,2}');
  const texts = fc.sample(fc.stringMatching(new RegExp(`^(?:${whole})$`)), { numRuns: 10, seed });
  return texts.find((text) => text.length <= length && /^[ -~]*[!-~]$/.test(text));
}

function discFor(medium: OsMedia, seed: number): Disc[] {
  const [volumeId, systemId, publisherId, applicationId] = [
    textOf(medium.volumeId ?? 'DISC', 32, seed),
    textOf(medium.systemId, 32, seed),
    textOf(medium.publisherId, 128, seed),
    textOf(medium.applicationId, 128, seed),
  ];
  if (volumeId === undefined || systemId === undefined || publisherId === undefined || applicationId === undefined)
    return [];
  const volumeSize = medium.volumeSize ?? 123_456_789;
  return [{ volumeId: volumeId ?? 'DISC', systemId, publisherId, applicationId, volumeSize, bootable: true }];
}

describeWithout(missing, 'every medium of the installed osinfo-db', () => {
  it('has patterns that can be used', async () => {
    const { media } = await installed();
    const patterns = media.flatMap(({ volumeId, systemId, publisherId, applicationId }) => [
      ...[volumeId, systemId].flatMap((pattern) => (pattern === null ? [] : [compile(pattern, 32)])),
      ...[publisherId, applicationId].flatMap((pattern) => (pattern === null ? [] : [compile(pattern, 128)])),
    ]);
    expect(patterns.length).toBeGreaterThan(4000);
    expect(patterns.filter((matcher) => 'problem' in matcher)).toEqual([]);
  });

  it('is found as libosinfo finds it, by names made from its own patterns', async () => {
    const { media, find } = await installed();
    const discs = media.flatMap(discFor).flatMap((disc) => {
      const { matches } = detectMedia(media, find, disc);
      // libosinfo crashes where a medium has a pattern for its language and the volume id names none
      const mute = matches.some(({ medium, languages }) => medium.languages !== null && languages.length === 0);
      return mute ? [] : [{ disc, matches }];
    });
    expect(discs.length).toBeGreaterThan(2000);
    const theirs = askLibosinfo(discs.map(({ disc }) => disc)) ?? [];
    const differing = discs.flatMap(({ disc, matches }, index) => {
      const said = theirs[index] ?? [];
      const ours = matches.map(({ profile, medium }) => `${profile.shortIds[0]} ${medium.architecture}`);
      const same = JSON.stringify([...ours].sort()) === JSON.stringify([...said].sort());
      // between systems libosinfo has no rule
      const [best, ...others] = systemsOf(matches);
      const first = others.length > 0 || best?.shortIds[0] === said[0]?.split(' ')[0];
      return same && first ? [] : [{ disc, ours, said }];
    });
    expect(differing).toEqual([]);
  }, 300_000);
});

async function installed() {
  const { media, find } = await openKnowledge({ embedded: dir, choice: 'installed', database: 'installed' });
  return { media: media(), find };
}
