import { describe, expect, it } from 'vitest';
import type { OsMedia } from '../../../src/facts/index.ts';
import { type Disc, detectMedia, discOf } from '../../../src/osinfo/media/index.ts';
import { disc, evidence, medium, systems, votesOf } from './knowledge.ts';

const ONE = 'http://example.org/os/1';
const TWO = 'http://example.org/os/2';
const NEXT = 'http://example.org/os/unknown';
const find = systems({ id: ONE, releaseDate: '2020-01-01' }, { id: TWO, releaseDate: '2022-01-01' }, { id: NEXT });
const detect = (media: readonly Partial<OsMedia>[], of: Partial<Disc>, by = find) =>
  detectMedia(media.map(medium), by, disc(of));

describe('a disc is a medium', () => {
  const full = { volumeId: '^VOL', systemId: 'SYS', publisherId: 'P', applicationId: 'A\\d', volumeSize: 4096 };
  const same = { volumeId: 'VOLUME', systemId: 'A SYSTEM: SYS', publisherId: 'P', applicationId: 'A1' };

  it('when everything that is asked for is there', () => {
    const { matches } = detect([full], same);
    expect(matches.map(({ criteria }) => criteria)).toEqual([
      ['volumeId', 'systemId', 'publisherId', 'applicationId', 'volumeSize'],
    ]);
  });

  it.each([
    ['volume id', { volumeId: 'XVOLUME' }],
    ['case', { volumeId: 'volume' }],
    ['system id', { systemId: 'OTHER' }],
    ['publisher', { publisherId: null }],
    ['application', { applicationId: 'A' }],
    ['size', { volumeSize: 4097 }],
    ['boot record', { bootable: false }],
    ['any volume id', { volumeId: null }],
  ])('but not without its %s', (_, other) => expect(detect([full], { ...same, ...other }).matches).toEqual([]));

  it('never by a record that asks for nothing, nor by one of a system that is not there', () => {
    expect(detect([{}, { volumeSize: 0 }, { volumeId: 'VOL', os: 'http://example.org/gone' }], same).matches).toEqual(
      [],
    );
  });

  it('without El Torito where PowerPC starts by other means', () => {
    const media = [{ volumeId: 'VOL', architecture: 'ppc64le' }, { volumeId: 'VOL' }];
    const { matches } = detect(media, { bootable: false });
    expect(matches.map((match) => match.medium.architecture)).toEqual(['ppc64le']);
  });

  it('and a pattern that cannot be used is reported and leaves out its record alone', () => {
    const { matches, findings } = detect([{ volumeId: '(V)\\1|VOL' }, { volumeId: 'VOL', os: TWO }], {});
    expect(matches.map(({ profile }) => profile.id)).toEqual([TWO]);
    expect(findings).toMatchObject([{ code: 'osinfo/bad-pattern', severity: 'warning', args: { os: ONE } }]);
  });
});

describe('several matches', () => {
  const order = (media: readonly Partial<OsMedia>[], by = find) =>
    detect(media, {}, by).matches.map(({ medium: { os, volumeId, architecture } }) => [os, volumeId, architecture]);

  it('of different systems: released ones first, and of those the newest', () => {
    const media = [NEXT, ONE, TWO].map((os) => ({ os, volumeId: 'VOL' }));
    expect(order(media).map(([os]) => os)).toEqual([TWO, ONE, NEXT]);
  });

  it('of one system: the longer volume id first, then the one that asks for a size', () => {
    const media = [{ volumeId: 'VOL' }, { volumeId: 'VOLUME' }];
    expect(order(media).map(([, volumeId]) => volumeId)).toEqual(['VOLUME', 'VOL']);
    const sized = detect([{ volumeId: 'VOL' }, { volumeId: 'VOL', volumeSize: 4096 }], {}).matches;
    expect(sized.map(({ criteria }) => criteria.length)).toEqual([2, 1]);
  });

  it('for any architecture or of rolling systems come last, and not beside others of their system', () => {
    const media = [
      { os: TWO, volumeId: 'VOL' },
      { os: NEXT, volumeId: 'VOL', architecture: 'all' },
      { os: ONE, volumeId: 'VOL', architecture: 'all' },
      { os: ONE, volumeId: 'VOL' },
    ];
    const by = systems({ id: ONE }, { id: TWO, releaseStatus: 'rolling' }, { id: NEXT });
    expect(order(media, by).map(([os, , architecture]) => [os, architecture])).toEqual([
      [ONE, 'x86_64'],
      [TWO, 'x86_64'],
      [NEXT, 'all'],
    ]);
  });
});

describe('languages', () => {
  const languages = (of: OsMedia['languages'], volumeId: string) =>
    detect([{ volumeId: 'VOL', languages: of }], { volumeId }).matches[0]?.languages;
  const map = { EN: 'en_US', constructor: 'xx' };

  it.each([
    ['mapped', 'VOL_EN', ['en_US']],
    ['as found, where the map has none', 'VOL_XX', ['XX']],
    ['none, where nothing is found', 'VOL_', []],
    ['none, where the pattern does not fit', 'VOLUME', []],
  ])('%s', (_, volumeId, expected) => {
    expect(languages({ pattern: '[A-Z]*_([A-Z]*)', capture: true, map }, volumeId)).toEqual(expected);
  });

  it('a fixed one, and one that is not in the map but in every object', () => {
    expect(languages({ pattern: 'de_DE', capture: false, map: null }, 'VOL')).toEqual(['de_DE']);
    expect(languages({ pattern: 'VOL_(.*)', capture: true, map: {} }, 'VOL_toString')).toEqual(['toString']);
  });
});

describe('what a disc says', () => {
  it.each([
    ['up to a zero byte', 'VOL\0UME', 'VOL'],
    ['without white space behind it', 'VOL \t\v', 'VOL'],
    ['nothing', ' \n ', null],
    ['UTF-8', 'Gr\xc3\xbc\xc3\x9fe', 'Grüße'],
    ['no UTF-8', 'Gr\xfc\xdfe', null],
  ])('is read as libosinfo reads it: %s', (_, volumeId, expected) => {
    expect(discOf(evidence({ volumeId }))?.volumeId).toBe(expected);
  });

  it('is nothing without a primary volume descriptor, or inside another format', () => {
    expect(discOf(evidence({ iso9660: false }))).toBeUndefined();
    expect(discOf(evidence({}, 'qcow2'))).toBeUndefined();
    expect(discOf(evidence({ elTorito: null }))?.bootable).toBe(false);
  });
});

describe('a disc among the sources', () => {
  it('recommends its systems, best first, and their architecture, with the place that says so', () => {
    const media = [ONE, TWO].map((os) => medium({ os, systemId: 'SYS' }));
    const votes = votesOf([evidence({ systemId: 'SYS' })], media, find);
    const said = {
      origin: 'osinfo',
      strength: 'recommended',
      uri: '/discs/one.iso',
      pointer: 'guest+0x8008',
      disk: null,
    };
    expect(votes).toMatchObject([
      { ...said, key: 'os', values: ['os2', 'os1'] },
      { ...said, key: 'architecture', values: ['x86_64'] },
    ]);
  });

  it('leaves the architecture open where media of several look alike, and the fallbacks where there are others', () => {
    const media = [
      medium({ volumeId: 'VOL' }),
      medium({ volumeId: 'VOL', architecture: 'i686' }),
      medium({ os: TWO, volumeId: 'VOL', architecture: 'all' }),
    ];
    expect(votesOf([evidence({})], media, find)).toMatchObject([{ key: 'os', values: ['os1'] }]);
  });

  it('says nothing when nobody knows it', () => {
    expect(votesOf([evidence({}), evidence({}, 'raw')], [medium({ volumeId: 'X' })], find)).toEqual([]);
  });
});
