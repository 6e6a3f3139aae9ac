import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { compileDatabase } from '../../src/osinfo/compile.ts';
import { readDatabase } from '../../src/osinfo/database/read.ts';
import { resolve } from '../../src/osinfo/database/resolve.ts';
import { openKnowledge } from '../../src/osinfo/index.ts';
import { sha256 } from '../../src/osinfo/snapshot/format.ts';
import { Snapshot } from '../../src/osinfo/snapshot/read.ts';
import { EMBEDDED_OSINFO } from '../../src/osinfo-db.ts';
import { tree } from './tree.ts';

const [SYSTEM, LOCAL] = ['system', 'local'].map((name) =>
  fileURLToPath(new URL(`../../fixtures/osinfo/${name}`, import.meta.url)),
) as [string, string];
const { bytes } = compileDatabase([SYSTEM, LOCAL]);

/** Asks for everything there is; what it refuses. */
function refusalOf(snapshot: Buffer): { readonly exit: number; readonly problem: unknown } | undefined {
  try {
    const opened = new Snapshot(snapshot, 'some.snapshot');
    opened.find('base1');
    opened.systems();
    opened.media();
    return undefined;
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    expect(error.finding.code).toBe('osinfo/bad-snapshot');
    return { exit: error.finding.exit, problem: error.finding.args['problem'] };
  }
}

it('reads back what was resolved', () => {
  const snapshot = new Snapshot(bytes, 'some.snapshot');
  const { systems, devices } = resolve(readDatabase([SYSTEM, LOCAL], { optional: false }));
  expect(snapshot.systems()).toEqual(systems.map(({ media: _, ...system }) => system));
  expect(snapshot.media()).toEqual(systems.flatMap(({ media }) => media));
  expect(snapshot.devices()).toEqual(devices);
});

it('is the same whenever it is made', () => {
  expect(compileDatabase([SYSTEM, LOCAL]).bytes.equals(bytes)).toBe(true);
});

describe('a damaged snapshot is refused, with exit status 2', () => {
  it.each<readonly [string, Buffer, string]>([
    ['empty', Buffer.alloc(0), 'it is no snapshot of an OS database'],
    ['something else', Buffer.from('{"schema":"vm-import/host@1"}\n'), 'it is no snapshot of an OS database'],
    ['XML', Buffer.from('<libosinfo/>'), 'it is no snapshot of an OS database'],
    ['cut in the header', bytes.subarray(0, 100), 'its header has no end'],
    ['a header that is no JSON', Buffer.from('{"schema":"vm-import/osinfo-snapshot@1"\n'), 'this is no JSON'],
    [
      'a header of gigabytes',
      Buffer.from(`{"schema":"vm-import/osinfo-snapshot@1","version":"${' '.repeat(100_000)}"}\n`),
      'its header has no end',
    ],
    [
      'a later version',
      Buffer.from(bytes.toString().replace('osinfo-snapshot@1', 'osinfo-snapshot@2')),
      'it is vm-import/osinfo-snapshot@2, and this program reads vm-import/osinfo-snapshot@1',
    ],
    [
      'another version of the data',
      Buffer.from(bytes.toString().replace('20240131', '20260131')),
      'its header does not fit its digest',
    ],
    ['more than there should be', Buffer.concat([bytes, Buffer.from('\n')]), 'where its header announces'],
  ])('%s', (_, snapshot, problem) => {
    expect(refusalOf(snapshot)).toEqual({ exit: 2, problem: expect.stringContaining(problem) });
  });

  it('cut anywhere', () => {
    for (let length = 0; length < bytes.length; length += 97) {
      expect(refusalOf(bytes.subarray(0, length)), `${length} bytes`).toMatchObject({ exit: 2 });
    }
  });

  it('with one byte changed anywhere', () => {
    for (let offset = 0; offset < bytes.length; offset += 13) {
      const changed = Buffer.from(bytes);
      changed[offset] = (changed[offset] ?? 0) ^ 1;
      expect(refusalOf(changed), `byte ${offset}`).toMatchObject({ exit: 2 });
    }
  });

  it.each([
    ['systems', 'a list where a text should be', (text: string) => text.replace('"name":"Base 2"', '"name":["Base"]')],
    ['systems', 'a set of devices that is not there', (text: string) => text.replace('"set":1', '"set":9')],
    ['tables', 'a device that is not there', (text: string) => text.replace('[[0,4,3]', '[[0,4,9]')],
    ['index', 'a name that leads to another system', (text: string) => text.replace(/^base1\t0\t/m, 'base1\t832\t')],
    ['index', 'a name that leads nowhere', (text: string) => text.replace(/^base1\t.*$/m, 'base1\tx')],
    ['media', 'a size below nothing', (text: string) => text.replace('681574400', '-1')],
  ] as const)('with digests that fit, but in %s %s', (section, _, change) => {
    expect(refusalOf(forged(section, change))).toMatchObject({ exit: 2 });
  });
});

/** A snapshot in which somebody changed a section and made the digests anew. */
function forged(section: 'index' | 'tables' | 'systems' | 'media', change: (text: string) => string): Buffer {
  const [head = '', , ...rest] = bytes.toString().split('\n');
  const header = JSON.parse(head);
  const body = Buffer.from(rest.join('\n'));
  let offset = 0;
  const parts = ['index', 'tables', 'systems', 'media'].map((name) => {
    const part = body.subarray(offset, offset + header.sections[name].bytes);
    offset += part.length;
    const changed = name === section ? Buffer.from(change(part.toString())) : part;
    if (name === section) expect(changed.equals(part)).toBe(false);
    header.sections[name] = { bytes: changed.length, sha256: sha256(changed) };
    return changed;
  });
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  return Buffer.concat([line, Buffer.from(`${sha256(line)}\n`), ...parts]);
}

describe('openKnowledge', () => {
  const nowhere = '/nonexistent/osinfo-db.snapshot';
  const installedIn = (system: string, local: string) => {
    vi.stubEnv('OSINFO_SYSTEM_DIR', system);
    vi.stubEnv('OSINFO_LOCAL_DIR', local);
    vi.stubEnv('OSINFO_USER_DIR', '/nonexistent');
  };
  afterEach(() => vi.unstubAllEnvs());
  const labelOf = async (request: Partial<Parameters<typeof openKnowledge>[0]>) =>
    (await openKnowledge({ embedded: EMBEDDED_OSINFO, choice: 'embedded', ...request })).label;

  it('takes what is wanted, and else what is there', async () => {
    const newer = await tree({ VERSION: '20990101\n', 'os/example.org/.keep': '' });
    installedIn(SYSTEM, LOCAL);
    expect(await labelOf({})).toBe('embedded/20250619');
    expect(await labelOf({ choice: 'installed' })).toBe('installed/20240131');
    expect(await labelOf({ database: 'installed' })).toBe('installed/20240131');
    expect(await labelOf({ choice: 'installed', database: 'embedded' })).toBe('embedded/20250619');
    expect(await labelOf({ choice: 'newest' })).toBe('embedded/20250619');
    expect(await labelOf({ embedded: nowhere })).toBe('installed/20240131');
    installedIn(newer, LOCAL);
    expect(await labelOf({ choice: 'newest' })).toBe('installed/20990101');
  });

  it('says once that there is nothing', async () => {
    installedIn(nowhere, nowhere);
    const knowledge = await openKnowledge({ embedded: nowhere, choice: 'installed' });
    expect(knowledge.label).toBe('none');
    expect(knowledge.findings.map(({ code }) => code)).toEqual(['osinfo/no-database']);
    expect([knowledge.find('win10'), knowledge.list(), knowledge.media()]).toEqual([undefined, [], []]);
    await expect(labelOf({ database: 'installed' })).rejects.toThrow('no osinfo-db is installed');
  });

  it('reads the tree or the snapshot that is named', async () => {
    expect(await labelOf({ database: SYSTEM })).toBe('given/20240131');
    const directory = await tree({});
    await writeFile(join(directory, 'own'), bytes);
    expect(await labelOf({ database: join(directory, 'own') })).toBe('given/20240131');
    await expect(labelOf({ database: directory })).rejects.toThrow('no operating system');
    await expect(labelOf({ database: nowhere })).rejects.toThrow('no such file');
    await expect(labelOf({ database: '/dev/zero' })).rejects.toThrow('neither a file nor a directory');
  });
});

it('the embedded one is data of its own, with its notice', () => {
  const beside = (name: string) => readFileSync(new URL(`../../osinfo-db/${name}`, import.meta.url), 'utf8');
  const { header } = new Snapshot(readFileSync(EMBEDDED_OSINFO), EMBEDDED_OSINFO);
  expect(header).toMatchObject({ licence: 'GPL-2.0-or-later', counts: { systems: 933, media: 2746 } });
  expect(beside('COPYING')).toContain('GNU GENERAL PUBLIC LICENSE');
  expect(beside('NOTICE.md')).toContain(`\`VERSION\` says ${header.version}`);
});
