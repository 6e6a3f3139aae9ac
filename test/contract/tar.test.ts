import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openContainer } from '../../src/containers/open.ts';
import { openFile } from '../../src/sources/file.ts';
import { mostMemory } from '../containers/memory.ts';
import { bytesOf } from '../containers/walk.ts';
import { describeWith, runTool } from './tools.ts';

/** What python's tarfile says of an archive, which reads sparse files of every kind. */
const JUDGE = `
import hashlib, json, sys, tarfile
kinds = {tarfile.REGTYPE: 'file', tarfile.AREGTYPE: 'file', tarfile.GNUTYPE_SPARSE: 'file', tarfile.CONTTYPE: 'file',
  tarfile.DIRTYPE: 'directory', tarfile.SYMTYPE: 'symlink', tarfile.LNKTYPE: 'hardlink'}
out = []
with tarfile.open(sys.argv[1]) as archive:
  for m in archive:
    kind = kinds.get(m.type, 'other')
    data = archive.extractfile(m) if kind == 'file' else None
    name = '/'.join(p for p in m.name.split('/') if p not in ('', '.'))
    if name == '': continue
    plain = kind == 'file' and not m.issparse() and not sys.argv[1].endswith(('.gz', '.xz', '.bz2', '.zst', '.pgz'))
    out.append({'name': name, 'kind': kind, 'size': m.size if kind == 'file' else 0, 'mode': m.mode, 'uid': m.uid, 'gid': m.gid,
      'link': m.linkname if kind in ('symlink', 'hardlink') else None, 'offset': m.offset_data if plain else None,
      'sha': hashlib.sha256(data.read()).hexdigest() if data else None})
print(json.dumps(out))
`;

let dir: string;
const KIB = 1024;
const long = `${'long-directory-name/'.repeat(8)}${'x'.repeat(150)}.vmdk`;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tar-contract-'));
  const tree = join(dir, 'tree');
  mkdirSync(join(tree, ...long.split('/').slice(0, -1)), { recursive: true });
  writeFileSync(join(tree, 'box.ovf'), '<Envelope/>\n');
  writeFileSync(join(tree, 'box.mf'), 'SHA256(box.ovf)= 00\n', { mode: 0o600 });
  writeFileSync(join(tree, long), 'the long one');
  writeFileSync(join(tree, 'grüße.txt'), 'UTF-8');
  writeFileSync(join(tree, 'empty'), '');
  symlinkSync('/etc/passwd', join(tree, 'link'));
  // a disk of many pieces: more than the four of an old header and the 21 of one that continues it
  const pieces = Buffer.alloc(64 * 64 * KIB);
  const disk = join(tree, 'disk.raw');
  writeFileSync(disk, '');
  truncateSync(disk, pieces.length + 777);
  for (let index = 0; index < 64; index += 2) {
    runTool('dd', ['if=/dev/urandom', `of=${disk}`, 'bs=4096', `seek=${index * 16}`, 'count=3', 'conv=notrunc'], dir);
  }
  runTool('ln', ['tree/box.ovf', 'tree/same.ovf'], dir);
});
afterAll(() => rmSync(dir, { recursive: true }));

async function ours(path: string) {
  const file = await openFile(path);
  const opening = await openContainer(file, { place: { file: path, offset: 0 } });
  if (opening?.kind !== 'bundle') throw new Error('no bundle');
  const found: unknown[] = [];
  for await (const member of opening.container.members()) {
    const { name, kind, size, mode, uid, gid, link, place } = member;
    const sha =
      kind === 'file'
        ? createHash('sha256')
            .update(await bytesOf(member))
            .digest('hex')
        : null;
    found.push({ name, kind, size, mode, uid, gid, link, offset: place?.offset ?? null, sha });
  }
  expect(opening.container.findings).toEqual([]);
  await file.close();
  return found;
}

async function agrees(archive: string, plain = archive): Promise<void> {
  const judged = JSON.parse(runTool('python3', ['-c', JUDGE, join(dir, plain)], dir));
  const mine = await ours(join(dir, archive));
  expect(judged.length).toBeGreaterThan(5);
  const noOffset = (entry: object) => ({ ...entry, offset: null });
  expect(mine).toEqual(archive === plain ? judged : judged.map(noOffset));
}

describeWith(
  ['tar', 'python3', 'gzip', 'pigz', 'xz', 'zstd', 'bzip2'],
  'archives of GNU tar, as python tells them',
  () => {
    it.each(['gnu', 'oldgnu', 'pax', 'posix'])('--format=%s', async (format) => {
      runTool('tar', [`--format=${format}`, '-cf', `${format}.tar`, '-C', 'tree', '.'], dir);
      await agrees(`${format}.tar`);
    });

    it.each(['ustar', 'v7'])('--format=%s, which has no room for the long name', async (format) => {
      const names = ['box.ovf', 'box.mf', 'disk.raw', 'empty', 'link', 'same.ovf'];
      runTool('tar', [`--format=${format}`, '-cf', `${format}.tar`, '-C', 'tree', ...names], dir);
      await agrees(`${format}.tar`);
    });

    it.each([
      ['gnu', '0.0'],
      ['pax', '0.0'],
      ['pax', '0.1'],
      ['pax', '1.0'],
    ])('--format=%s --sparse-version=%s', async (format, version) => {
      const name = `sparse-${format}-${version}.tar`;
      const options = ['--sparse', '--hole-detection=raw', `--sparse-version=${version}`, `--format=${format}`];
      runTool('tar', [...options, '-cf', name, '-C', 'tree', '.'], dir);
      await agrees(name);
    });

    it.each([
      ['gzip', 'gz'],
      ['pigz', 'pgz'],
      ['xz', 'xz'],
      ['zstd', 'zst'],
      ['bzip2', 'bz2'],
    ])('in %s, sparse entries too', async (tool, suffix) => {
      runTool('tar', ['--sparse', '--hole-detection=raw', '-cf', `c-${tool}.tar`, '-C', 'tree', '.'], dir);
      runTool('sh', ['-c', `${tool} -c c-${tool}.tar > c.${suffix}`], dir);
      await agrees(`c.${suffix}`, `c-${tool}.tar`);
    });
  },
);

describeWith(['tar', 'xz', 'python3'], 'a stream inside a stream of the same kind', () => {
  it('is unpacked: neither waits for the end of the other', async () => {
    runTool('tar', ['-cf', 'inner.tar', '-C', 'tree', '.'], dir);
    runTool('sh', ['-c', 'xz -c inner.tar | xz -c > twice.xz'], dir);
    await agrees('twice.xz', 'inner.tar');
  });
});

describeWith(['tar', 'xz', 'bzip2', 'truncate'], 'bombs of real compressors', () => {
  it.each(['xz -0', 'bzip2 -1'])('%s cost the limit and no memory', async (tool) => {
    const mib = 1024 * 1024;
    runTool('sh', ['-c', `truncate -s 300M zeros && tar -c zeros | ${tool} > bomb`], dir);
    const file = await openFile(join(dir, 'bomb'));
    const opening = await openContainer(file, { limits: { unpackedBytes: 200 * mib } });
    if (opening?.kind !== 'bundle') throw new Error('no bundle');
    const names: string[] = [];
    const walk = async () => {
      for await (const { name } of opening.container.members()) names.push(name);
    };
    const most = await mostMemory(() =>
      expect(walk()).rejects.toMatchObject({ finding: { code: 'container/unpack-limit' } }),
    );
    expect(names).toEqual(['zeros']);
    expect(most).toBeLessThan(128 * mib);
    await file.close();
  });
});

describeWith(['bsdtar', 'python3'], 'archives of bsdtar, as python tells them', () => {
  it.each(['gnutar', 'pax', 'ustar', 'v7'])('--format=%s', async (format) => {
    const names = ['box.ovf', 'box.mf', 'disk.raw', 'empty', 'link', 'same.ovf'];
    const all = format === 'pax' || format === 'gnutar' ? ['.'] : names;
    runTool('bsdtar', [`--format=${format}`, '-cf', `bsd-${format}.tar`, '-C', 'tree', ...all], dir);
    await agrees(`bsd-${format}.tar`);
  });
});
