import { describe, expect, it } from 'vitest';
import { base256, buildTar, oldSparse, pax, type TarEntry } from '../../../fixtures/generate/tar.ts';
import { type ByteSource, checkRange } from '../../../src/bytes/index.ts';
import type { Member } from '../../../src/containers/container.ts';
import { DEFAULT_LIMITS } from '../../../src/containers/limits.ts';
import { bundle, bytesOf, membersOf, thrown } from '../walk.ts';

const text = async (member: Member | undefined) => (member === undefined ? null : (await bytesOf(member)).toString());

async function walk(entries: readonly TarEntry[], end?: Buffer) {
  const container = await bundle(buildTar(entries, end));
  const members = await membersOf(container);
  return { members, names: members.map(({ name }) => name), codes: container.findings.map(({ code }) => code) };
}

const refused = (entries: readonly TarEntry[]) =>
  thrown(async () => membersOf(await bundle(buildTar([{ name: 'first', data: 'x' }, ...entries]))));

describe('the members of a tar archive', () => {
  it('have their place in the file, so that they can be used in it', async () => {
    const { members } = await walk([
      { name: './box.ovf', data: 'x'.repeat(513), mode: 0o640, uid: 64, gid: 65 },
      { name: 'disk.vmdk', data: 'KDMV' },
    ]);
    expect(members).toMatchObject([
      {
        name: 'box.ovf',
        kind: 'file',
        size: 513,
        mode: 0o640,
        uid: 64,
        gid: 65,
        place: { file: '/box.tar', offset: 512 },
        pointer: '0x0',
      },
      { name: 'disk.vmdk', size: 4, place: { file: '/box.tar', offset: 2048 }, pointer: '0x600' },
    ]);
    expect(await text(members[1])).toBe('KDMV');
  });

  it('take names and sizes from pax headers, and long names from GNU ones', async () => {
    const name = `${'n'.repeat(120)}/ü.vmdk`;
    const { members } = await walk([
      {
        name: 'PaxHeader',
        type: 'x',
        data: pax([
          ['path', name],
          ['size', '5'],
          ['uid', '3000000'],
        ]),
      },
      { name: 'short', data: 'five!', size: 0 },
      { name: '././@LongLink', type: 'L', data: `${name}2\0` },
      { name: 'short', data: 'two' },
      { name: 'global', type: 'g', data: pax([['comment', 'made by git']]) },
      { name: 'last', data: '3' },
    ]);
    expect(members).toMatchObject([
      { name, size: 5, uid: 3000000, pointer: '0x0' },
      { name: `${name}2`, size: 3 },
      { name: 'last', uid: 0 },
    ]);
    expect(await text(members[0])).toBe('five!');
  });

  it('join the prefix of ustar, which GNU does not have', async () => {
    const patch = (header: Buffer) => void header.write('folder', 345);
    expect(
      (
        await walk([
          { name: 'a', patch },
          { name: 'b', format: 'gnu', patch },
        ])
      ).names,
    ).toEqual(['folder/a', 'b']);
  });

  it('can be of a kind that v7 tells by the name alone', async () => {
    const { members } = await walk([
      { name: 'folder/', type: '\0', format: 'v7' },
      { name: 'folder/file', type: '\0', format: 'v7', data: 'old' },
      { name: 'link', type: '2', link: '/etc/passwd' },
      { name: 'same', type: '1', link: 'folder/file' },
      { name: 'device', type: '3' },
    ]);
    expect(members.map(({ kind, link }) => [kind, link])).toEqual([
      ['directory', null],
      ['file', null],
      ['symlink', '/etc/passwd'],
      ['hardlink', 'folder/file'],
      ['other', null],
    ]);
  });

  it.each([
    ['/etc/passwd', 'absolute'],
    ['../up', '".." leads upwards'],
    ['a/../../up', '".." leads upwards'],
    ['a\\..\\..\\up', '".." leads upwards'],
    ['C:\\windows', 'a drive letter'],
    ['\\\\server\\share', 'absolute'],
    ['line\nbreak', 'control characters'],
  ])('named %j are not offered', async (name, problem) => {
    const container = await bundle(buildTar([{ name }, { name: 'good' }]));
    expect((await membersOf(container)).map((member) => member.name)).toEqual(['good']);
    expect(container.findings).toMatchObject([{ code: 'container/unsafe-name', safety: true, args: { problem } }]);
  });

  it('named with a NUL by a pax header are not offered', async () => {
    const { names, codes } = await walk([
      { name: 'x', type: 'x', data: pax([['path', 'good.ovf\0../../bad']]) },
      { name: 'good.ovf' },
    ]);
    expect([names, codes]).toEqual([[], ['container/unsafe-name']]);
  });

  it('with one name are offered once, and both places are told; directories may come again', async () => {
    const container = await bundle(
      buildTar([
        { name: 'd/', type: '5' },
        { name: 'a', data: '1' },
        { name: './a', data: '2' },
        { name: 'd', type: '5' },
      ]),
    );
    const members = await membersOf(container);
    expect(members.map(({ name }) => name)).toEqual(['d', 'a', 'd']);
    expect(await text(members[1])).toBe('1');
    expect(container.findings).toMatchObject([
      { code: 'container/duplicate-member', args: { name: 'a', first: '0x200', second: '0x600' } },
    ]);
  });
});

describe('sparse members', () => {
  const data = Buffer.from('0123456789');
  const real = 100_000;
  const pieces = [
    [10, 4],
    [5000, 6],
  ] as const;
  const expected = Buffer.alloc(real);
  data.copy(expected, 10, 0, 4);
  data.copy(expected, 5000, 4);
  const flat = pieces.flat();
  const inData = `${pieces.length}\n${flat.join('\n')}\n`;

  it.each<[string, readonly TarEntry[]]>([
    ['the old GNU type', [oldSparse('disk', real, pieces, data)]],
    [
      'pax 0.0',
      [
        {
          name: 'x',
          type: 'x',
          data: pax([
            ['GNU.sparse.size', String(real)],
            ['GNU.sparse.numblocks', '2'],
            ...flat.map((value, index) => [`GNU.sparse.${index % 2 ? 'numbytes' : 'offset'}`, String(value)] as const),
          ]),
        },
        { name: 'disk', data },
      ],
    ],
    [
      'pax 0.1',
      [
        {
          name: 'x',
          type: 'x',
          data: pax([
            ['GNU.sparse.size', String(real)],
            ['GNU.sparse.map', flat.join(',')],
            ['GNU.sparse.name', 'disk'],
          ]),
        },
        { name: 'GNUSparseFile.1/disk', data },
      ],
    ],
    [
      'pax 1.0',
      [
        {
          name: 'x',
          type: 'x',
          data: pax([
            ['GNU.sparse.major', '1'],
            ['GNU.sparse.minor', '0'],
            ['GNU.sparse.name', 'disk'],
            ['GNU.sparse.realsize', String(real)],
          ]),
        },
        { name: 'GNUSparseFile.1/disk', data: Buffer.concat([Buffer.from(inData.padEnd(512, '\0')), data]) },
      ],
    ],
  ])('of %s read as the file, at any offset, and have no place of their own', async (_title, entries) => {
    const { members, codes } = await walk([...entries, { name: 'next', data: 'n' }]);
    expect(members).toMatchObject([{ name: 'disk', size: real, place: null }, { name: 'next' }]);
    expect(codes).toEqual([]);
    const source = await members[0]?.open();
    expect((await source?.read(0, real))?.equals(expected)).toBe(true);
    expect((await source?.read(4998, 5))?.toString('latin1')).toBe('\0\x00456');
    expect(members[0] && (await bytesOf(members[0])).equals(expected)).toBe(true);
  });

  it.each<[string, TarEntry]>([
    [
      'overlap',
      oldSparse(
        'disk',
        real,
        [
          [10, 4],
          [12, 6],
        ],
        data,
      ),
    ],
    [
      'go backwards',
      oldSparse(
        'disk',
        real,
        [
          [5000, 6],
          [10, 4],
        ],
        data,
      ),
    ],
    ['lie outside the file', oldSparse('disk', 5001, pieces, data)],
    ['hold less than is stored', oldSparse('disk', real, [[10, 4]], data)],
    [
      'hold more than is stored',
      oldSparse(
        'disk',
        real,
        [
          [10, 4],
          [5000, 600],
        ],
        data,
      ),
    ],
    ['go on for ever', { ...oldSparse('disk', real, pieces, data), patch: (h) => void h.fill(1, 482, 483) }],
  ])('whose pieces %s are refused', async (_title, entry) => {
    expect(await refused([entry])).toBe('tar/bad-sparse-map');
  });
});

describe('a tar archive is refused', () => {
  it.each<[string, string, readonly TarEntry[]]>([
    ['with a wrong checksum', 'tar/bad-header', [{ name: 'a', checksum: false }]],
    ['with a size that is no number', 'tar/bad-header', [{ name: 'a', size: Buffer.from('12x45\0') }]],
    ['with a negative size', 'tar/bad-header', [{ name: 'a', size: Buffer.alloc(12, 0xff) }]],
    ['with a size above 2^53', 'tar/bad-header', [{ name: 'a', size: base256(1n << 60n) }]],
    ['with a member that overruns it', 'tar/truncated', [{ name: 'a', data: 'abc', size: 1 << 20 }]],
    ['with a member of 60 GiB that is not there', 'tar/truncated', [{ name: 'a', size: base256(60n << 30n) }]],
    ['with data behind a directory', 'tar/ambiguous-entry', [{ name: 'a/', type: '5', data: 'hidden' }]],
    ['with data behind a link', 'tar/ambiguous-entry', [{ name: 'a', type: '2', link: 'b', data: 'hidden' }]],
    ['of several volumes', 'tar/ambiguous-entry', [{ name: 'a', type: 'M', data: 'rest' }]],
    ['with a long name of megabytes', 'tar/bad-header', [{ name: 'a', type: 'L', size: 1 << 24 }]],
    ['with a pax header that ends early', 'tar/bad-header', [{ name: 'a', type: 'x', size: 4096 }]],
    ['with a pax record of a wrong length', 'tar/bad-header', [{ name: 'a', type: 'x', data: '99 path=b\n' }]],
    ['with a pax size that is no number', 'tar/bad-header', [{ name: 'a', type: 'x', data: pax([['size', '-1']]) }]],
    [
      'with a global pax header that sets sizes',
      'tar/bad-header',
      [{ name: 'a', type: 'g', data: pax([['size', '512']]) }],
    ],
    [
      'with a sparse version of the future',
      'tar/bad-header',
      [
        {
          name: 'a',
          type: 'x',
          data: pax([
            ['GNU.sparse.major', '2'],
            ['GNU.sparse.size', '1'],
          ]),
        },
      ],
    ],
  ])('%s (%s)', async (_title, code, entries) => {
    expect(await refused(entries)).toBe(code);
  });

  it('after the entries before were offered', async () => {
    const container = await bundle(buildTar([{ name: 'good' }, { name: 'bad', checksum: false }]));
    const seen: string[] = [];
    const code = await thrown(async () => {
      for await (const { name } of container.members()) seen.push(name);
    });
    expect([seen, code]).toEqual([['good'], 'tar/bad-header']);
  });

  it('with more entries than the limit', async () => {
    const many = buildTar(Array.from({ length: 50 }, (_, index) => ({ name: `f${index}` })));
    expect(await thrown(async () => membersOf(await bundle(many, { limits: { entries: 20 } })))).toBe(
      'container/too-many-entries',
    );
    expect(await thrown(async () => membersOf(await bundle(many, { limits: { nameBytes: 20 } })))).toBe(
      'container/too-many-entries',
    );
  });
});

describe('the end of a tar archive', () => {
  const entry = { name: 'a', data: 'x' };
  it.each<[string, Buffer, string[]]>([
    ['two blocks', Buffer.alloc(1024), []],
    ['a record of 10 KiB', Buffer.alloc(10240), []],
    ['nothing', Buffer.alloc(0), ['tar/no-end']],
    ['one block', Buffer.alloc(512), ['tar/no-end']],
    ['rubbish behind it', Buffer.concat([Buffer.alloc(1024), Buffer.from('PK')]), ['tar/trailing-data']],
    ['another archive', Buffer.concat([Buffer.alloc(1024), buildTar([{ name: 'b' }])]), ['tar/trailing-data']],
  ])('may be %s', async (_title, end, codes) => {
    expect(await walk([entry], end)).toMatchObject({ names: ['a'], codes });
  });

  it('may lack the padding of the last member', async () => {
    const bytes = buildTar([entry], Buffer.alloc(0)).subarray(0, 513);
    const container = await bundle(bytes);
    expect((await membersOf(container)).map(({ size }) => size)).toEqual([1]);
  });

  it('can be all there is, behind a header of no entry', async () => {
    const { names, codes } = await walk([{ name: 'g', type: 'g', data: pax([['comment', 'nothing']]) }]);
    expect([names, codes]).toEqual([[], ['tar/empty']]);
  });
});

describe('listing a bundle of 60 GiB', () => {
  it('reads headers only', async () => {
    const size = 60 * 2 ** 30;
    const first = buildTar(
      [
        { name: 'box.ovf', data: '<Envelope/>' },
        { name: 'disk.vmdk', size: base256(BigInt(size)) },
      ],
      Buffer.alloc(0),
    );
    const last = buildTar([{ name: 'box.mf', data: 'x' }]);
    let bytesRead = 0;
    const huge: ByteSource = {
      uri: '/huge.ova',
      size: first.length + size + last.length,
      get bytesRead() {
        return bytesRead;
      },
      async read(offset, length) {
        checkRange(huge, offset, length);
        bytesRead += length;
        const out = Buffer.alloc(length);
        if (offset < first.length) first.copy(out, 0, offset, offset + length);
        if (offset + length > first.length + size)
          last.copy(out, Math.max(0, first.length + size - offset), Math.max(0, offset - first.length - size));
        return out;
      },
      async close() {},
    };
    const members = await membersOf(await bundle(huge));
    expect(members.map(({ name }) => name)).toEqual(['box.ovf', 'disk.vmdk', 'box.mf']);
    expect(members[1]?.place?.offset).toBe(first.length);
    expect(bytesRead).toBeLessThan(DEFAULT_LIMITS.headBytes / 20);
  });
});
