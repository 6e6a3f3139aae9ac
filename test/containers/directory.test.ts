import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDirectory } from '../../src/containers/open.ts';
import { parseTransport } from '../../src/containers/transport.ts';
import { bytesOf, membersOf, thrown } from './walk.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'directory-'));
  mkdirSync(join(dir, 'box', 'disks'), { recursive: true });
  writeFileSync(join(dir, 'secret'), 'secret');
  writeFileSync(join(dir, 'box', 'box.ovf'), '<Envelope/>');
  writeFileSync(join(dir, 'box', 'disks', 'a.vmdk'), 'KDMV');
  symlinkSync('../secret', join(dir, 'box', 'link'));
  mkdirSync(join(dir, 'layout', 'blobs'), { recursive: true });
  writeFileSync(join(dir, 'layout', 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  symlinkSync('../secret', join(dir, 'layout', 'index.json'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('a directory', () => {
  it('shows its files in the order of their names, links as links', async () => {
    const opening = await openDirectory(join(dir, 'box'));
    if (opening.kind !== 'bundle') throw new Error(opening.kind);
    const members = await membersOf(opening.container);
    expect(members.map(({ name, kind, size }) => [name, kind, size])).toEqual([
      ['box.ovf', 'file', 11],
      ['disks', 'directory', 0],
      ['disks/a.vmdk', 'file', 4],
      ['link', 'symlink', 0],
    ]);
    expect(members[2]?.place).toEqual({ file: join(dir, 'box', 'disks', 'a.vmdk'), offset: 0 });
    expect(members[2] && (await bytesOf(members[2])).toString()).toBe('KDMV');
    const link = members[3];
    expect(await thrown(async () => link?.open())).toBe('container/outside-root');
    await opening.container.close();
  });

  it('does not lead outside through the documents of an image', async () => {
    expect(await thrown(() => openDirectory(join(dir, 'layout')))).toBe('container/outside-root');
  });

  it.each([
    ['that is not there', 'none', {}, 'container/bad-directory'],
    ['that is a file', 'secret', {}, 'container/bad-directory'],
    ['without an image', 'box', { image: 'oci-layout' }, 'container/wrong-kind'],
    ['of too many files', 'box', { limits: { entries: 2 } }, 'container/too-many-entries'],
  ])('%s is a finding', async (_title, name, options, code) => {
    expect(
      await thrown(async () => {
        const opening = await openDirectory(join(dir, name), options);
        if (opening.kind === 'bundle') await membersOf(opening.container);
      }),
    ).toBe(code);
  });
});

describe('the transports of skopeo', () => {
  it.each([
    ['oci:dir', { image: 'oci-layout', path: 'dir', reference: null }],
    ['oci:/a/b:v1', { image: 'oci-layout', path: '/a/b', reference: 'v1' }],
    ['oci-archive:x.tar', { image: 'oci-layout', path: 'x.tar', reference: null }],
    [
      'docker-archive:x.tar:example.org:5000/vm:1',
      { image: 'docker-archive', path: 'x.tar', reference: 'example.org:5000/vm:1' },
    ],
    ['docker://vm', null],
    ['disk.qcow2', null],
    ['oci:', null],
  ])('%s', (source, expected) => {
    expect(parseTransport(source)).toEqual(expected);
  });
});
