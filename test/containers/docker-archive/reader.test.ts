import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildTar, type TarEntry } from '../../../fixtures/generate/tar.ts';
import { bufferSource } from '../../../src/bytes/index.ts';
import { type OpenOptions, openContainer } from '../../../src/containers/open.ts';
import { membersOf, thrown } from '../walk.ts';

const id = (letter: string) => letter.repeat(64);
const layer = (name: string) => buildTar([{ name, data: name }]);
const image = (tag: string, ...layers: string[]) => ({ Config: 'config.json', RepoTags: [tag], Layers: layers });
const config: TarEntry = { name: 'config.json', data: '{"architecture":"arm64"}' };
const manifest = (images: unknown): TarEntry => ({ name: 'manifest.json', data: JSON.stringify(images) });

async function open(bytes: Buffer, options: OpenOptions = {}) {
  const opening = await openContainer(bufferSource('/saved.tar', bytes), options);
  if (opening?.kind !== 'image') throw new Error(`${opening?.kind ?? 'nothing'}`);
  return opening.container;
}

describe('an archive of docker save', () => {
  const saved = buildTar([
    { name: `${id('a')}/`, type: '5' },
    { name: `${id('a')}/layer.tar`, data: layer('disk/first') },
    { name: `${id('b')}/layer.tar`, type: '2', link: `../${id('a')}/layer.tar` },
    config,
    manifest([image('one:1', `${id('a')}/layer.tar`), image('two:2', `${id('b')}/layer.tar`)]),
  ]);

  it.each(['two:2', '@1'])('has the image %s, whose layer is a link to that of another', async (reference) => {
    for (const bytes of [saved, gzipSync(saved)]) {
      const container = await open(bytes, { reference });
      expect(container.architecture).toBe('arm64');
      expect((await membersOf(container)).map(({ name }) => name)).toEqual(['disk/first']);
    }
  });

  it.each<[string, TarEntry[], OpenOptions, string]>([
    ['two images and no name', [config, manifest([image('one:1'), image('two:2')])], {}, 'image/several-images'],
    ['no such image', [config, manifest([image('one:1')])], { reference: 'three:3' }, 'image/no-such-image'],
    ['a layer that is not there', [config, manifest([image('one:1', 'x.tar')])], {}, 'image/missing-blob'],
    ['a layer outside', [config, manifest([image('one:1', '../../etc/passwd')])], {}, 'image/missing-blob'],
    [
      'a link that leads outside',
      [config, { name: 'l.tar', type: '2', link: '../../etc/passwd' }, manifest([image('one:1', 'l.tar')])],
      {},
      'image/missing-blob',
    ],
    ['a manifest of another form', [config, manifest({})], {}, 'image/bad-document'],
    ['an empty manifest', [config, manifest([])], {}, 'image/bad-document'],
    [
      'a configuration with another digest',
      [{ ...config, name: `${id('c')}.json` }, manifest([{ Config: `${id('c')}.json`, Layers: [] }])],
      {},
      'image/digest-mismatch',
    ],
  ])('is refused with %s', async (_title, entries, options, code) => {
    const bytes = buildTar([{ name: `${id('d')}/`, type: '5' }, ...entries]);
    expect(await thrown(() => open(bytes, options))).toBe(code);
  });
});

describe('what only looks like an image', () => {
  it('is the bundle that it is', async () => {
    const bytes = buildTar([{ name: 'manifest.json', data: '[]' }, { name: 'disk.img' }]);
    const opening = await openContainer(bufferSource('/box.tar', bytes));
    expect(opening?.kind).toBe('bundle');
  });
});
