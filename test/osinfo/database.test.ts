import { symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { readDatabase } from '../../src/osinfo/database/read.ts';
import { resolve } from '../../src/osinfo/database/resolve.ts';
import { libosinfo, system, told, tree } from './tree.ts';

function load(...directories: string[]) {
  const reading = readDatabase(directories, { optional: false });
  const { systems, findings } = resolve(reading);
  return { systems, names: systems.map(({ shortIds }) => shortIds[0]), findings: [...reading.findings, ...findings] };
}

const GOOD = system('good/1');
const base = (content: string) => ({ ...GOOD, ...system('base/1', content) });
const file = (content: string | Buffer) => ({ ...GOOD, 'os/example.org/base-1.xml': content });
const PLACE = 'os/example.org/base-1.xml';

describe('a file that is wrong is left out, and said to be', () => {
  it.each<readonly [string, string | Buffer, string]>([
    ['no XML', 'short-id: base1', `${PLACE}:1:15`],
    ['a tag that does not close', '<libosinfo>\n<os id="x">\n</libosinfo>', `${PLACE}:3:12`],
    ['nothing after half of it', '<libosinfo version="0.0.1">\n<os id="http://example.org/base/1">', `${PLACE}:2:35`],
    ['another root', '<domain/>', `${PLACE}:1:9`],
    ['a DOCTYPE', '<!DOCTYPE a>\n<libosinfo/>', `${PLACE}:1:12`],
    [
      'entities that grow',
      '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><libosinfo>&c;</libosinfo>',
      `${PLACE}:1:53`,
    ],
    ['an entity nobody declared', libosinfo('<os id="http://example.org/base/1">&evil;</os>'), `${PLACE}:2:41`],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0xff, 0xfe, 0x3e]), `${PLACE}:1:1`],
    ['zeros', Buffer.alloc(4096), `${PLACE}:1:1`],
    ['too many levels', libosinfo('<os>'.repeat(100)), `${PLACE}:2:128`],
    ['too many elements', libosinfo('<a/>'.repeat(60_000)), `${PLACE}:2:200000`],
    [
      'too many attributes',
      libosinfo(`<os ${Array.from({ length: 100 }, (_, index) => `a${index}="1"`).join(' ')}/>`),
      `${PLACE}:2:795`,
    ],
  ])('%s', async (_, content, place) => {
    const directory = await tree(file(content));
    const { names, findings } = load(directory);
    expect(names).toEqual(['good1']);
    expect(told(findings, directory)).toEqual([`osinfo/bad-file ${place}`]);
    expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);
  });

  it('100 MB, which nobody reads', async () => {
    const directory = await tree(file('<libosinfo>'));
    await truncate(join(directory, PLACE), 100 * 1000 * 1000);
    const before = process.memoryUsage.rss();
    const { names, findings } = load(directory);
    expect(process.memoryUsage.rss() - before).toBeLessThan(50 * 1000 * 1000);
    expect(names).toEqual(['good1']);
    expect(told(findings, directory)).toEqual([`osinfo/bad-file ${PLACE}:1:1`]);
  });
});

describe('an entry that is wrong', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, readonly string[], readonly string[]]>([
    [
      'in the wrong file is left out',
      { ...GOOD, 'os/example.org/other.xml': Object.values(system('base/1'))[0] ?? '' },
      ['osinfo/wrong-path os/example.org/other.xml:2:35'],
      ['good1'],
    ],
    [
      'in the directory of another kind is left out',
      { ...GOOD, 'device/example.org/base-1.xml': Object.values(system('base/1'))[0] ?? '' },
      ['osinfo/wrong-path device/example.org/base-1.xml:2:35'],
      ['good1'],
    ],
    [
      'whose id climbs out of the tree is left out',
      file(libosinfo('<os id="http://../../etc/passwd"/>')) as Readonly<Record<string, string>>,
      [`osinfo/wrong-path ${PLACE}:2:34`],
      ['good1'],
    ],
    [
      'without an id is left out',
      file(libosinfo('<os><short-id>base1</short-id></os>')) as Readonly<Record<string, string>>,
      [`osinfo/incomplete ${PLACE}:2:4`],
      ['good1'],
    ],
    [
      'that is there twice counts as one',
      file(
        libosinfo(
          '<os id="http://example.org/base/1"><short-id>a</short-id></os>\n<os id="http://example.org/base/1"><short-id>b</short-id></os>',
        ),
      ) as Readonly<Record<string, string>>,
      [`osinfo/duplicate-id ${PLACE}:3:35`],
      ['a', 'good1'],
    ],
    [
      'whose short-id another has keeps its id',
      { ...base(''), ...system('copy/1', '<short-id>base1</short-id>') },
      ['osinfo/shared-name os/example.org/copy-1.xml:2:35'],
      ['base1', 'copy1', 'good1'],
    ],
    [
      'that derives from what is not there stands alone',
      base('<derives-from id="http://example.org/gone/1"/>'),
      [`osinfo/missing-target ${PLACE}:2:107`],
      ['base1', 'good1'],
    ],
    [
      'that names a device without a record has it by its id',
      base('<devices><device id="http://example.org/device"/></devices>'),
      [`osinfo/missing-target ${PLACE}:2:35`],
      ['base1', 'good1'],
    ],
    [
      'with a medium without architecture lacks the medium',
      base('<media><iso><volume-id>X</volume-id></iso></media>'),
      [`osinfo/incomplete ${PLACE}:2:68`],
      ['base1', 'good1'],
    ],
    [
      'that derives from itself is read once',
      base('<derives-from id="http://example.org/base/1"/>'),
      [`osinfo/cycle ${PLACE}:2:107`],
      ['base1', 'good1'],
    ],
    [
      'in a circle of three is read once, and so are the others',
      {
        ...system('a/1', '<derives-from id="http://example.org/b/1"/>'),
        ...system('b/1', '<clones id="http://example.org/c/1"/>'),
        ...system('c/1', '<derives-from id="http://example.org/a/1"/>'),
      },
      ['a', 'b', 'c'].map((name) => `osinfo/cycle os/example.org/${name}-1.xml:2:${name === 'b' ? 92 : 98}`),
      ['a1', 'b1', 'c1'],
    ],
  ])('%s', async (_, files, findings, names) => {
    const directory = await tree(files);
    const loaded = load(directory);
    expect(told(loaded.findings, directory)).toEqual(findings);
    expect(loaded.names).toEqual(names);
  });

  it('is not thrown off by what it does not know', async () => {
    const unknown = '<new-thing a="1"><deep><deeper/></deep></new-thing><firmware arch="x86_64" type="coreboot"/>';
    const { systems, findings } = load(await tree(base(unknown)));
    expect(findings).toEqual([]);
    expect(systems[0]).toMatchObject({ shortIds: ['base1'], name: 'base1', firmware: [] });
  });

  it('keeps figures that are none out', async () => {
    const amounts = '<n-cpus>-1</n-cpus><ram>1e9</ram><storage>99999999999999999999</storage>';
    const resources = `<resources arch="all"><minimum>${amounts}</minimum></resources>`;
    expect(load(await tree(base(resources))).systems[0]?.resources).toEqual({});
  });

  it('cannot reach the prototype of anything', async () => {
    const resources = '<resources arch="__proto__"><minimum><ram>1048576</ram></minimum></resources>';
    const { systems } = load(await tree(base(`<short-id>constructor</short-id>${resources}`)));
    expect(Object.keys(systems[0]?.resources ?? {})).toEqual(['__proto__']);
    expect(systems[0]?.resources['x86_64']).toBeUndefined();
  });
});

it('a chain of thousands of ancestors is refused, not followed', async () => {
  const chain = Array.from({ length: 1100 }, (_, index) =>
    system(`link/${index}`, index === 0 ? '' : `<derives-from id="http://example.org/link/${index - 1}"/>`),
  );
  const { names, findings } = load(await tree(Object.assign({}, ...chain)));
  expect(names).toContain('link999');
  expect(names).not.toContain('link1000');
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['osinfo/too-many-ancestors']));
});

it('a directory that is not there ends the run', () => {
  const read = () => readDatabase(['/nonexistent'], { optional: false });
  expect(read).toThrow(VmImportError);
  expect(read).toThrow('no such file or directory');
  expect(readDatabase(['/nonexistent'], { optional: true }).systems.size).toBe(0);
});

it('what is no file is passed over, and links are followed where they lead somewhere', async () => {
  const directory = await tree({ ...GOOD, 'os/example.org/folder.xml/x': '' });
  const other = await tree(system('linked/1'));
  const at = (name: string) => join(directory, 'os/example.org', name);
  await symlink(join(other, 'os/example.org/linked-1.xml'), at('linked-1.xml'));
  await symlink('loop.xml', at('loop.xml'));
  await symlink('/nonexistent', at('gone.xml'));
  await symlink('/dev/zero', at('endless.xml'));
  expect(load(directory)).toMatchObject({ names: ['good1', 'linked1'], findings: [] });
});

it('directories that lead in a circle end the run', async () => {
  const directory = await tree(GOOD);
  await symlink('..', join(directory, 'os/example.org/again'));
  expect(() => load(directory)).toThrow('levels of directories');
});
