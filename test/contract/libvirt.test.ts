import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DOMAIN_PLAN_NAMES, DOMAIN_PLANS } from '../../fixtures/emitters/plans.ts';
import { planDigest } from '../../src/emitters/document.ts';
import type { Plan, PlanDisk } from '../../src/facts/index.ts';
import { domainXml } from '../emitters/skeletons.ts';
import { EmbeddedLibvirt, onUserNetwork, quoted } from './embedded-libvirt.ts';
import { itWithEmulator } from './emulators.ts';
import { withFiles } from './plan-files.ts';
import { describeWith } from './tools.ts';

const SECTOR = 512;

/** What libvirt cannot be asked for here; undefined for all else. */
function refused({ values }: Plan): string | undefined {
  const flash = values['architecture'] === 'riscv64' && values['firmware'] === 'uefi';
  return flash ? "QEMU 7.2 takes no flash by -blockdev on riscv64's virt" : undefined;
}

/** A disk in an archive as the header of an overlay names it: libvirt is told of the overlay alone. */
function slicedBase({ path, format, slice }: PlanDisk): string {
  if (slice === null) throw new Error(`${path} is no archive`);
  const [offset, size] = [slice.offset, Math.ceil(slice.size / SECTOR) * SECTOR];
  return `json:${JSON.stringify({ driver: format, file: { driver: 'raw', offset, size, file: { driver: 'file', filename: path } } })}`;
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
    const test = async () => {
      const own = join(directory, name);
      const file = join(own, 'domain.xml');
      const plan = withFiles(DOMAIN_PLANS[name], own, slicedBase);
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
    };
    const golden = DOMAIN_PLANS[name];
    itWithEmulator(golden, `${name} is defined, and QEMU makes its devices`, test, { refused: refused(golden) });
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
    const plan = withFiles({ ...DOMAIN_PLANS['no-nic-no-graphics'], name }, own);
    writeFileSync(file, domainXml(plan));
    expect(await libvirt.run(`define --validate ${file}`)).not.toMatch(/error:/);
    expect(await libvirt.run(`start --paused ${quoted(name)}`)).not.toMatch(/error:/);
    expect(await libvirt.run('list --name')).toContain(`\n${name}\n`);
    expect(await libvirt.run(`destroy ${quoted(name)}`)).not.toMatch(/error:/);
    expect(await libvirt.run(`undefine --nvram ${quoted(name)}`)).not.toMatch(/error:/);
  });
});
