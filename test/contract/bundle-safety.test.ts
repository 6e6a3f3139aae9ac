import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ovfOf, PROGRAM, packed, vmImport } from './bundle.ts';
import { describeWith, runTool } from './tools.ts';

const CAPACITY = 8 * 1024 * 1024;
/** Members that GNU tar would not make. */
const TARFILE = `
import io, sys, tarfile
with tarfile.open(sys.argv[1], 'w') as archive:
    archive.add('machine.ovf')
    for kind, name, target in (word.split('|') for word in sys.argv[2:]):
        member = tarfile.TarInfo(name)
        member.type = {'file': tarfile.REGTYPE, 'symlink': tarfile.SYMTYPE, 'hardlink': tarfile.LNKTYPE}[kind]
        if kind == 'file':
            member.size = 512
            archive.addfile(member, io.BytesIO(bytes(512)))
        else:
            member.linkname = target
            archive.addfile(member)
`;

let root: string;
/** Where the bundles are; what is beside it is none of theirs. */
let directory: string;
let secret: string;
const run = (tool: string, ...argv: string[]) => runTool(tool, argv, directory);
const at = (name: string) => join(directory, name);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vm-import-bundle-safety-'));
  directory = join(root, 'bundles');
  mkdirSync(directory);
  // a disk that could be imported, if anything led there
  secret = join(root, 'secret.qcow2');
  run('qemu-img', 'create', '-q', '-f', 'qcow2', secret, '8M');
  run('qemu-img', 'create', '-q', '-f', 'qcow2', 'disk.qcow2', '8M');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const naming = (href: string, attributes = '') => ovfOf('hostile', [{ href, capacity: CAPACITY, attributes }]);

function archive(name: string, href: string, ...members: string[]): string {
  writeFileSync(at('machine.ovf'), naming(href));
  run('python3', '-c', TARFILE, name, ...members);
  return name;
}

function folder(name: string, href: string): string {
  mkdirSync(at(name));
  writeFileSync(at(`${name}/machine.ovf`), naming(href));
  return `${name}/machine.ovf`;
}

/** An OVA with a disk that names another file of the host. */
function pointing(name: string, make: () => void): string {
  make();
  return packed(directory, name, naming('pointing.disk'), ['pointing.disk']);
}

const CASES: readonly (readonly [title: string, code: string, make: () => string])[] = [
  ['a name with ..', 'bundle/outside', () => archive('up.ova', '../secret.qcow2')],
  ['a name with .. further in', 'bundle/outside', () => archive('deep.ova', 'a/../../secret.qcow2')],
  ['a name with .. in escapes', 'bundle/outside', () => archive('escaped.ova', '%2e%2e%2fsecret.qcow2')],
  ['an absolute name', 'bundle/outside', () => archive('absolute.ova', secret)],
  ['/etc/passwd', 'bundle/outside', () => archive('users.ova', '/etc/passwd')],
  ['../../etc/passwd', 'bundle/outside', () => archive('dots.ova', '../../../../../etc/passwd')],
  ['a file: URL', 'bundle/outside', () => archive('file-url.ova', `file://${secret}`)],
  ['an https: URL', 'bundle/remote-file', () => archive('https.ova', 'https://127.0.0.1/secret.qcow2')],
  ['a nbd: name, as QEMU has them', 'bundle/remote-file', () => archive('nbd.ova', 'nbd:127.0.0.1:10809')],
  ['a json: name, as QEMU has them', 'bundle/remote-file', () => archive('json.ova', 'json:{}')],
  ['a symbolic link', 'bundle/not-a-file', () => archive('sym.ova', 'd.qcow2', `symlink|d.qcow2|${secret}`)],
  ['a hard link', 'bundle/not-a-file', () => archive('hard.ova', 'd.qcow2', `hardlink|d.qcow2|${secret}`)],
  ['a link to a folder', 'bundle/missing-file', () => archive('tree.ova', 'd/secret.qcow2', 'symlink|d|..')],
  ['a member with ..', 'container/unsafe-name', () => archive('member.ova', 'd.qcow2', 'file|../secret.qcow2|')],
  ['an absolute member', 'container/unsafe-name', () => archive('root.ova', 'd.qcow2', 'file|/etc/passwd|')],
  ['a member twice', 'container/duplicate-member', () => archive('twice.ova', 'd.raw', 'file|d.raw|', 'file|d.raw|')],
  ['a folder with a name with ..', 'bundle/outside', () => folder('up', '../../secret.qcow2')],
  [
    'a folder with a symbolic link',
    'container/outside-root',
    () => {
      const descriptor = folder('linked', 'd.qcow2');
      symlinkSync(secret, at('linked/d.qcow2'));
      return descriptor;
    },
  ],
  [
    'a folder with a link to a device',
    'bundle/missing-file',
    () => {
      const descriptor = folder('device', 'd.qcow2');
      symlinkSync('/dev/zero', at('device/d.qcow2'));
      return descriptor;
    },
  ],
  [
    'a folder with a link to a folder',
    'container/outside-root',
    () => {
      const descriptor = folder('branch', 'd/secret.qcow2');
      symlinkSync(root, at('branch/d'));
      return descriptor;
    },
  ],
  [
    'a qcow2 disk with a backing file',
    'bundle/backing-inside',
    () =>
      pointing('backing.ova', () => {
        run('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', secret, '-F', 'qcow2', 'pointing.disk');
      }),
  ],
  [
    'a qcow2 disk with a data file',
    'qcow2/external-data-file',
    () =>
      pointing('data.ova', () => {
        run('qemu-img', 'create', '-q', '-f', 'qcow2', '-o', 'data_file=own.raw', 'pointing.disk', '8M');
        run('qemu-img', 'amend', '-f', 'qcow2', '-o', `data_file=${secret}`, 'pointing.disk');
      }),
  ],
  [
    'a VMDK descriptor with an extent elsewhere',
    'vmdk/extent-path',
    () =>
      pointing('extent.ova', () => {
        const extent = `RW ${CAPACITY / 512} FLAT "${secret}" 0`;
        writeFileSync(
          at('pointing.disk'),
          `# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="monolithicFlat"\n${extent}\n`,
        );
      }),
  ],
];

describeWith(['strace', 'qemu-img', 'tar', 'python3'], 'nothing outside of a bundle is opened:', () => {
  it.each(CASES)('%s is %s', (_, code, make) => {
    const source = make();
    const { status, stdout, stderr } = spawnSync(
      'strace',
      ['-f', '-o', 'trace', '-e', 'trace=open,openat,openat2,connect,execve', process.execPath, PROGRAM, source],
      { cwd: directory, encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`[${code}]\n`);
    const calls = readFileSync(at('trace'), 'utf8').split('\n');
    // the trace sees what is opened
    expect(calls.some((call) => call.includes(source))).toBe(true);
    expect(calls.filter((call) => /secret|passwd|dev\/zero/.test(call))).toEqual([]);
    expect(calls.filter((call) => call.includes('connect('))).toEqual([]);
    expect(calls.filter((call) => call.includes('execve('))).toHaveLength(1);
  });
});

describeWith(['qemu-img', 'tar', 'sha256sum', 'sha1sum', 'gzip'], '--verify listed', () => {
  const members = ['machine.ovf', 'disk.qcow2'];

  function signed(name: string, listed: readonly string[], tool = 'sha256sum'): string {
    writeFileSync(at('machine.ovf'), naming('disk.qcow2'));
    writeFileSync(at('machine.mf'), run(tool, '--tag', ...listed));
    run('tar', '--format=ustar', '-cf', name, 'machine.ovf', 'machine.mf', 'disk.qcow2');
    return name;
  }

  const manifestCodes = (...argv: string[]) => {
    const { status, codes, stderr } = vmImport(directory, ...argv, '--verbose');
    expect([0, 3], stderr).toContain(status);
    return { status, codes: codes.filter((code) => code?.startsWith('manifest/')) };
  };

  /** One bit of the last byte of a file is turned. */
  function damage(name: string, offset: number): void {
    const file = openSync(at(name), 'r+');
    const byte = readFileSync(at(name))[offset] ?? 0;
    writeSync(file, Buffer.from([byte ^ 1]), 0, 1, offset);
    closeSync(file);
  }

  it.each(['sha256sum', 'sha512sum', 'sha1sum'])('finds nothing wrong with digests of %s', (tool) => {
    const { status, codes } = manifestCodes(signed('good.ova', members, tool), '--verify', 'listed');
    // SHA-1 proves less, and is said to
    expect([status, codes.filter((code) => code !== 'manifest/weak' && code !== 'manifest/disliked-spelling')]).toEqual(
      [0, []],
    );
  });

  it('finds one turned bit in the disk, and in the descriptor', () => {
    const size = statSync(at('disk.qcow2')).size;
    const archive = signed('turned.ova', members);
    const disk =
      run('tar', '-tvRf', archive)
        .split('\n')
        .find((line) => line.includes('disk.qcow2')) ?? '';
    const start = (Number(/block (\d+)/.exec(disk)?.[1]) + 1) * 512;
    damage(archive, start + size - 1);
    expect(manifestCodes(archive, '--verify', 'listed')).toEqual({
      status: 3,
      codes: expect.arrayContaining(['manifest/corrupt']),
    });
    expect(manifestCodes(archive)).toEqual({ status: 0, codes: [] });
  });

  it('warns of a file that the manifest does not list', () => {
    const { status, codes } = manifestCodes(signed('unlisted.ova', ['machine.ovf']), '--verify', 'listed');
    expect(status).toBe(0);
    expect(codes).toContain('manifest/missing-entry');
    expect(codes).not.toContain('manifest/corrupt');
  });

  it('warns of a file that only the manifest knows', () => {
    writeFileSync(at('gone.txt'), 'gone');
    const { status, codes } = manifestCodes(signed('gone.ova', [...members, 'gone.txt']), '--verify', 'listed');
    expect(status).toBe(0);
    expect(codes).toContain('manifest/missing-file');
  });

  it('checks the files beside a descriptor', () => {
    signed('beside.ova', members);
    mkdirSync(at('beside'));
    run('tar', '-xf', 'beside.ova', '-C', 'beside');
    expect(manifestCodes('beside/machine.ovf', '--verify', 'listed').status).toBe(0);
    damage('beside/disk.qcow2', 100);
    renameSync(at('beside'), at('beside-damaged'));
    expect(manifestCodes('beside-damaged/machine.ovf', '--verify', 'listed')).toEqual({
      status: 3,
      codes: expect.arrayContaining(['manifest/corrupt']),
    });
  });

  it('says that files of a compressed bundle were not checked', () => {
    signed('packed.ova', members);
    run('gzip', '-f', 'packed.ova');
    const { status, codes } = manifestCodes('packed.ova.gz', '--verify', 'listed');
    expect(status).toBe(0);
    expect(codes).toContain('manifest/not-checked');
  });
});
