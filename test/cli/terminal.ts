import { createHash } from 'node:crypto';
import { copyFile, cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bootEntry, buildIso, validation } from '../../fixtures/generate/iso.ts';
import { buildQcow2, type Qcow2Options } from '../../fixtures/generate/qcow2.ts';
import { buildTar } from '../../fixtures/generate/tar.ts';
import { buildVmdk } from '../../fixtures/generate/vmdk.ts';
import { buildVpc } from '../../fixtures/generate/vpc.ts';
import { main } from '../../src/cli/main.ts';
import { encodePayload, HINT_EXTENSION_TYPE } from '../../src/disks/qcow2/hint-extension.ts';
import { evidenceDocument, inspect } from '../../src/index.ts';
import { FALLBACK, gptDisk, VENDOR, WINDOWS_11, WINDOWS_XP } from '../content/disks.ts';
import { withoutDigest } from '../emitters/skeletons.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

export interface Screen {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory with the inputs that the cases name, and a way to run command lines in it. */
export interface Terminal {
  readonly directory: string;
  readonly path: (name: string) => string;
  /** Runs a command line; file names are those of the directory. What it prints names the directory `<dir>`. */
  readonly run: (line: readonly string[], stdin?: string | Buffer) => Promise<Screen>;
  readonly close: () => Promise<void>;
}

function hinted(document: Buffer): Qcow2Options['extensions'] {
  return [{ type: HINT_EXTENSION_TYPE, data: encodePayload(document, 1024) }];
}

async function fill(directory: string): Promise<void> {
  const at = (name: string) => join(directory, name);
  await copyFile(join(fixtures, 'disks', 'qcow2', 'disk.qcow2'), at('disk.qcow2'));
  const policies = ['site.yaml', 'broken.yaml', 'audit.yaml', 'contradiction.yaml', 'outside.yaml', 'layers'];
  for (const name of [...policies, 'suspicious.yaml', 'hints.json', 'hostile-hints.json', 'host.xml']) {
    await cp(join(fixtures, 'cli', name), at(name), { recursive: true });
  }
  for (const name of ['waivers.yaml', 'waived-codes.yaml', 'broken-waivers.yaml']) {
    const written = await readFile(join(fixtures, 'cli', name), 'utf8');
    await writeFile(at(name), written.replaceAll('<dir>', directory));
  }
  await cp(join(fixtures, 'cli', 'tests'), at('tests'), { recursive: true });
  await cp(join(fixtures, 'osinfo', 'system'), at('osinfo'), { recursive: true });
  await cp(join(fixtures, 'osinfo', 'local'), at('osinfo-local'), { recursive: true });
  const hints = await readFile(at('hints.json'));
  const images: Record<string, Qcow2Options> = {
    'hinted.qcow2': { extensions: hinted(hints) ?? [] },
    'base.qcow2': { extensions: hinted(hints) ?? [] },
    'hostile.qcow2': { extensions: hinted(await readFile(at('hostile-hints.json'))) ?? [] },
    'overlay.qcow2': { backing: { name: 'base.qcow2', format: 'qcow2' } },
    'escaping.qcow2': { backing: { name: '/etc/hostname', format: 'raw' } },
    'data-file.qcow2': {
      incompatible: 4n,
      extensions: [{ type: 0x44415441, data: Buffer.from('/etc/shadow') }],
    },
    'bios.qcow2': {
      extensions: hinted(Buffer.from('{"vmHints":1,"hardware":{"firmware":{"required":["bios"]}}}')) ?? [],
    },
  };
  for (const [name, options] of Object.entries(images)) {
    await writeFile(at(name), buildQcow2({ size: 1024 * 1024 * 1024, ...options }).bytes);
  }
  const efi = gptDisk({ esp: FALLBACK });
  await writeFile(at('efi.raw'), efi);
  await writeFile(at('vendor.raw'), gptDisk({ esp: VENDOR }));
  await writeFile(at('old.vhd'), buildVpc({ size: 16 * 1024 * 1024 }).bytes);
  await writeFile(at('xp.raw'), WINDOWS_XP);
  await writeFile(at('win11.raw'), WINDOWS_11);
  await writeFile(at('disc.iso'), buildIso({ volumeId: 'A DISC' }));
  const boots = { sequence: ['primary', 'boot', 'end'], catalog: [validation(0), bootEntry(50)] } as const;
  await writeFile(at('fedora.iso'), buildIso({ ...boots, volumeId: 'Fedora-S-dvd-x86_64-41' }));
  await writeFile(
    at('windows.iso'),
    buildIso({ ...boots, volumeId: 'SSS_X64FREE_EN-US_DV9', publisher: 'MICROSOFT CORPORATION' }),
  );
  await writeFile(at('cut.qcow2'), (await readFile(at('disk.qcow2'))).subarray(0, 90));
  await writeFile(at('data.raw'), Buffer.alloc(1024 * 1024));
  await writeFile(at('disk.vmdk'), Buffer.from('KDMV'.padEnd(1024, '\0')));
  const ovf = await readFile(join(fixtures, 'cli', 'appliance.ovf'));
  const vmdk = buildVmdk({ capacity: 2048 }).bytes;
  const manifest = [ovf, vmdk].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  const files = [
    { name: 'appliance.ovf', data: ovf },
    {
      name: 'appliance.mf',
      data: `SHA256(appliance.ovf)= ${manifest[0]}\nSHA256(appliance-disk1.vmdk)= ${manifest[1]}\n`,
    },
    { name: 'appliance-disk1.vmdk', data: vmdk },
  ];
  await writeFile(at('appliance.ova'), buildTar(files));
  await writeFile(
    at('corrupt.ova'),
    buildTar([...files.slice(0, 2), { name: 'appliance-disk1.vmdk', data: buildVmdk({ capacity: 4096 }).bytes }]),
  );
  await writeFile(
    at('escaping.ova'),
    buildTar([{ name: 'appliance.ovf', data: ovf.toString().replace('appliance-disk1.vmdk', '../disk.vmdk') }]),
  );
  await writeFile(at('vapp.ovf'), await readFile(join(fixtures, 'descriptors', 'ovf', 'nested-vapp.ovf')));
  const box = [
    { name: './metadata.json', data: '{"provider":"libvirt","format":"qcow2","virtual_size":1}' },
    { name: './box.img', data: await readFile(at('disk.qcow2')) },
  ];
  await writeFile(at('debian.box'), gzipSync(buildTar(box)));
  await writeFile(
    at('two.tar'),
    buildTar(['a.qcow2', 'b.qcow2'].map((name) => ({ name, data: efi.subarray(0, 1024) }))),
  );
  await writeFile(at('packed.qcow2.gz'), gzipSync(await readFile(at('disk.qcow2'))));
  await writeFile(at('-rf.qcow2'), await readFile(at('disk.qcow2')));
  for (const name of ['hinted', 'overlay', 'efi']) {
    const source = at(name === 'efi' ? 'efi.raw' : `${name}.qcow2`);
    await writeFile(at(`${name}.json`), JSON.stringify(evidenceDocument(await inspect([source]))));
  }
  const forged = JSON.parse(await readFile(at('hinted.json'), 'utf8'));
  Object.assign(forged.votes[0], { origin: 'policy-set', locked: true });
  await writeFile(at('forged.json'), JSON.stringify(forged));
}

export async function openTerminal(): Promise<Terminal> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'vm-import-cli-')));
  await fill(directory);
  // the digest of a plan depends on the directory, as its paths do
  const shown = (output: string) => withoutDigest(output.replaceAll(directory, '<dir>'));
  const terminal: Terminal = {
    directory,
    path: (name) => join(directory, name),
    async run(line, stdin = '') {
      const before = process.cwd();
      process.chdir(directory);
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const printed = Promise.all([text(stdout), text(stderr)]);
      try {
        const exit = await main(
          line,
          { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr, color: { stdout: false, stderr: false } },
          100,
        );
        stdout.end();
        stderr.end();
        const [out, err] = await printed;
        return { exit, stdout: shown(out), stderr: shown(err) };
      } finally {
        process.chdir(before);
      }
    },
    close: () => rm(directory, { recursive: true }),
  };
  await terminal.run(['policy', 'compile', 'site.yaml', '-o', 'site.compiled']);
  await terminal.run(['policy', 'compile', 'layers', '-o', 'layers.compiled']);
  const compiled = await readFile(join(directory, 'site.compiled'), 'utf8');
  await writeFile(join(directory, 'changed.compiled'), compiled.replace('"error"', '"info"'));
  return terminal;
}
