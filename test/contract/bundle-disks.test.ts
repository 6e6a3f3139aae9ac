import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspect } from '../../src/index.ts';
import { ovfOf, packed, pasted, printedCommands, sha256Of, vmImport } from './bundle.ts';
import { describeWith, runTool } from './tools.ts';

const MIB = 1024 * 1024;
const CAPACITY = 32 * MIB;
/** Guest bytes of the disks: value, offset, length. */
const QCOW2_BYTES = [0xa5, MIB, 192 * 1024] as const;
const VMDK_BYTES = [0x3c, 7 * MIB, 320 * 1024] as const;

let directory: string;
const run = (tool: string, ...argv: string[]) => runTool(tool, argv, directory);
const at = (name: string) => join(directory, name);

function patterned(name: string, [value, offset, length]: readonly [number, number, number]): void {
  run('qemu-img', 'create', '-q', '-f', 'raw', name, String(CAPACITY));
  run('qemu-io', '-f', 'raw', '-c', `write -P ${value} ${offset} ${length}`, name);
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vm-import-bundle-disks-'));
  patterned('one.raw', QCOW2_BYTES);
  run('qemu-img', 'convert', '-O', 'qcow2', 'one.raw', 'one.qcow2');
  // QEMU refuses a slice that ends inside a sector, and leaves qcow2 files that do
  appendFileSync(at('one.qcow2'), Buffer.alloc(104));
  patterned('two.raw', VMDK_BYTES);
  run('qemu-img', 'convert', '-O', 'vmdk', '-o', 'subformat=streamOptimized', 'two.raw', 'two.vmdk');
  const ovf = ovfOf('pair', [
    { href: 'one.qcow2', capacity: CAPACITY },
    { href: 'two.vmdk', capacity: CAPACITY },
  ]);
  packed(directory, 'pair.ova', ovf, ['one.qcow2', 'two.vmdk']);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Each printed command makes a disk of the same guest bytes as the original, and the archive stays as it is. */
function copies(source: string, originals: readonly string[], ...argv: string[]): readonly (readonly string[])[] {
  const target = `copies-of-${source.replaceAll(/[^a-z0-9.]/gi, '-')}`;
  mkdirSync(at(target));
  const { status, stdout, stderr } = vmImport(
    directory,
    source,
    '--disk-dir',
    at(target),
    '--disk-placement',
    'copy',
    '--verbose',
    ...argv,
  );
  expect(status, stderr).toBe(0);
  const printed = printedCommands(stderr);
  expect(printed).toHaveLength(originals.length);
  const made = [...stdout.matchAll(/<source file="([^"]+)"/g)].map(([, path = '']) => path);
  expect(made).toHaveLength(originals.length);
  for (const [index, commands] of printed.entries()) {
    for (const command of commands) {
      pasted(command, directory);
      expect(run('qemu-img', 'compare', '-f', 'raw', '-F', 'qcow2', originals[index] ?? '', made[index] ?? '')).toBe(
        'Images are identical.\n',
      );
      expect(JSON.parse(run('qemu-img', 'info', '--output=json', made[index] ?? ''))).not.toHaveProperty(
        'backing-filename',
      );
      rmSync(made[index] ?? '');
    }
  }
  expect(readdirSync(at(target))).toEqual([]);
  return printed;
}

describeWith(['qemu-img', 'qemu-io', 'nbdkit', 'tar'], 'a disk inside an OVA is', () => {
  it('of a size that is no multiple of a sector', () => {
    expect(statSync(at('one.qcow2')).size % 512).toBe(104);
  });

  it('copied by qemu-img and by nbdkit', () => {
    const before = sha256Of(at('pair.ova'));
    const printed = copies('pair.ova', ['one.raw', 'two.raw']);
    for (const commands of printed) {
      expect(commands).toEqual([
        expect.stringMatching(/^qemu-img convert .*json:/),
        expect.stringMatching(/^nbdkit .*--filter=offset/),
      ]);
    }
    expect(sha256Of(at('pair.ova'))).toBe(before);
  });

  it('copied out of an archive with a name that needs quoting', () => {
    const name = `o'ne "$two"\\ä,b=c:d.ova`;
    run('cp', 'pair.ova', name);
    copies(name, ['one.raw', 'two.raw']);
  });

  it.each(['url%24name%20.qcow2', 'url$name .qcow2'])('found as %s, whether the name is escaped or not', (name) => {
    run('cp', 'one.qcow2', name);
    const stem = Buffer.from(name).toString('hex');
    packed(directory, `${stem}.ova`, ovfOf('named', [{ href: 'url%24name%20.qcow2', capacity: CAPACITY }]), [name]);
    copies(`${stem}.ova`, ['one.raw']);
    rmSync(at(name));
  });

  it('read through an overlay that takes the writes', () => {
    const before = sha256Of(at('pair.ova'));
    mkdirSync(at('overlays'));
    const { status, stdout, stderr } = vmImport(
      directory,
      'pair.ova',
      '--disk-placement',
      'overlay',
      '--disk-dir',
      at('overlays'),
    );
    expect(status, stderr).toBe(0);
    for (const [command = ''] of printedCommands(stderr)) pasted(command, directory);
    const overlays = [...stdout.matchAll(/<source file="([^"]+-overlay\.qcow2)"/g)].map(([, path = '']) => path);
    expect(overlays).toHaveLength(2);
    for (const [index, [value, offset, length]] of [QCOW2_BYTES, VMDK_BYTES].entries()) {
      const overlay = overlays[index] ?? '';
      const io = (...commands: string[]) =>
        run('qemu-io', '-f', 'qcow2', ...commands.flatMap((c) => ['-c', c]), overlay);
      expect(io(`read -P ${value} ${offset} ${length}`, 'read -P 0 0 64k')).not.toContain(
        'Pattern verification failed',
      );
      io(`write -P 0x77 ${offset} 64k`, 'write -P 0x78 20M 64k', 'flush');
      expect(
        io(
          `read -P 0x77 ${offset} 64k`,
          `read -P ${value} ${offset + 65536} ${length - 65536}`,
          'read -P 0x78 20M 64k',
        ),
      ).not.toContain('Pattern verification failed');
    }
    expect(sha256Of(at('pair.ova'))).toBe(before);
  });
});

describeWith(['qemu-img', 'qemu-io', 'tar', 'gzip', 'xz', 'zstd', 'bzip2'], 'the printed command unpacks', () => {
  it.each([
    ['gzip', '-z'],
    ['xz', '-J'],
    ['bzip2', '-j'],
    ['zstd', '--zstd'],
  ])('a box that %s packed', (kind, flag) => {
    const name = `vagrant-${kind}.box`;
    mkdirSync(at(kind));
    writeFileSync(at(`${kind}/metadata.json`), '{"provider":"libvirt","format":"qcow2","virtual_size":1}');
    run('cp', 'one.qcow2', `${kind}/box.img`);
    run('tar', '-C', kind, flag, '-cf', name, './metadata.json', './box.img');
    copies(name, ['one.raw'], '--name', 'box');
  });

  it('a box with more padding than a pipe holds', () => {
    run('tar', '-b', '2000', '-czf', 'padded.box', 'one.qcow2');
    copies('padded.box', ['one.raw'], '--name', 'padded');
  });

  it('a single file that several compressors packed', () => {
    run('sh', '-c', 'gzip -c one.qcow2 | xz -c > one.qcow2.gz.xz; zstd -qc two.vmdk > two.vmdk.zst');
    copies('one.qcow2.gz.xz', ['one.raw'], '--name', 'one');
    copies('two.vmdk.zst', ['two.raw'], '--name', 'two');
  });

  it('pieces of a chunked disk, in a directory and in an archive', () => {
    mkdirSync(at('chunked'));
    run('split', '-b', '50000', '-d', '-a', '9', 'two.vmdk', 'chunked/two.vmdk.');
    const pieces = readdirSync(at('chunked')).sort();
    expect(pieces.length).toBeGreaterThan(1);
    const ovf = ovfOf('cut', [{ href: 'two.vmdk', capacity: CAPACITY, attributes: 'ovf:chunkSize="50000"' }]);
    packed(at('chunked'), '../cut.ova', ovf, pieces);
    copies('chunked/machine.ovf', ['two.raw']);
    copies('cut.ova', ['two.raw']);
  });

  it('a file that the descriptor calls compressed, in a directory and in an archive', () => {
    mkdirSync(at('compressed'));
    run('sh', '-c', 'gzip -c two.vmdk > compressed/two.vmdk.gz');
    const ovf = ovfOf('pressed', [{ href: 'two.vmdk.gz', capacity: CAPACITY, attributes: 'ovf:compression="gzip"' }]);
    packed(at('compressed'), '../pressed.ova', ovf, ['two.vmdk.gz']);
    copies('compressed/machine.ovf', ['two.raw']);
    copies('pressed.ova', ['two.raw']);
  });

  it('pieces of a compressed file', () => {
    mkdirSync(at('both'));
    run('sh', '-c', 'gzip -c two.vmdk | split -b 20000 -d -a 9 - both/two.vmdk.gz.');
    const attributes = 'ovf:chunkSize="20000" ovf:compression="gzip"';
    const ovf = ovfOf('both', [{ href: 'two.vmdk.gz', capacity: CAPACITY, attributes }]);
    packed(at('both'), '../both.ova', ovf, readdirSync(at('both')).sort());
    copies('both/machine.ovf', ['two.raw']);
    copies('both.ova', ['two.raw']);
  });

  it.each(['gnu', 'posix'])('a sparse member of a %s archive', (format) => {
    const name = `sparse-${format}.ova`;
    writeFileSync(at('machine.ovf'), ovfOf('sparse', [{ href: 'sparse.raw', capacity: CAPACITY }]));
    run('cp', '--sparse=always', 'one.raw', 'sparse.raw');
    run('tar', `--format=${format}`, '--sparse', '-cf', name, 'machine.ovf', 'sparse.raw');
    expect(statSync(at(name)).size).toBeLessThan(CAPACITY);
    copies(name, ['one.raw']);
  });

  it.each([['back\\slash\\n.qcow2'], ["quote' and space.qcow2"], ['-dash.qcow2'], ['star*.qcow2'], ['ünïcödé.qcow2']])(
    'a member called %s',
    (member) => {
      const stem = Buffer.from(member).toString('hex');
      run('cp', '--', 'one.qcow2', `./${member}`);
      run('tar', '--no-unquote', '-czf', `${stem}.tgz`, '--', member);
      copies(`${stem}.tgz`, ['one.raw'], '--name', 'named');
      rmSync(at(member));
    },
  );
});

describeWith(
  ['qemu-img', 'qemu-io', 'umoci', 'skopeo', 'tar', 'gzip'],
  'the printed command gets out of an image',
  () => {
    beforeAll(() => {
      mkdirSync(at('image/disk'), { recursive: true });
      run('cp', 'one.qcow2', 'image/disk/disk.qcow2');
      run('umoci', 'init', '--layout', 'layout');
      run('umoci', 'new', '--image', 'layout:vm');
      run('umoci', 'insert', '--image', 'layout:vm', '--rootless', 'image/disk', '/disk');
      run('skopeo', 'copy', 'oci:layout:vm', 'oci-archive:image.oci.tar:vm');
      run('skopeo', 'copy', 'oci:layout:vm', 'docker-archive:image.docker.tar:example.org/vm:1');
      run(
        'skopeo',
        'copy',
        '--dest-compress',
        '--dest-compress-format',
        'zstd',
        'docker-archive:image.docker.tar',
        'oci:zstd:vm',
      );
      run('sh', '-c', 'gzip -c image.docker.tar > image.docker.tgz');
    });

    it.each([
      ['an OCI layout with a gzip layer', 'layout'],
      ['an OCI layout with a zstd layer', 'oci:zstd:vm'],
      ['an OCI archive', 'image.oci.tar'],
      ['a docker-archive', 'image.docker.tar'],
      ['a docker-archive that gzip packed', 'image.docker.tgz'],
    ])('%s the disk as it is', (_, source) => {
      copies(source, ['one.raw'], '--name', 'image');
    });

    it.each([
      ['layout', '', ''],
      ['layout', 'oci:', ':vm'],
      ['image.oci.tar', 'oci-archive:', ':vm'],
      ['image.docker.tar', 'docker-archive:', ''],
    ])('the disk of %s beside the image (%s, %s)', async (name, transport, reference) => {
      const source = `${transport}${at(name)}${reference}`;
      const { stdout, stderr } = vmImport(directory, source);
      const stem = name.replace(/\.tar$/, '');
      expect(stdout, stderr).toContain(`<source file="${at(`${stem}.qcow2`)}"/>`);
      const { machine, sources } = await inspect([source]);
      expect([machine.name, sources.map(({ uri }) => uri)]).toEqual([stem, [at(name)]]);
    });

    it('a disk that lies plainly in a layer, by an overlay too', async () => {
      const { disks } = await inspect([at('image.docker.tar')]);
      expect(disks[0]?.slice).not.toBeNull();
      const { stderr } = vmImport(directory, 'image.docker.tar', '--disk-placement', 'overlay', '--name', 'upper');
      const [[command = ''] = []] = printedCommands(stderr);
      pasted(command, directory);
      expect(run('qemu-img', 'compare', '-f', 'raw', '-F', 'qcow2', 'one.raw', 'upper-overlay.qcow2')).toBe(
        'Images are identical.\n',
      );
    });
  },
);
