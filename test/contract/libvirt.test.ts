import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DOMAIN_PLAN_NAMES, DOMAIN_PLANS, type DomainPlanName } from '../../fixtures/emitters/plans.ts';
import { planDigest } from '../../src/emitters/document.ts';
import type { Plan, PlanDisk, PlanFirmware } from '../../src/facts/index.ts';
import { domainXml } from '../emitters/skeletons.ts';
import { EmbeddedLibvirt, hasEmulator, onUserNetwork, quoted } from './embedded-libvirt.ts';
import { describeWith, emulatorFor } from './tools.ts';

/** Why this host cannot define a golden domain; undefined when it can. */
function impossible(name: DomainPlanName): string | undefined {
  const { values } = DOMAIN_PLANS[name];
  const architecture = String(values['architecture']);
  const emulator = emulatorFor(architecture);
  if (!hasEmulator(emulator)) {
    if (process.env['CI']) throw new Error(`${name}: ${emulator} is not installed, and CI is set`);
    return `${emulator} is not installed`;
  }
  if (values['virt-type'] === 'kvm') return 'the plan is for KVM with SEV, and the tests run under TCG';
  const flash = architecture === 'riscv64' && values['firmware'] === 'uefi';
  return flash ? 'QEMU 7.2 has no flash for riscv64 firmware that libvirt can fill' : undefined;
}

/** The least that QEMU's loader accepts as a Linux kernel: boot protocol 2.12, one setup sector, initrd_addr_max. */
function bzImage(): Buffer {
  const image = Buffer.alloc(8192);
  image.writeUInt8(1, 0x1f1);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(0x020c, 0x206);
  image.writeUInt8(1, 0x211);
  image.writeUInt32LE(0x7fffffff, 0x22c);
  return image;
}

const QEMU_IMG_FORMAT: { readonly [format: string]: string } = { vhd: 'vpc' };

/** A disk at its offset in a file, and the overlay on it. */
function archived(disk: PlanDisk, place: (path: string) => string): PlanDisk {
  const { slice, overlay, format } = disk;
  const path = place(disk.path);
  const loose = `${path}.disk`;
  execFileSync('qemu-img', ['create', '-q', '-f', format, '--', loose, '4M']);
  const bytes = readFileSync(loose);
  const offset = slice?.offset ?? 0;
  writeFileSync(path, Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(1024)]));
  const found = { offset, size: bytes.length };
  if (overlay === null) return { ...disk, path, slice: found };
  const file = {
    driver: 'raw',
    ...found,
    size: Math.ceil(found.size / 512) * 512,
    file: { driver: 'file', filename: path },
  };
  const base = `json:${JSON.stringify({ driver: format, file })}`;
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', format, '-b', base, place(overlay.path)]);
  return { ...disk, path, slice: found, overlay: { ...overlay, path: place(overlay.path) } };
}

/** Firmware as Debian has it, with variables of the plan's own. */
function realFirmware(firmware: PlanFirmware, place: (path: string) => string): PlanFirmware {
  const { template } = firmware;
  if (template === null) return firmware;
  copyFileSync('/usr/share/OVMF/OVMF_VARS_4M.ms.fd', place(template.path));
  return { ...firmware, template: { ...template, path: place(template.path) } };
}

/** The plan with small real files in place of the ones it names. */
function realised(plan: Plan, directory: string): Plan {
  const place = (path: string): string => join(directory, basename(path));
  const create = (path: string, format: string, below: readonly [string, string] | undefined): void => {
    const backing = below === undefined ? ['--', path, '4M'] : ['-b', below[0], '-F', below[1], '--', path];
    execFileSync('qemu-img', ['create', '-q', '-f', format, ...backing]);
  };
  const imgFormat = (format: string | null): string => QEMU_IMG_FORMAT[format ?? ''] ?? format ?? 'raw';
  const disks = plan.disks.map((disk) => {
    const backing = disk.backing.map((layer) => ({ ...layer, path: place(layer.path ?? '') }));
    if (disk.slice !== null) return archived(disk, place);
    const chain = [{ path: place(disk.path), format: disk.format }, ...backing];
    for (const [index, layer] of [...chain.entries()].reverse()) {
      const below = chain[index + 1];
      create(layer.path, imgFormat(layer.format), below && [below.path, imgFormat(below.format)]);
    }
    return { ...disk, path: place(disk.path), backing };
  });
  const cdroms = plan.cdroms.map((cdrom) => {
    create(place(cdrom.path), 'raw', undefined);
    return { ...cdrom, path: place(cdrom.path) };
  });
  const [kernel, initrd] = [plan.kernel, plan.initrd].map((path) => {
    if (path === null || path === undefined) return null;
    writeFileSync(place(path), bzImage());
    return place(path);
  });
  // the variable store and the state of the TPM are created with the guest's memory: keep that small
  const values = { ...plan.values, 'memory-mib': 256 };
  // without KVM QEMU refuses those beyond the three that are always written
  const enlightenments = null;
  const firmwareFiles = plan.firmwareFiles === null ? null : realFirmware(plan.firmwareFiles, place);
  return {
    ...plan,
    values,
    disks,
    cdroms,
    firmwareFiles,
    enlightenments,
    kernel: kernel ?? null,
    initrd: initrd ?? null,
  };
}

/** Models that libvirt fills in where a domain is silent, and that guests cannot be expected to cope with. */
const SILENT_DEFAULTS = ['rtl8139', 'cirrus', 'lsilogic', 'cortex-a15'] as const;

describeWith(['virsh', 'qemu-img'], 'libvirt takes every golden domain', () => {
  let directory: string;
  let libvirt: EmbeddedLibvirt;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'vm-import-domains-'));
    chmodSync(directory, 0o755);
    libvirt = await EmbeddedLibvirt.start('golden', { foreign: true });
  }, 300_000);
  afterAll(async () => {
    await libvirt.close();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const name of DOMAIN_PLAN_NAMES) {
    const reason = impossible(name);
    if (reason !== undefined) {
      it.skip(`${name} (skipped: ${reason})`);
      continue;
    }
    it(`${name} is defined, and QEMU makes its devices`, async () => {
      const own = join(directory, name);
      mkdirSync(own);
      const file = join(own, 'domain.xml');
      const plan = realised(DOMAIN_PLANS[name], own);
      const xml = onUserNetwork(domainXml(plan));
      writeFileSync(file, xml);
      const domain = quoted(plan.name);
      expect(await libvirt.run(`create --paused --validate ${file}`)).not.toMatch(/error:/);
      expect(await libvirt.run(`domstate ${domain}`)).toContain('paused');
      const filledIn = await libvirt.run(`dumpxml ${domain}`);
      expect(filledIn).toContain(planDigest(plan));
      for (const model of SILENT_DEFAULTS) expect(filledIn.includes(model), model).toBe(xml.includes(model));
      expect(await libvirt.run(`destroy ${domain}`)).not.toMatch(/error:/);
      expect(await libvirt.run(`define --validate ${file}`)).not.toMatch(/error:/);
      expect(await libvirt.run(`undefine --nvram ${domain}`)).not.toMatch(/error:/);
    });
  }

  it.each<[string, string]>([
    ['quotes and markup', `it's "quoted" & <tagged> ]]> &amp;`],
    ['what QEMU takes apart', 'a,b=c,,debug-threads=off;d:e%s%n'],
    ['a dash and dots inside', '.a-rf..'],
    ['spaces around', ' a '],
    ['four bytes of UTF-8', '\u{1f427}\u{10fffd}'],
    ['no-break spaces and marks of direction', 'a\u00a0\u202eb\ufeff'],
    ['the most bytes that are allowed', 'ü'.repeat(100)],
    ['a backslash and a dollar', '\\$(id)`id`'],
  ])('a name with %s is defined, started and found again', async (_title, name) => {
    const own = mkdtempSync(join(directory, 'name-'));
    chmodSync(own, 0o755);
    const file = join(own, 'domain.xml');
    const plan = realised({ ...DOMAIN_PLANS['no-nic-no-graphics'], name }, own);
    writeFileSync(file, domainXml(plan));
    expect(await libvirt.run(`define --validate ${file}`)).not.toMatch(/error:/);
    expect(await libvirt.run(`start --paused ${quoted(name)}`)).not.toMatch(/error:/);
    expect(await libvirt.run('list --name')).toContain(`\n${name}\n`);
    expect(await libvirt.run(`destroy ${quoted(name)}`)).not.toMatch(/error:/);
    expect(await libvirt.run(`undefine --nvram ${quoted(name)}`)).not.toMatch(/error:/);
  });
});
