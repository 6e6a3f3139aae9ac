import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostFirmware } from '../../src/facts/index.ts';
import { readDescriptor } from '../../src/host/firmware.ts';
import { findDescriptors, firmwareDirectories, lookedUp } from '../../src/host/firmware-files.ts';
import { parseHostDocuments, serialiseHost } from '../../src/host/index.ts';

const DESCRIPTOR = {
  description: 'UEFI \u001b[31mfirmware',
  'interface-types': ['uefi'],
  mapping: {
    device: 'flash',
    executable: { filename: '/fw/CODE.fd', format: 'raw' },
    'nvram-template': { filename: '/fw/VARS.fd', format: 'qcow2' },
  },
  targets: [{ architecture: 'x86_64', machines: ['pc-q35-*'] }],
  features: ['acpi-s3', 'secure-boot'],
  tags: ['-D DEBUG'],
};
const FIRMWARE: HostFirmware = {
  uri: '60.json',
  description: 'UEFI firmware',
  interfaces: ['uefi'],
  device: 'flash',
  mode: 'split',
  executable: { path: '/fw/CODE.fd', format: 'raw' },
  template: { path: '/fw/VARS.fd', format: 'qcow2', size: null },
  targets: [{ architecture: 'x86_64', machines: ['pc-q35-*'] }],
  features: ['acpi-s3', 'secure-boot'],
  present: null,
};
const mapped = (mapping: object) => ({ ...DESCRIPTOR, mapping });
const flash = { device: 'flash', executable: { filename: '/fw/CODE.fd', format: 'raw' } };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firmware-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a firmware descriptor', () => {
  const parse = (data: unknown, uri = '60.json') => parseHostDocuments([{ uri, text: JSON.stringify(data) }]);

  it('is read as it stands, and survives a snapshot', async () => {
    const { host, findings } = await parse(DESCRIPTOR);
    expect(findings).toEqual([]);
    expect(host).toMatchObject({ uris: ['60.json'], firmwares: [FIRMWARE], guests: null });
    const again = await parseHostDocuments([{ uri: 'host.json', text: serialiseHost(host) }]);
    expect(again).toEqual({ host, findings: [] });
  });

  it.each<[string, object, Partial<HostFirmware>]>([
    ['flash in one file', { ...flash, mode: 'combined' }, { mode: 'combined', template: null }],
    ['code that keeps nothing', { ...flash, mode: 'stateless' }, { mode: 'stateless', template: null }],
    [
      'a kernel',
      { device: 'kernel', filename: '/fw/u-boot.bin' },
      { device: 'kernel', mode: null, executable: { path: '/fw/u-boot.bin', format: 'raw' } },
    ],
    ['memory', { device: 'memory', filename: '/fw/OVMF.fd' }, { device: 'memory', mode: null }],
  ])('may be about %s', async (_, mapping, firmware) => {
    expect((await parse(mapped(mapping))).host.firmwares).toMatchObject([firmware]);
  });

  it.each<[string, unknown, string]>([
    ['a relative path', mapped({ ...flash, executable: { filename: 'CODE.fd' } }), '/mapping/executable/filename'],
    ['no template', mapped(flash), '/mapping'],
    ['an unknown mode', mapped({ ...flash, mode: 'odd' }), '/mapping/mode'],
    ['no file at all', mapped({ device: 'kernel' }), '/mapping/filename'],
    ['targets that are none', { ...DESCRIPTOR, targets: 'x86_64' }, '/targets'],
    [
      'too many machines',
      { ...DESCRIPTOR, targets: [{ architecture: 'x', machines: Array(5000).fill('a') }] },
      '/targets/0/machines',
    ],
  ])('with %s ends the run', async (_, data, pointer) => {
    const { host, findings } = await parse(data);
    expect(host.firmwares).toBeNull();
    expect(findings).toMatchObject([{ code: 'host/bad-descriptor', exit: 2, severity: 'error', at: [{ pointer }] }]);
  });

  it.each<[string, object]>([
    ['a device that is new', { device: 'igvm', filename: '/fw/x.igvm' }],
    [
      'a format that libvirt does not take',
      { ...flash, mode: 'stateless', executable: { filename: '/a', format: 'vmdk' } },
    ],
    [
      'flash in one file that cannot be mapped as a ROM',
      { ...flash, mode: 'combined', executable: { filename: '/a', format: 'qcow2' } },
    ],
  ])('for %s is left out and told', async (_, mapping) => {
    const { host, findings } = await parse(mapped(mapping));
    expect([host.firmwares, findings.map(({ code }) => code)]).toEqual([[], ['host/firmware-unused']]);
  });

  it('of any shape is read, refused or left out', () => {
    fc.assert(
      fc.property(fc.object({ key: fc.constantFrom(...Object.keys(DESCRIPTOR), 'device', 'filename') }), (data) => {
        const reading = readDescriptor({ ...DESCRIPTOR, ...data }, 'x.json');
        expect(['firmware', 'problem', 'unused'].some((name) => name in reading)).toBe(true);
      }),
    );
  });
});

describe('descriptors of several directories', () => {
  it('are tried by name; later directories replace and hide', async () => {
    const [usr, etc, user] = ['usr', 'etc', 'user'].map((name) => join(folder, name)) as [string, string, string];
    for (const directory of [usr, etc, user]) await mkdir(directory);
    for (const name of ['60-a.json', '50-b.json', '40-c.json', 'README', '.hidden.json'])
      await writeFile(join(usr, name), '{}');
    await writeFile(join(etc, '50-b.json'), '');
    await writeFile(join(etc, '60-a.json'), '{ }');
    await symlink('/dev/null', join(user, '40-c.json'));
    expect(await findDescriptors([usr, etc])).toEqual([join(usr, '40-c.json'), join(etc, '60-a.json')]);
    expect(await findDescriptors([usr, etc, user])).toEqual([join(etc, '60-a.json')]);
    expect(await findDescriptors([join(folder, 'nowhere')])).toEqual([]);
  });

  it('include those of the user for a connection of the user only', () => {
    const system = ['/usr/share/qemu/firmware', '/etc/qemu/firmware'];
    expect(firmwareDirectories({ user: false }, { HOME: '/home/u' })).toEqual(system);
    expect(firmwareDirectories({ user: true }, { HOME: '/home/u' })).toEqual([
      ...system,
      '/home/u/.config/qemu/firmware',
    ]);
    const moved = { HOME: '/home/u', XDG_CONFIG_HOME: '/x' };
    expect(firmwareDirectories({ user: true }, moved)).toEqual([...system, '/x/qemu/firmware']);
    const relative = { HOME: '/home/u', XDG_CONFIG_HOME: 'x' };
    expect(firmwareDirectories({ user: true }, relative)).toEqual([...system, '/home/u/.config/qemu/firmware']);
  });
});

describe('files of a descriptor', () => {
  it('are measured as the guest sees them, or missed', async () => {
    const qcow2 = Buffer.alloc(512);
    qcow2.write('QFI\u00fb', 'latin1');
    qcow2.writeBigUInt64BE(540_672n, 24);
    const [code, vars] = [join(folder, 'CODE.fd'), join(folder, 'VARS.qcow2')];
    await writeFile(code, 'code');
    await writeFile(vars, qcow2);
    const firmware: HostFirmware = {
      ...FIRMWARE,
      executable: { path: code, format: 'raw' },
      template: { path: vars, format: 'qcow2', size: null },
    };
    const found = await lookedUp(firmware);
    expect(found).toMatchObject({ firmware: { present: true, template: { size: 540_672 } }, findings: [] });
    await writeFile(vars, 'raw after all');
    const missed = await lookedUp({ ...firmware, executable: { path: join(folder, 'gone'), format: 'raw' } });
    expect(missed.firmware).toMatchObject({ present: false, template: { size: null } });
    expect(missed.findings.map(({ code: name, args }) => [name, args['path']])).toEqual([
      ['host/firmware-missing', join(folder, 'gone')],
      ['host/firmware-missing', vars],
    ]);
  });
});
