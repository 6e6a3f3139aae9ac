import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Blob, LAYER, Layout } from '../../../fixtures/generate/oci.ts';
import { buildTar, type TarEntry } from '../../../fixtures/generate/tar.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { type DiskSearchOptions, searchDisk } from '../../../src/containers/image-disk.ts';
import { type OpenOptions, openContainer } from '../../../src/containers/open.ts';
import { bytesOf, membersOf, thrown } from '../walk.ts';

const file = (name: string, data = name): TarEntry => ({ name, data, uid: 107, gid: 107 });

async function image(bytes: Buffer, options: OpenOptions = {}) {
  const opening = await openContainer(bufferSource('/image.tar', bytes), {
    place: { file: '/image.tar', offset: 0 },
    ...options,
  });
  if (opening?.kind !== 'image') throw new Error(`${opening?.kind ?? 'nothing'}`);
  return opening.container;
}

async function shown(layers: Parameters<Layout['image']>[0]): Promise<string[]> {
  const layout = new Layout();
  const members = await membersOf(await image(layout.pack([layout.image(layers)])));
  return members.filter(({ kind }) => kind === 'file').map(({ name }) => name);
}

async function search(layers: Parameters<Layout['image']>[0], options: Partial<DiskSearchOptions> = {}) {
  const layout = new Layout();
  const container = await image(layout.pack([layout.image(layers)]));
  const looking = searchDisk(container, '/image.tar', { member: null, ...options });
  const found: string[] = [];
  for await (const { member, why } of looking.candidates())
    found.push(`${member.name} ${why} ${await bytesOf(member)}`);
  return { found, codes: looking.findings.map(({ code }) => code) };
}

describe('the layers of an image show what an overlay shows', () => {
  it.each<[string, readonly TarEntry[], readonly TarEntry[], readonly string[]]>([
    ['a file above hides the one below', [file('a')], [file('a'), file('b')], ['a', 'b']],
    ['a whiteout hides a file', [file('d/a'), file('d/b')], [file('d/.wh.a', '')], ['d/b']],
    ['a whiteout hides a directory', [file('d/e/a'), file('b')], [file('.wh.d', '')], ['b']],
    [
      'an opaque directory hides all below it',
      [file('d/a'), file('d/e/b'), file('c')],
      [file('d/.wh..wh..opq', ''), file('d/n')],
      ['d/n', 'c'],
    ],
    ['a whiteout spares its own layer', [file('a')], [file('.wh.a', ''), file('a')], ['a']],
    ['a file hides a directory', [file('d/a')], [file('d')], ['d']],
    ['a directory hides a file', [file('d')], [file('d/a')], ['d/a']],
    ['a link hides what is below its name', [file('d/a')], [{ name: 'd', type: '2', link: 'e' }], []],
    ['a directory leaves what is below it', [file('d/a')], [{ name: 'd/', type: '5' }], ['d/a']],
  ])('%s', async (_title, lower, upper, expected) => {
    expect(await shown([lower, upper])).toEqual(expected);
  });

  it('and a file in a plain layer has its place in the archive', async () => {
    const layout = new Layout();
    const bytes = layout.pack([layout.image([[file('disk/a.img', 'bytes')]])]);
    const [member] = await membersOf(await image(bytes));
    const { offset = 0 } = member?.place ?? {};
    expect(bytes.toString('latin1', offset, offset + 5)).toBe('bytes');
  });
});

describe('the disk of an image', () => {
  it('is the one under disk/, from the uppermost layer that shows it', async () => {
    expect(await search([[file('disk/a.img', 'old')], [file('disk/a.img', 'new'), file('etc/x')]])).toEqual({
      found: ['disk/a.img disk-directory new'],
      codes: [],
    });
  });

  it('is not guessed when there are several, and can be named', async () => {
    const layers = [[file('disk/a.img')], [file('disk/b.img'), file('other')]];
    expect(await search(layers)).toMatchObject({ codes: ['container/several-disks'] });
    expect(await search(layers, { member: '/other' })).toEqual({ found: ['other named other'], codes: [] });
    expect(await search(layers, { member: 'none' })).toEqual({ found: [], codes: ['container/no-disk'] });
  });

  it('can be known by its content where disk/ is empty', async () => {
    const isDisk = (head: Buffer) => head.toString('latin1', 0, 4) === 'QFI\xfb';
    const disk = { name: 'downloaded', data: Buffer.concat([Buffer.from('QFI\xfb', 'latin1'), Buffer.alloc(600)]) };
    const { found, codes } = await search([[file('etc/x'), disk]], { isDisk });
    expect([found.length, found[0]?.startsWith('downloaded content'), codes]).toEqual([1, true, []]);
    expect(await search([[file('etc/x')]], { isDisk })).toEqual({ found: [], codes: ['container/no-disk'] });
  });

  it.each<[string, Partial<TarEntry>, string[]]>([
    ['of 107', { uid: 107, gid: 107, mode: 0o400 }, []],
    ['of the group 107', { uid: 0, gid: 107, mode: 0o640 }, []],
    ['of root, for all', { mode: 0o644 }, []],
    ['of root', { mode: 0o600 }, ['container/disk-unreadable']],
    ['of 107 without the right to read', { uid: 107, gid: 107, mode: 0o044 }, ['container/disk-unreadable']],
  ])('%s: %o', async (_title, owner, codes) => {
    expect((await search([[{ name: 'disk/a.img', data: 'x', ...owner }]])).codes).toEqual(codes);
  });

  it('that is /disk itself is read, with a warning', async () => {
    expect(await search([[file('disk', 'x')]])).toEqual({
      found: ['disk disk-file x'],
      codes: ['container/disk-is-a-file'],
    });
  });

  it('can be a layer of an artifact, which is no archive', async () => {
    const blob: Blob = {
      bytes: Buffer.from('raw disk'),
      mediaType: 'application/vnd.kubevirt.disk.raw',
      extra: { annotations: { 'org.opencontainers.image.title': 'disk/fedora.raw' } },
    };
    expect(await search([blob])).toEqual({ found: ['disk/fedora.raw disk-directory raw disk'], codes: [] });
  });
});

describe('which image is meant', () => {
  const layout = new Layout();
  const platform = (architecture: string) => ({ platform: { os: 'linux', architecture } });
  const amd = layout.image([[file('disk/amd')]], 'amd64', platform('amd64'));
  const arm = layout.image([[file('disk/arm')]], 'arm64', platform('arm64'));
  const note = layout.image([[file('note')]], 'unknown', { platform: { os: 'unknown', architecture: 'unknown' } });
  const both = layout.index([layout.index([amd, note]), arm], {
    annotations: { 'org.opencontainers.image.ref.name': 'v1' },
  });
  const bytes = layout.pack([both]);

  it.each([
    ['x86_64', 'disk/amd'],
    ['aarch64', 'disk/arm'],
  ])('is found through nested indexes by architecture: %s', async (architecture, name) => {
    const [member] = await membersOf(await image(bytes, { architecture, reference: 'v1' }));
    expect(member?.name).toBe(name);
  });

  it.each<[string, OpenOptions, string]>([
    ['several', {}, 'image/several-images'],
    ['no such tag', { reference: 'v2' }, 'image/no-such-image'],
    ['no such architecture', { architecture: 's390x' }, 'image/no-such-image'],
    ['another kind', { image: 'docker-archive' }, 'container/wrong-kind'],
  ])('is a finding: %s', async (_title, options, code) => {
    expect(await thrown(() => image(bytes, options))).toBe(code);
  });
});

describe('a broken image is refused', () => {
  const layout = new Layout();
  const good = layout.image([[file('disk/a')]]);
  const blobs = /^blobs\//;
  it.each<[string, (entry: TarEntry) => TarEntry | null, string]>([
    ['blobs are missing', (entry) => (blobs.test(String(entry.name)) ? null : entry), 'image/missing-blob'],
    [
      'blobs have another size',
      (entry) => (blobs.test(String(entry.name)) ? { ...entry, data: 'x' } : entry),
      'image/blob-size',
    ],
    [
      'the manifest was changed',
      (entry) =>
        String(entry.data).includes('"layers"')
          ? { ...entry, data: String(entry.data).replace('schemaVersion":2', 'schemaVersion":3') }
          : entry,
      'image/digest-mismatch',
    ],
    [
      'the index is no JSON',
      (entry) => (entry.name === 'index.json' ? { ...entry, data: '{"manifests": [' } : entry),
      'image/bad-document',
    ],
    [
      'the index is deeply nested',
      (entry) => (entry.name === 'index.json' ? { ...entry, data: '['.repeat(1_000_000) } : entry),
      'image/bad-document',
    ],
    [
      'a digest leads outside',
      (entry) =>
        entry.name === 'index.json'
          ? { ...entry, data: String(entry.data).replace('sha256:', 'sha256:../../') }
          : entry,
      'image/bad-document',
    ],
    [
      'the version is unknown',
      (entry) => (entry.name === 'oci-layout' ? { ...entry, data: '{"imageLayoutVersion":"2.0.0"}' } : entry),
      'image/bad-document',
    ],
  ])('when %s', async (_title, change, code) => {
    expect(await thrown(() => image(layout.pack([good], change)))).toBe(code);
  });

  it('when its indexes are nested too deep', async () => {
    const deep = new Layout();
    let top = deep.image([[file('disk/a')]]);
    for (let depth = 0; depth < 6; depth++) top = deep.index([top]);
    expect(await thrown(() => image(deep.pack([top])))).toBe('image/index-too-deep');
  });

  it('when a layer is encrypted, no archive, or there are too many', async () => {
    const layer = (mediaType: string, bytes = Buffer.from('no tar')) => ({ mediaType, bytes });
    const open = async (layers: readonly Blob[]) => {
      const other = new Layout();
      return membersOf(await image(other.pack([other.image(layers)])));
    };
    expect(await thrown(() => open([layer(`${LAYER}+gzip+encrypted`)]))).toBe('image/layer-not-readable');
    expect(await thrown(() => open([layer(LAYER)]))).toBe('image/layer-not-readable');
    expect(await thrown(() => open(Array.from({ length: 200 }, () => layer(LAYER))))).toBe('image/too-many-layers');
  });

  it('when a layer does not end', async () => {
    const endless = new Layout();
    const start = buildTar([{ name: 'etc/zeros', size: 2 ** 33 - 1 }], Buffer.alloc(0));
    const zeros = gzipSync(Buffer.alloc(4 * 1024 * 1024));
    const bytes = Buffer.concat([gzipSync(start), ...Array.from({ length: 32 }, () => zeros)]);
    const container = await image(endless.pack([endless.image([{ bytes, mediaType: `${LAYER}+gzip` }])]), {
      limits: { unpackedBytes: 64 * 1024 * 1024 },
    });
    expect(await thrown(() => membersOf(container))).toBe('container/unpack-limit');
  });
});
