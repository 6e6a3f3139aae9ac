import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { searchDisk } from '../../src/containers/image-disk.ts';
import { type Opening, openContainer, openDirectory } from '../../src/containers/open.ts';
import { parseTransport } from '../../src/containers/transport.ts';
import { openFile } from '../../src/sources/file.ts';
import { bytesOf } from '../containers/walk.ts';
import { describeWith, runTool } from './tools.ts';

let dir: string;
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** An image of two layers, made by umoci: the upper one replaces the disk and takes away a file. */
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'image-contract-'));
  const run = (tool: string, ...argv: string[]) => runTool(tool, argv, dir);
  run('umoci', 'init', '--layout', 'layout');
  run('umoci', 'new', '--image', 'layout:vm');
  for (const [layer, files] of [
    ['lower', { 'disk/old.img': 'old disk', 'disk/disk.qcow2': 'lower disk', 'etc/keep': 'kept' }],
    ['upper', { 'disk/disk.qcow2': 'upper disk' }],
  ] as const) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(dir, layer, name, '..'), { recursive: true });
      writeFileSync(join(dir, layer, name), text);
      chmodSync(join(dir, layer, name), 0o440);
    }
  }
  run('umoci', 'insert', '--image', 'layout:vm', '--rootless', 'lower/disk', '/disk');
  run('umoci', 'insert', '--image', 'layout:vm', '--rootless', 'lower/etc', '/etc');
  run('umoci', 'insert', '--image', 'layout:vm', '--rootless', 'upper/disk/disk.qcow2', '/disk/disk.qcow2');
  run('umoci', 'insert', '--image', 'layout:vm', '--whiteout', '/disk/old.img');
  run('umoci', 'config', '--image', 'layout:vm', '--config.env', 'INSTANCETYPE_KUBEVIRT_IO_DEFAULT_INSTANCETYPE=u1');
  run('skopeo', 'copy', 'oci:layout:vm', 'oci-archive:vm.oci.tar:vm');
  run('skopeo', 'copy', 'oci:layout:vm', 'docker-archive:vm.docker.tar:example.org/vm:1');
  run('sh', '-c', 'gzip -c vm.docker.tar > vm.docker.tgz && zstd -qc vm.oci.tar > vm.oci.tar.zst');
  run(
    'skopeo',
    'copy',
    '--dest-compress',
    '--dest-compress-format',
    'zstd',
    'docker-archive:vm.docker.tar',
    'oci:zstd-layout:vm',
  );
});
afterAll(() => rmSync(dir, { recursive: true }));

async function open(spec: string): Promise<{ opening: Opening; close: () => Promise<void> }> {
  const transport = parseTransport(spec);
  const path = join(dir, transport?.path ?? spec);
  const options = { image: transport?.image ?? null, reference: transport?.reference ?? null };
  if (spec.startsWith('oci:') || path.endsWith('layout')) {
    const opening = await openDirectory(path, options);
    return { opening, close: async () => void (opening.kind === 'image' && (await opening.container.close())) };
  }
  const file = await openFile(path);
  const opening = await openContainer(file, { ...options, place: { file: path, offset: 0 } });
  if (opening === null) throw new Error('no container');
  return { opening, close: () => file.close() };
}

describeWith(['umoci', 'skopeo', 'gzip', 'zstd'], 'images of umoci and skopeo', () => {
  it.each([
    ['oci:layout:vm', 'oci-layout'],
    ['oci:zstd-layout:vm', 'oci-layout'],
    ['layout', 'oci-layout'],
    ['oci-archive:vm.oci.tar:vm', 'oci-layout'],
    ['vm.oci.tar', 'oci-layout'],
    ['vm.oci.tar.zst', 'oci-layout'],
    ['docker-archive:vm.docker.tar:example.org/vm:1', 'docker-archive'],
    ['vm.docker.tar', 'docker-archive'],
    ['vm.docker.tgz', 'docker-archive'],
  ])('%s shows the disk that an overlay would show', async (spec, format) => {
    const { opening, close } = await open(spec);
    if (opening.kind !== 'image') throw new Error(`${opening.kind}, no image`);
    const { container } = opening;
    expect(container.format).toBe(format);
    expect(container.architecture).toBe('amd64');
    const search = searchDisk(container, spec, { member: null });
    const found: unknown[] = [];
    for await (const { member, why } of search.candidates()) {
      const { name, uid, gid, mode } = member;
      found.push({ name, uid, gid, mode, why, text: (await bytesOf(member)).toString() });
    }
    expect(found).toEqual([
      { name: 'disk/disk.qcow2', uid: 0, gid: 0, mode: 0o440, why: 'disk-directory', text: 'upper disk' },
    ]);
    // umoci --rootless writes root as the owner
    expect(search.findings.map(({ code }) => code)).toEqual(['container/disk-unreadable']);
    const config = container.documents.findLast(({ kind }) => kind === 'config');
    expect(config?.bytes.toString()).toContain('INSTANCETYPE_KUBEVIRT_IO_DEFAULT_INSTANCETYPE=u1');
    await close();
  });

  it('shows the same files as umoci unpacks', async () => {
    runTool('umoci', ['unpack', '--rootless', '--image', 'layout:vm', 'bundle'], dir);
    const expected = runTool('find', ['.', '-type', 'f', '-printf', '%P\n'], join(dir, 'bundle', 'rootfs'));
    const { opening, close } = await open('oci:layout:vm');
    if (opening.kind !== 'image') throw new Error('no image');
    const shown: string[] = [];
    for await (const member of opening.container.members()) {
      if (member.kind !== 'file') continue;
      const unpacked = readFileSync(join(dir, 'bundle', 'rootfs', member.name));
      expect(sha(await bytesOf(member))).toBe(sha(unpacked));
      shown.push(member.name);
    }
    expect(shown.toSorted()).toEqual(expected.trim().split('\n').toSorted());
    await close();
  });

  it('knows what the layers weigh, as skopeo tells it', async () => {
    const { opening, close } = await open('oci:layout:vm');
    if (opening.kind !== 'image') throw new Error('no image');
    const judged = JSON.parse(runTool('skopeo', ['inspect', '--raw', 'oci:layout:vm'], dir));
    expect(opening.container.layers.map(({ digest, size }) => ({ digest, size }))).toEqual(
      judged.layers.map(({ digest, size }: { digest: string; size: number }) => ({ digest, size })),
    );
    for (const layer of opening.container.layers) expect(`sha256:${sha(await bytesOf(layer))}`).toBe(layer.digest);
    await close();
  });
});

describeWith(['buildah'], 'container disks of buildah', () => {
  it('are found in the directory and in the archive that it pushes', async () => {
    writeFileSync(join(dir, 'disk.img'), 'a disk');
    const storage = ['--root', join(dir, 'root'), '--runroot', join(dir, 'run'), '--storage-driver', 'vfs'];
    const buildah = (...argv: string[]) => runTool('buildah', [...storage, ...argv], dir).trim();
    const working = buildah('from', 'scratch');
    buildah('add', '--chown', '107:107', working, 'disk.img', '/disk/');
    const id = buildah('commit', '--quiet', working);
    for (const [spec, target] of [
      ['oci:pushed-layout', 'oci:pushed-layout'],
      ['pushed.tar', 'oci-archive:pushed.tar'],
      ['pushed-docker.tar', 'docker-archive:pushed-docker.tar'],
    ] as const) {
      buildah('push', id, target);
      const { opening, close } = await open(spec);
      if (opening.kind !== 'image') throw new Error('no image');
      const names: string[] = [];
      for await (const { member } of searchDisk(opening.container, spec, { member: null }).candidates()) {
        names.push(`${member.name} ${member.uid}:${member.gid} ${(await bytesOf(member)).toString()}`);
      }
      expect(names).toEqual(['disk/disk.img 107:107 a disk']);
      await close();
    }
  });
});
