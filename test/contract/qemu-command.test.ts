import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PLAN_NAMES, PLANS, planDisk, planOf } from '../../fixtures/emitters/plans.ts';
import { emitter } from '../../src/emitters/qemu/emitter.ts';
import type { Plan } from '../../src/facts/index.ts';
import { withFirmware } from '../emitters/qemu/firmware.ts';
import { itWithEmulator, PATH_OF_EMULATORS } from './emulators.ts';
import { withFiles } from './plan-files.ts';
import { describeWith } from './tools.ts';

/** Firmware as Debian installs it: code, and the template of its variables. */
const FIRMWARE: { readonly [architecture: string]: readonly [code: string, variables: string] } = {
  x86_64: ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
  aarch64: ['/usr/share/AAVMF/AAVMF_CODE.fd', '/usr/share/AAVMF/AAVMF_VARS.fd'],
};
const ENFORCING = ['/usr/share/OVMF/OVMF_CODE_4M.secboot.fd', '/usr/share/OVMF/OVMF_VARS_4M.ms.fd'] as const;

/** Undefined where Debian 12 has none for a plan. */
function debianFirmware({ values }: Plan): readonly [code: string, variables: string] | undefined {
  if (values['firmware'] !== 'uefi') return undefined;
  return values['secure-boot'] === true ? ENFORCING : FIRMWARE[String(values['architecture'])];
}

const REFUSED: { readonly [name: string]: string } = {
  riscv64: "QEMU 7.2 takes no flash by -blockdev on riscv64's virt",
};

/** Buses, models and formats that no golden plan has. */
const MORE: { readonly [name: string]: Plan } = {
  'usb disk and CD-ROM': planOf(
    { 'disk-bus.disk0': 'usb', 'cdrom-bus': 'usb', 'sound-model': 'usb', 'usb-controller': 'nec-xhci' },
    { cdroms: [{ id: 'cdrom0', path: '/srv/install.iso', slice: null, bootOrder: 2 }] },
  ),
  ...Object.fromEntries(
    ['lsilogic', 'lsisas1068', 'lsisas1078', 'vmpvscsi'].map((model) => [
      `two disks on ${model}`,
      planOf(
        { 'scsi-model': model, 'disk-bus.disk0': 'scsi', 'disk-bus.disk1': 'scsi' },
        { disks: [planDisk('disk0'), planDisk('disk1', { format: 'vhdx', path: '/srv/disk1.vhdx' })] },
      ),
    ]),
  ),
  'seven SATA disks': planOf(
    Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`disk-bus.disk${index}`, 'sata'])),
    { disks: Array.from({ length: 7 }, (_, index) => planDisk(`disk${index}`)) },
  ),
  'SATA on i440fx': planOf({ machine: 'i440fx', 'disk-bus.disk0': 'sata', 'cdrom-bus': 'ide' }),
  'cards of two kinds': planOf(
    {
      'nic-model.nic0': 'e1000',
      ...Object.fromEntries([1, 2, 3].map((index) => [`network.nic${index}`, 'default'])),
      'nic-model.nic1': 'virtio',
      'nic-model.nic2': 'vmxnet3',
      'nic-model.nic3': 'ne2k_pci',
    },
    { nics: ['nic0', 'nic1', 'nic2', 'nic3'].map((id) => ({ id, bootOrder: null })) },
  ),
  ...Object.fromEntries(
    [
      ['es1370', 'vmvga', 'i6300esb'],
      ['sb16', 'bochs', 'ib700'],
      ['ich9', 'ramfb', 'none'],
    ].map(([sound = '', video = '', watchdog = '']) => [
      `${sound}, ${video} and watchdog ${watchdog}`,
      planOf({ 'sound-model': sound, 'video-model': video, watchdog }),
    ]),
  ),
  'riscv64 without flash': { ...PLANS.riscv64, values: { ...PLANS.riscv64.values, firmware: 'bios' } },
  'names and paths with commas and quotes': planOf(
    { 'kernel-args': 'a=1,b "c"' },
    { name: 'a,b="c" \'d\'', disks: [planDisk('disk0', { path: '/srv/a,b="c" \\ \'d\'é.qcow2' })] },
  ),
};

interface Block {
  readonly qdev?: string;
  readonly inserted?: { readonly image: unknown; readonly ro: boolean; readonly file: string };
}

const COMMANDS = ['qmp_capabilities', 'query-status', 'query-name', 'query-block', 'query-named-block-nodes', 'quit'];

describeWith(['qemu-img', 'qemu-system-x86_64'], 'QEMU makes the machine of every golden script', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vm-import-qemu-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** The answers of the emulator to COMMANDS, when the script is run by sh as a user runs it. */
  function answers(plan: Plan): readonly unknown[] {
    const { text, findings } = emitter.emit(plan, {});
    if (text === null) throw new Error(JSON.stringify(findings));
    const { stdout, stderr } = spawnSync('sh', ['-c', text, 'sh', '-S', '-qmp', 'stdio'], {
      encoding: 'utf8',
      input: COMMANDS.map((execute) => JSON.stringify({ execute })).join('\n'),
      timeout: 60_000,
      env: { ...process.env, PATH: PATH_OF_EMULATORS, LC_ALL: 'C.UTF-8' },
    });
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    const replies = lines.map((line) => JSON.parse(line) as { readonly return?: unknown; readonly error?: unknown });
    const said = replies.filter((reply) => 'return' in reply || 'error' in reply);
    if (said.length !== COMMANDS.length || said.some(({ error }) => error !== undefined)) {
      throw new Error(`${stderr}\n${stdout}`);
    }
    return said.map((reply) => reply.return);
  }

  function tryOut(planned: Plan, name: string): void {
    const firmware = debianFirmware(planned);
    const placed = withFiles(planned, join(directory, name));
    const plan = firmware === undefined ? placed : withFirmware(placed, ...firmware);
    const [, status, named, blocks, nodes] = answers(plan);
    expect(status).toMatchObject({ status: 'prelaunch', running: false });
    expect(named).toEqual({ name: plan.name });
    const drives = (blocks as readonly Block[]).filter(({ qdev }) => qdev?.includes('-device'));
    const expected = [...plan.disks, ...plan.cdroms].map(({ id }) => id);
    expect(drives.map(({ qdev }) => /(\w+)-device/.exec(qdev ?? '')?.[1])).toEqual(expect.arrayContaining(expected));
    expect(drives).toHaveLength(expected.length);
    // whatever stands in headers: no file is open but those of the plan
    const files = (nodes as readonly { readonly file: string; readonly drv: string }[])
      .filter(({ drv }) => drv === 'file')
      .map(({ file }) => file);
    const flash =
      plan.firmwareFiles === null || firmware === undefined
        ? []
        : [firmware[0], join(directory, name, `${plan.name}_${basename(firmware[1])}`)];
    expect(files.toSorted()).toEqual([...filesOf(plan), ...flash].toSorted());
  }

  for (const name of PLAN_NAMES) {
    const files = debianFirmware(PLANS[name]) ?? [];
    itWithEmulator(PLANS[name], name, () => tryOut(PLANS[name], name), { files, refused: REFUSED[name] });
  }

  for (const [name, plan] of Object.entries(MORE)) itWithEmulator(plan, name, () => tryOut(plan, name));

  it('does not follow a backing file that stands in a header only', () => {
    const plan = withFiles(PLANS['overlay-chain'], join(directory, 'named'));
    const alone = { ...plan, disks: plan.disks.map((disk) => ({ ...disk, backing: [] })) };
    const [, , , , nodes] = answers(alone);
    expect(JSON.stringify(nodes)).not.toContain('"file": "');
    expect(JSON.stringify(nodes).match(/"drv":"file"/g)).toHaveLength(1);
  });

  it('keeps the variables of a machine that has started before', () => {
    const folder = join(directory, 'variables');
    const [code = '', variables = ''] = FIRMWARE['x86_64'] ?? [];
    const plan = withFirmware(withFiles(PLANS['debian12-uefi'], folder), code, variables);
    answers(plan);
    const own = join(folder, `${plan.name}_${basename(variables)}`);
    expect(readFileSync(own).equals(readFileSync(variables))).toBe(true);
    spawnSync('sh', ['-c', 'printf x | dd conv=notrunc of="$1" status=none', 'sh', own]);
    answers(plan);
    expect(readFileSync(own).subarray(0, 1).toString()).toBe('x');
  });
});

/** Every file below the drives of a plan. */
function filesOf(plan: Plan): readonly string[] {
  const disks = plan.disks.flatMap(({ path, overlay, backing }) => [
    ...(overlay === null ? [] : [overlay.path]),
    path,
    ...backing.map((layer) => layer.path ?? ''),
  ]);
  return [...disks, ...plan.cdroms.map((cdrom) => cdrom.path)];
}
