import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAM } from './bundle.ts';
import { bzImage } from './bz-image.ts';
import { GLANCE_TOOLS, Glance, type GlanceImage } from './glance.ts';
import { describeWith, runTool } from './tools.ts';

/** What `--emit openstack-json` says of an image. */
interface Planned {
  readonly file: string;
  readonly body: {
    readonly name: string;
    readonly disk_format: string;
    readonly container_format: string;
    readonly min_disk: number;
    readonly min_ram: number;
    readonly [property: string]: string | number;
  };
}

/** What Glance and its client add by themselves. */
const NOT_OURS = /^(owner_specified\.openstack\.|os_hash_|os_hidden$|stores$|direct_url$|locations$|virtual_size$)/;

/** Names of qemu-img for what Glance calls otherwise; a disc is bytes to it, and so are the parts of a machine image. */
const IN_QEMU: { readonly [diskFormat: string]: string } = {
  vhd: 'vpc',
  iso: 'raw',
  ami: 'raw',
  aki: 'raw',
  ari: 'raw',
};

/** The formats of disks and root file systems: what a server is given room for. */
const HAS_MIN_DISK = new Set(['raw', 'qcow2', 'vmdk', 'vhd', 'vhdx', 'vdi', 'ami']);

const GIB = 1024 ** 3;

/** A target that prints a script, which ends in images as openstack-json describes them. */
interface Script {
  readonly target: string;
  /** The cases that it is run for. */
  readonly titles: readonly string[];
  /** What has to be in Glance before. */
  readonly prepare: (images: readonly Planned[]) => Promise<void>;
}

let glance: Glance;
let directory: string;
const at = (name: string): string => join(directory, name);

function vmImport(...args: readonly string[]) {
  return spawnSync(process.execPath, [PROGRAM, ...args], { cwd: directory, encoding: 'utf8' });
}

function inShell(argv: readonly string[]) {
  const { status, stderr } = spawnSync('sh', argv, { cwd: directory, encoding: 'utf8', env: glance.env });
  return { status, stderr };
}

/** A small disk with a partition table, in a format of qemu-img; VHDX of qemu-img is dynamic. */
function disk(name: string, format: string, size = '1G'): string {
  writeFileSync(at('table'), 'label: dos\nstart=2048, type=83, bootable\n');
  runTool('qemu-img', ['create', '-q', '-f', 'raw', `${name}.tmp`, size], directory);
  runTool('sh', ['-c', `sfdisk -q "$1" < table`, 'sh', `${name}.tmp`], directory);
  runTool('qemu-img', ['convert', '-f', 'raw', '-O', format, `${name}.tmp`, name], directory);
  rmSync(at(`${name}.tmp`));
  return name;
}

/** Plans, runs what is to be run first, and then the script, as a user would; what was planned is the answer. */
async function carryOut(script: Script, args: readonly string[]): Promise<readonly Planned[]> {
  const out = mkdtempSync(at('out-'));
  const planned = vmImport(...args, '--emit', script.target, '--emit', 'openstack-json', '-o', out);
  expect([planned.status, planned.stderr]).toEqual([0, expect.not.stringContaining('error:')]);
  const written = (suffix: string): string => {
    const [name, ...others] = readdirSync(out).filter((file) => file.endsWith(suffix));
    expect(others).toEqual([]);
    return join(out, name ?? suffix);
  };
  const { images } = JSON.parse(readFileSync(written('.openstack.json'), 'utf8'));
  for (const [, line] of planned.stderr.matchAll(/^vm-import: first run: (.*)$/gm)) {
    expect(inShell(['-c', line ?? ''])).toEqual({ status: 0, stderr: '' });
  }
  await script.prepare(images);
  expect(inShell([written('.sh')])).toMatchObject({ status: 0 });
  return images;
}

/** Properties whose values exist only after an upload: the id of the image of that format. */
const REFERENCES: { readonly [property: string]: string } = { kernel_id: 'aki', ramdisk_id: 'ari' };

/** One by one: what was said of an image, what Glance has of it, and what qemu-img says of the file. */
async function expectStored({ file, body }: Planned, id: string): Promise<void> {
  const { properties, ...attributes } = (await glance.openstack('image', 'show', id)) as {
    readonly properties: { readonly [name: string]: unknown };
  };
  const stored: { readonly [name: string]: unknown } = { ...attributes, ...properties };
  const said = Object.entries(body).filter(([name]) => REFERENCES[name] === undefined);
  for (const [name, value] of said) expect([name, stored[name]]).toEqual([name, value]);
  const known = (name: string): boolean => name in body || name in REFERENCES || NOT_OURS.test(name);
  expect(Object.keys(properties).filter((name) => !known(name))).toEqual([]);
  const bytes = readFileSync(file);
  expect(stored).toMatchObject({
    status: 'active',
    size: bytes.length,
    os_hash_value: createHash('sha512').update(bytes).digest('hex'),
  });
  const format = IN_QEMU[body.disk_format] ?? body.disk_format;
  const info = JSON.parse(runTool('qemu-img', ['info', '-f', format, '--output=json', file], directory));
  expect(info.format).toBe(format);
  const room = HAS_MIN_DISK.has(body.disk_format) ? Math.ceil(info['virtual-size'] / GIB) : 0;
  expect(body.min_disk).toBe(room);
}

/** Every planned image is in Glance under its name, once, and is what was said. Answers with their ids. */
async function expectAllStored(planned: readonly Planned[]): Promise<readonly string[]> {
  const images = await glance.images();
  const ids: string[] = [];
  for (const image of planned) {
    const found = images.filter(({ name }) => name === image.body.name);
    expect(found.map(({ name }) => name)).toEqual([image.body.name]);
    const id = found[0]?.id ?? '';
    await expectStored(image, id);
    ids.push(id);
  }
  return ids;
}

function kernel(name: string): string {
  writeFileSync(at(name), bzImage());
  return name;
}

function fileSystem(name: string): string {
  runTool('mke2fs', ['-q', '-t', 'ext4', name, '8M'], directory);
  return name;
}

function disc(name: string): string {
  mkdirSync(at('disc'), { recursive: true });
  writeFileSync(at('disc/readme'), 'a disc');
  runTool('genisoimage', ['-quiet', '-o', name, 'disc'], directory);
  return name;
}

/** Machines as users have them. Each title is the name of the machine too. */
const CASES: readonly (readonly [title: string, make: () => readonly string[]])[] = [
  ['qcow2', () => [disk('a.qcow2', 'qcow2', '10G'), '--os', 'debian12']],
  ['raw-uefi', () => [disk('a.raw', 'raw', '4M'), '--set', 'firmware=uefi', '--set', 'secure-boot=true']],
  ['vmdk', () => [disk('a.vmdk', 'vmdk', '3G'), '--os', 'win10']],
  ['vhd', () => [disk('a.vhd', 'vpc'), '--set', 'tpm=2.0', '--set', 'disk-bus=scsi']],
  ['vhdx', () => [disk('a.vhdx', 'vhdx')]],
  ['vdi', () => [disk('a.vdi', 'vdi')]],
  ['two-disks', () => [disk('system.qcow2', 'qcow2', '5G'), disk('data.raw', 'raw', '4M')]],
  ['disc', () => [disc('a.iso'), '--os', 'debian12']],
  ['bare-file-system', () => [fileSystem('root.ext4')]],
];

const CREATE: Script = { target: 'openstack', titles: CASES.map(([title]) => title), prepare: async () => {} };

/** Scripts of the program, and the cases that they are for. */
const SCRIPTS: readonly Script[] = [
  CREATE,
  { target: 'openstack-set', titles: ['qcow2', 'raw-uefi', 'disc'], prepare: (images) => uploadBare(images) },
];

/** Images as they are after an upload that knew nothing of their machine. */
async function uploadBare(images: readonly Planned[]): Promise<void> {
  for (const { file, body } of images) {
    const { name, disk_format, container_format } = body;
    const { id } = (await glance.request('POST', '/v2/images', { name, disk_format, container_format })) as GlanceImage;
    await glance.request('PUT', `/v2/images/${id}/file`, readFileSync(file));
  }
}

/** Names that a shell, the client or a reader of either could stumble over, and that Glance takes. */
const NAMES = [
  `  it's a "disk"  of $(touch pwned) \`touch pwned\``,
  'a=b; touch pwned & touch pwned | touch pwned > pwned',
  '#back\\slash\\n %s !! ~root * ?',
  'Überprüfung 漢字 עברית ẞ',
];

describeWith([...GLANCE_TOOLS, 'qemu-img', 'sfdisk', 'mke2fs', 'genisoimage'], 'a real Glance', () => {
  beforeAll(async () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'vm-import-uploads-')));
    glance = await Glance.start();
  });
  afterAll(async () => {
    await glance?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const script of SCRIPTS) {
    const { target, titles } = script;
    const cases = CASES.filter(([name]) => titles.includes(name));
    it.each(cases)(`has what the printed commands of ${target} said: %s`, async (name, make) => {
      await expectAllStored(await carryOut(script, [...make(), '--name', `${target}-${name}`]));
    });
  }

  it('has a machine image that starts with its kernel and its RAM disk', async () => {
    writeFileSync(at('initrd'), runTool('sh', ['-c', 'printf "" | cpio -o -H newc'], directory));
    const args = [fileSystem('ami.ext4'), '--kernel', kernel('vmlinuz'), '--initrd', 'initrd', '--name', 'ami'];
    const planned = await carryOut(CREATE, args);
    const ids = await expectAllStored(planned);
    const machine = planned.findIndex(({ body }) => body.disk_format === 'ami');
    const stored = await glance.image(ids[machine] ?? '');
    for (const [property, format] of Object.entries(REFERENCES)) {
      expect(stored[property]).toBe(ids[planned.findIndex(({ body }) => body.disk_format === format)]);
    }
  });

  it.each(NAMES)('stores the name %s as it is, and no part of it is run', async (name) => {
    const file = disk(`a ${NAMES.indexOf(name)} 'file' of $(touch pwned).qcow2`, 'qcow2');
    await carryOut(CREATE, [file, '--name', name]);
    const stored = (await glance.images()).filter((image) => image.name === name);
    expect(stored.map(({ status, size }) => ({ status, size }))).toEqual([
      { status: 'active', size: statSync(at(file)).size },
    ]);
    expect(existsSync(at('pwned'))).toBe(false);
  });

  it('would refuse characters beyond the BMP, and never gets them from us', async () => {
    const name = 'disk 😀';
    const record = { name, disk_format: 'raw', container_format: 'bare' };
    await expect(glance.request('POST', '/v2/images', record)).rejects.toThrow('400');
    const { status, stdout, stderr } = vmImport(disk('bmp.qcow2', 'qcow2'), '--name', name, '--emit', 'openstack');
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining('[openstack/name]')]);
  });

  it.each(['-x', '--public', '-'])('never gets the name %s, which its client takes for an option', (name) => {
    const file = disk('dash.qcow2', 'qcow2');
    const { status, stdout, stderr } = vmImport(file, `--name=${name}`, '--emit', 'openstack');
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(/\[[a-z-]+\/[a-z-]*name\]/)]);
  });
});
