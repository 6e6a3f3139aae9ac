import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/diagnostics/index.ts';
import { fill } from '../../../src/diagnostics/words.ts';
import { formats } from '../../../src/disks/registry.generated.ts';
import { COMPATIBILITY } from '../../../src/plan/index.ts';
import { type Policy, PRESET_NAMES, ruleIds, underLocks } from '../../../src/policy/index.ts';
import { diagnostics } from '../../../src/policy/lint/diagnostics.ts';
import { lintPolicy, lintWaivers } from '../../../src/policy/lint/index.ts';
import { parseWaivers } from '../../../src/policy/waivers/document.ts';
import { embedded } from '../../osinfo/embedded.ts';
import { load, loadRules, policyOf } from '../evidence.ts';

const VOCABULARY = {
  formats: formats.map(({ id }) => id),
  systems: new Set(['debian12', 'win11', 'win10']),
  knowsSystem: (name: string) => ['debian12', 'http://debian.org/debian/12'].includes(name),
  compatibility: COMPATIBILITY,
};

/** `severity code rule line:column` of each finding. */
async function told(policy: Policy): Promise<readonly string[]> {
  const findings = await lintPolicy(policy, VOCABULARY);
  return findings.map(
    ({ severity, code, rule, at }) => `${severity} ${code.replace('lint/', '')} ${rule} ${at[0]?.pointer}`,
  );
}

/** Rules `site.a`, `site.b`, ... that each take the lines given. */
function rules(...bodies: readonly (readonly string[])[]): string {
  return bodies
    .map((lines, index) => [`  - id: site.${'abcdef'[index]}`, ...lines.map((line) => `    ${line}`)].join('\n'))
    .join('\n');
}

const toldOf = async (...bodies: readonly (readonly string[])[]) => told(await policyOf(rules(...bodies)));

describe('policies that lint has nothing to say about', () => {
  it.each(PRESET_NAMES)('preset:%s', async (name) => {
    const { policy } = await load({}, [`preset:${name}`]);
    const systems = (await embedded()).shortIds();
    expect(policy === null ? 'not loaded' : await lintPolicy(policy, { ...VOCABULARY, systems })).toEqual([]);
  });

  it('thirty rules as sites write them', async () => {
    const file = fileURLToPath(new URL('../../../fixtures/policy/realistic.yaml', import.meta.url));
    const { policy, findings } = await load({ 'realistic.yaml': await readFile(file, 'utf8') });
    expect(findings).toEqual([]);
    expect(policy?.rules).toHaveLength(30);
    const systems = new Set(['win11', 'win10']);
    expect(policy === null ? null : await lintPolicy(policy, { ...VOCABULARY, systems })).toEqual([]);
  });

  it.each<[string, ...(readonly string[])[]]>([
    ['two prefers, of which the later wins', ['prefer: { machine: [q35] }'], ['prefer: { machine: [i440fx] }']],
    [
      'a set for some images after a set for all',
      ['set: { machine: q35 }'],
      ['when: os == "win11"', 'set: { machine: i440fx }'],
    ],
    ['a set for one device beside one for all', ['set: { disk-bus.disk1: sata }'], ['set: { disk-bus: virtio }']],
    [
      'a prefer for all devices beside a set for one',
      ['set: { disk-bus.disk1: sata }'],
      ['prefer: { disk-bus: [virtio] }'],
    ],
    ['a prefer that is forbidden in part', ['prefer: { machine: [q35, i440fx] }'], ['forbid: { machine: [i440fx] }']],
    [
      'a prefer that is forbidden sometimes',
      ['prefer: { machine: [q35] }'],
      ['when: os == "win11"', 'forbid: { machine: [q35] }'],
    ],
    [
      'a stricter limit for some',
      ['limit: { vcpus: { max: 32 } }'],
      ['when: os == "win11"', 'limit: { vcpus: { max: 8 } }'],
    ],
    [
      'a limit of the choice and one of the plan',
      ['limit: { vcpus: { max: 8 } }'],
      ['phase: verify', 'limit: { vcpus: { max: 32 } }'],
    ],
    [
      'a warning before a denial',
      ['phase: verify', 'severity: warning', 'limit: { vcpus: { max: 8 } }'],
      ['phase: verify', 'limit: { vcpus: { max: 32 } }'],
    ],
    ['minimum and maximum', ['limit: { vcpus: { max: 8 } }'], ['limit: { vcpus: { min: 8 } }']],
    [
      'one condition, two effects',
      ['when: os == "win11"', 'prefer: { machine: [q35] }'],
      ['when: os == "win11"', 'prefer: { tpm: ["2.0"] }'],
    ],
    ['the same words for two conditions', ['when: os == "win11"', 'warn: x'], ['when: os == "win10"', 'warn: x']],
    ['Secure Boot with UEFI or a BIOS', ['set: { secure-boot: true }'], ['require: { firmware: [uefi, bios] }']],
    [
      'Secure Boot with a BIOS, for some images',
      ['when: os == "win11"', 'set: { secure-boot: true }'],
      ['when: os == "win10"', 'require: { firmware: [bios] }'],
    ],
    [
      'a BIOS that another rule overrules',
      ['when: os == "win11"', 'require: { secure-boot: true }'],
      ['set: { firmware: uefi }'],
      ['when: os == "win11"', 'warn: x'],
    ],
    ['buses of two disks', ['set: { disk-bus.disk0: sata }'], ['set: { disk-target.disk1: vda }']],
    ['all values forbidden, beside a set', ['forbid: { rng: [virtio] }'], ['set: { rng: none }']],
    [
      'a locked wish for some images before a set for all',
      ['when: os == "win11"', 'prefer: { machine: [q35] }', 'locked: true'],
      ['set: { machine: i440fx }'],
    ],
    [
      'a locked wish for one device',
      ['prefer: { disk-bus.disk0: [sata] }', 'locked: true'],
      ['set: { disk-bus: virtio }'],
    ],
    ['what agrees with a lock', ['require: { machine: [q35] }', 'locked: true'], ['set: { machine: q35 }']],
    [
      'a locked limit beside a stricter one that is not',
      ['locked: true', 'limit: { vcpus: { max: 32 } }'],
      ['limit: { vcpus: { max: 8 } }'],
    ],
  ])('%s', async (_, ...bodies) => expect(await toldOf(...bodies)).toEqual([]));

  it('a file that is stricter than what it extends', async () => {
    const head = (name: string) => `schema: vm-import/policy@1\nname: ${name}\n`;
    const { policy } = await load({
      'site.yaml': `${head('site')}extends: [base.yaml]\nrules:\n  - id: site.a\n    limit: { vcpus: { max: 8 } }\n`,
      'base.yaml': `${head('base')}rules:\n  - id: base.a\n    limit: { vcpus: { max: 32 } }\n`,
    });
    expect(policy === null ? 'not loaded' : await told(policy)).toEqual([]);
  });
});

describe('what lint tells', () => {
  it.each<[string, readonly string[], ...(readonly string[])[]]>([
    ['a contradiction', ['warning never-applies site.a 5:11'], ['when: os == "win11" && os == "win10"', 'warn: x']],
    ['a tautology', ['warning always-applies site.a 5:11'], ['when: size(disks) >= 0', 'warn: x']],
    ['a denial that helps nobody', ['info no-remedy site.a 4:5'], ['when: size(disks) > 9', 'deny: x']],
    [
      'an expression where none is filled in',
      ['info literal-braces site.a 4:5', 'info literal-braces site.a 4:5'],
      ["title: 'x {{ os }}'", 'warn: x', "remedy: 'y {{ os }}'"],
    ],
    [
      'an architecture by another name',
      ['warning unknown-value site.a 5:11'],
      ['when: architecture == "amd64"', 'warn: x'],
    ],
    [
      'a format that there is not',
      ['warning unknown-value site.a 5:11'],
      ['when: disks.exists(d, d.format in ["raw", "qcow3"])', 'warn: x'],
    ],
    [
      'a payload in a filtered list',
      ['warning unknown-value site.a 5:11'],
      ['when: disks.filter(d, d.device).all(e, e.payload != "cd")', 'warn: x'],
    ],
    ['a system that there is not', ['warning unknown-os site.a 5:11'], ['when: os == "debina12"', 'warn: x']],
    [
      'systems that there are not, in effects',
      ['warning unknown-os site.a 5:12', 'warning unknown-os site.b 8:15'],
      ['set: { os: debain12 }'],
      ['when: size(disks) > 1', 'forbid: { os: [debian12, "http://debian.org/debian/12", debian99, win11] }'],
    ],
    [
      'a value of a key',
      ['warning unknown-value site.a 6:11'],
      ['phase: verify', 'when: plan["firmware"] == "efi" || os == "win11"', 'warn: x'],
    ],
    [
      'a bool as text',
      ['warning unknown-value site.a 6:11'],
      ['phase: verify', 'when: plan["secure-boot"] == "true"', 'warn: x'],
    ],
    [
      'a key without its device',
      ['warning device-key site.a 6:11'],
      ['phase: verify', 'when: plan["disk-bus"] == "ide"', 'warn: x'],
    ],
    [
      'a prefer beside a set',
      ['warning shadowed site.a 5:15'],
      ['prefer: { machine: [i440fx] }'],
      ['set: { machine: q35 }'],
    ],
    [
      'a prefer for one device beside a set for all',
      ['warning shadowed site.b 7:15'],
      ['set: { disk-bus: virtio }'],
      ['prefer: { disk-bus.disk0: [sata] }'],
    ],
    [
      'a default below a set that always applies',
      ['warning shadowed site.a 5:16', 'warning always-applies site.b 7:12'],
      ['default: { machine: [i440fx] }'],
      ['when: "true"', 'set: { machine: q35 }'],
    ],
    [
      'a conditional set before one for all',
      ['warning shadowed site.a 6:12'],
      ['when: os == "win11"', 'set: { machine: i440fx }'],
      ['set: { machine: q35 }'],
    ],
    [
      'a set against a locked wish',
      ['warning locked-out site.b 8:12'],
      ['prefer: { machine: [q35] }', 'locked: true'],
      ['set: { machine: i440fx }'],
    ],
    [
      'a wish before a lock',
      ['warning locked-out site.a 5:15'],
      ['prefer: { machine: [virt] }'],
      ['prefer: { machine: [q35] }', 'locked: true'],
    ],
    [
      'a set against a lock with a condition that is always true',
      ['warning always-applies site.a 5:11', 'warning locked-out site.b 9:12'],
      ['when: size(disks) >= 0', 'limit: { vcpus: { max: 4 } }', 'locked: true'],
      ['set: { vcpus: 8 }'],
    ],
    [
      'the later of two locks',
      ['warning locked-out site.b 8:15'],
      ['prefer: { machine: [q35] }', 'locked: true'],
      ['prefer: { machine: [i440fx] }', 'locked: true'],
    ],
    [
      'a prefer beside a locked set, both of one mind',
      ['warning shadowed site.b 8:15'],
      ['set: { machine: q35 }', 'locked: true'],
      ['prefer: { machine: [q35] }'],
    ],
    [
      'a prefer for one device beside a lock for all',
      ['warning locked-out site.b 8:15'],
      ['require: { disk-bus: [virtio] }', 'locked: true'],
      ['prefer: { disk-bus.disk0: [sata] }'],
    ],
    [
      'what leaves nothing of a lock',
      ['warning locked-out site.b 8:15', 'warning locked-out site.c 10:16'],
      ['prefer: { machine: [q35, i440fx] }', 'locked: true'],
      ['forbid: { machine: [i440fx, q35] }'],
      ['require: { machine: [virt] }'],
      ['forbid: { machine: [q35] }'],
    ],
    [
      'bounds against a locked bound',
      ['warning locked-out site.b 9:14'],
      ['limit: { vcpus: { max: 8 } }', 'locked: true'],
      ['when: os == "win11"', 'limit: { vcpus: { min: 9 } }'],
      ['when: os == "win11"', 'limit: { vcpus: { min: 8 } }'],
    ],
    [
      'a forbid before a lock, which holds',
      ['warning forbidden site.b 7:15'],
      ['forbid: { machine: [q35] }'],
      ['prefer: { machine: [q35] }', 'locked: true'],
    ],
    [
      'what a set in vain does not shadow, forbid or exclude',
      ['warning locked-out site.b 8:12'],
      ['prefer: { firmware: [uefi] }', 'locked: true'],
      ['set: { firmware: bios }'],
      ['require: { secure-boot: true }'],
      ['when: os == "win11"', 'prefer: { firmware: [uefi] }'],
    ],
    [
      'a prefer that is forbidden',
      ['warning forbidden site.a 5:15'],
      ['prefer: { machine: [i440fx] }'],
      ['forbid: { machine: [i440fx, virt] }'],
    ],
    [
      'a looser limit',
      ['warning implied site.a 5:14'],
      ['limit: { vcpus: { max: 32 } }'],
      ['limit: { vcpus: { max: 8 } }'],
    ],
    [
      'a looser limit for some',
      ['warning implied site.a 6:14'],
      ['when: os == "win11"', 'limit: { vcpus: { min: 1 } }'],
      ['limit: { vcpus: { min: 2 } }'],
    ],
    [
      'a forbid inside another',
      ['warning implied site.a 5:15'],
      ['forbid: { machine: [virt] }'],
      ['forbid: { machine: [virt, i440fx] }'],
    ],
    [
      'a requirement around another',
      ['warning implied site.a 5:16'],
      ['require: { machine: [virt, q35] }'],
      ['require: { machine: [q35] }'],
    ],
    [
      'Secure Boot with a BIOS',
      ['warning excluded site.b 7:16'],
      ['set: { secure-boot: true }'],
      ['require: { firmware: [bios] }'],
    ],
    [
      'Secure Boot where UEFI is forbidden',
      ['warning excluded site.b 7:15'],
      ['require: { secure-boot: true }'],
      ['forbid: { firmware: [uefi] }'],
    ],
    [
      'Secure Boot on a machine that has none, whatever the architecture is',
      ['warning excluded site.a 6:16'],
      ['when: os == "win11"', 'require: { machine: [i440fx, pseries] }'],
      ['require: { secure-boot: true }'],
    ],
    [
      'a machine of an architecture that is not left',
      ['warning excluded site.b 7:15'],
      ['require: { architecture: [aarch64, riscv64] }'],
      ['prefer: { machine: [q35] }'],
    ],
    [
      'two keys of one rule for some images',
      ['warning excluded site.a 6:35'],
      ['when: os == "win11"', 'require: { secure-boot: true, firmware: [bios] }'],
    ],
    [
      'a bus of one disk and the machine',
      ['warning excluded site.b 7:12'],
      ['require: { machine: [q35] }'],
      ['set: { disk-bus.disk1: ide }'],
    ],
    [
      'numbers that do not go together',
      ['warning excluded site.b 7:16'],
      ['require: { vcpus: 4 }'],
      ['require: { cpu-topology: "1:2:1" }'],
    ],
    ['the whole vocabulary forbidden', ['warning nothing-left site.a 5:15'], ['forbid: { firmware: [bios, uefi] }']],
    [
      'the whole vocabulary forbidden, by two rules of three',
      ['warning nothing-left site.c 9:15'],
      ['forbid: { tpm: [none, "2.0"] }'],
      ['forbid: { machine: [virt] }'],
      ['forbid: { tpm: ["1.2"] }'],
    ],
    [
      'what is required, forbidden by two rules together',
      ['warning nothing-left site.c 9:15'],
      ['require: { machine: [q35, i440fx] }'],
      ['forbid: { machine: [q35] }'],
      ['forbid: { machine: [i440fx] }'],
    ],
    [
      'every bus of disks forbidden, which says that there shall be none',
      ['info nothing-left site.a 5:15'],
      ['forbid: { disk-bus: [virtio, sata, scsi, ide, usb] }'],
    ],
    [
      'the same, in other words',
      ['warning duplicate site.b 7:5'],
      ["when: os == 'win11'", 'warn: x'],
      ['when: (os   == "win11")', 'warn: x'],
    ],
    [
      'the same, without condition',
      ['warning duplicate site.b 6:5'],
      ['limit: { vcpus: { max: 8 } }'],
      ['limit: { vcpus: { max: 8 } }'],
    ],
  ])('%s', async (_, expected, ...bodies) => expect(await toldOf(...bodies)).toEqual(expected));

  it('a condition that has no value on any image', async () => {
    const policy = await policyOf(
      rules(
        ['when: 1 / 0 == 1', 'warn: x'],
        ['phase: verify', 'when: plan["disk-bus"] > 1', 'deny: x', 'remedy: y'],
        ['phase: verify', 'when: plan["nic-model"] > 1', 'warn: x'],
        ['when: 1 / 0 == 1 && size(disks) == 1', 'warn: y'],
      ),
    );
    const findings = await lintPolicy(policy, VOCABULARY);
    expect(findings.map(({ code, message, args }) => `${code.replace('lint/', '')} ${fill(message, args)}`)).toEqual([
      'always-fails The condition of rule site.a has no value on any image (division by zero), so that every import ends with status 2.',
      'always-fails The condition of rule site.b has no value on any image, so that every import ends with status 2.',
      'always-fails The condition of rule site.c has no value on any image, so that the rule is left out, or the import ends.',
      'never-applies The rule site.d never applies: its condition is true of no image.',
    ]);
  });

  it('what a fact that is missing would lead to', async () => {
    const policy = await policyOf(
      rules(
        ['when: disks[0].bootable', 'deny: x', 'remedy: y'],
        ['when: nics[0].mac.startsWith("00")', 'warn: x'],
        ['when: disks[0].details.snapshotCount > 0', 'warn: x'],
      ),
    );
    const findings = await lintPolicy(policy, VOCABULARY);
    expect(
      findings.map(({ severity, message, args }) => `${severity} ${fill(message, args)} ${args['guard']}`),
    ).toEqual([
      'warning The condition of rule site.a takes disks[0].bootable for granted, which is null where it is unknown. disks[0].bootable != null',
      'info The condition of rule site.b takes nics[0].mac for granted, which is null where it is unknown. nics[0].mac != null',
      'warning The condition of rule site.c takes disks[0].details.snapshotCount for granted, which not every image has. "snapshotCount" in disks[0].details',
    ]);
  });

  it('why the two do not go together', async () => {
    const policy = await policyOf(rules(['require: { secure-boot: true }'], ['require: { firmware: [bios] }']));
    const [finding] = await lintPolicy(policy, VOCABULARY);
    expect(finding?.args).toMatchObject({
      wish: 'firmware bios',
      demand: 'secure-boot true',
      by: 'site.a',
      reason: 'Secure Boot is a function of UEFI',
    });
  });

  it('what was meant', async () => {
    const policy = await policyOf(
      rules(
        ['when: architecture == "arm64" || disks.exists(d, d.format == "qcow3" || d.format == "vhd")', 'warn: x'],
        ['phase: verify', 'when: plan["tpm"] == 2.0 || plan["machine"] == "pc" || plan["vcpus"] == 0', 'warn: x'],
      ),
    );
    const os = await lintPolicy(await policyOf(rules(['set: { os: debain12 }'])), VOCABULARY);
    expect(os.map(({ args }) => args)).toEqual([
      { rule: 'site.a', what: 'wants os', value: 'debain12', hint: 'Did you mean debian12?' },
    ]);
    const hints = (await lintPolicy(policy, VOCABULARY)).map(({ args }) => args['hint']);
    expect(hints).toEqual([
      'Did you mean aarch64?',
      'Did you mean qcow2?',
      'Did you mean vpc?',
      'Did you mean "2.0"?',
      'Did you mean "i440fx"?',
      'It is a whole number from 1 to 4096.',
    ]);
  });

  it('notes where another file is overruled, and rules that are switched off', async () => {
    const head = (name: string) => `schema: vm-import/policy@1\nname: ${name}\n`;
    const { policy } = await load({
      'site.yaml': `${head('site')}extends: [base.yaml]\nrules:\n  - id: base.b\n    set: { machine: q35 }\n`,
      'base.yaml': `${head('base')}rules:\n  - id: base.a\n    prefer: { machine: [virt] }\n  - id: base.b\n    warn: x\n`,
    });
    if (policy === null) throw new Error('not loaded');
    expect(await told(policy)).toEqual(['info shadowed base.a 5:15', 'info replaced base.b 5:5']);
    const off = await lintPolicy({ ...policy, rules: [], off: policy.rules }, VOCABULARY);
    expect(off.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['info lint/off', 'info lint/off']);
  });

  it('what a policy in audit mode would do', async () => {
    const head = (name: string) => `schema: vm-import/policy@1\nname: ${name}\n`;
    const files = {
      'base.yaml': `${head('base')}rules:\n  - {id: b.a, warn: x}\n  - {id: b.b, warn: y}\n  - {id: b.c, warn: z}\n  - {id: b.p, prefer: {machine: [q35]}}\noverrides: {b.c: off}\n`,
      'tried.yaml': `${head('tried')}mode: audit\nrules:\n  - {id: b.b, warn: yy}\n  - {id: t.s, set: {machine: i440fx}}\noverrides: {b.a: off, b.p: {locked: true}}\n`,
    };
    const { policy, findings } = await load(files, Object.keys(files));
    if (policy === null) throw new Error(JSON.stringify(findings));
    const words = (finding: Finding) => `${finding.code.replace('lint/', '')} ${fill(finding.message, finding.args)}`;
    expect((await lintPolicy(policy, VOCABULARY)).map(words)).toEqual([
      'off The rule b.a would be switched off if what is in audit mode were enforced.',
      'off The rule b.c is switched off.',
      'replaced The rule b.b would take the place of the one in base.yaml:5:5 if what is in audit mode were enforced.',
    ]);
  });

  it('a set that a lock of another file keeps out, whichever comes first', async () => {
    const head = (name: string) => `schema: vm-import/policy@1\nname: ${name}\n`;
    const files = {
      'lock.yaml': `${head('lock')}rules: [{id: l.a, prefer: {machine: [q35]}, locked: true}]\n`,
      'set.yaml': `${head('set')}rules: [{id: s.a, set: {machine: i440fx}}, {id: s.b, default: {machine: virt}}]\n`,
    };
    for (const order of [
      ['lock.yaml', 'set.yaml'],
      ['set.yaml', 'lock.yaml'],
    ]) {
      const { policy } = await load(files, order);
      expect(policy === null ? 'not loaded' : await told(policy)).toEqual([
        'warning locked-out s.a 3:25',
        'info locked-out s.b 3:64',
      ]);
    }
  });

  it('no system without the OS database', async () => {
    const { policy } = await loadRules(rules(['when: os == "debina12"', 'warn: x']));
    expect(policy === null ? null : await lintPolicy(policy, { ...VOCABULARY, formats: [], systems: null })).toEqual(
      [],
    );
  });

  it('rules of one target, or in audit mode, overrule nothing', async () => {
    const policy = await policyOf(rules(['prefer: { machine: [i440fx] }'], ['set: { machine: q35 }']));
    const scoped = (scope: object) => ({
      ...policy,
      rules: policy.rules.map((rule) => (rule.id === 'site.b' ? { ...rule, ...scope } : rule)),
    });
    expect(await told(scoped({ targets: ['openstack'], mode: 'enforce' }))).toEqual([]);
    expect(await told(scoped({ targets: null, mode: 'audit' }))).toEqual([]);
    expect(await told(scoped({ targets: null, mode: 'enforce' }))).toHaveLength(1);
  });
});

it('the page lists every code', async () => {
  const page = await readFile(fileURLToPath(new URL('../../../docs/policy-lint.md', import.meta.url)), 'utf8');
  const listed = [...page.matchAll(/^\| (`lint\/.*?) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/lint\/[a-z-]+/g) ?? [],
  );
  expect(listed.toSorted()).toEqual(
    Object.values(diagnostics)
      .map(({ code }) => code)
      .toSorted(),
  );
});

describe('waivers', () => {
  const now = Date.parse('2026-11-21T00:00:00Z');
  const base = rules(
    ['when: size(disks) == 1', 'deny: x', 'remedy: y'],
    ['set: { machine: q35 }'],
    ['when: disks[0].virtualSize > 5', 'prefer: { machine: [q35] }'],
    ['when: os == "win11"', 'prefer: { machine: [q35] }', 'message: "is {{ os }}"'],
    ['when: os == "win11"', 'prefer: { machine: [q35] }'],
    ['phase: verify', 'limit: { vcpus: { max: 4 } }'],
  );

  /** `code line reason` of each finding on these waivers of `site.yaml`, which may be changed by another file. */
  async function waived(lines: readonly string[], changes = '', by: string | null = null): Promise<readonly string[]> {
    const files = {
      'site.yaml': `schema: vm-import/policy@1\nname: site\nrules:\n${base}\n`,
      'last.yaml': `schema: vm-import/policy@1\nname: last\n${changes}`,
    };
    const { policy } = await load(files, Object.keys(files));
    if (policy === null) throw new Error('not loaded');
    const { catalogue } = await import('../../../src/pipeline/catalogue.generated.ts');
    const known = { policy, rules: await ruleIds(policy), codes: [...catalogue.keys()] };
    const listed = lines.map(
      (line) => `  - {reason: r, owner: o, ${line.includes('expires') ? '' : 'expires: 2027-01-01, '}${line}}`,
    );
    const text = `schema: vm-import/waivers@1\nwaivers:\n${listed.join('\n')}\n`;
    const read = parseWaivers(text, 'w.yaml', { rules: known.rules, findings: catalogue });
    expect(read.findings).toEqual([]);
    await lintPolicy(policy, VOCABULARY);
    const findings = lintWaivers(
      read.waivers.map((waiver) => underLocks(waiver, by, policy)),
      known,
      now,
    );
    return findings.map(({ code, at: [at], args }) => {
      expect(at?.uri).toBe('w.yaml');
      return `${code.replace('lint/waiver-', '')} ${at?.pointer} ${args['reason'] ?? args['hint'] ?? args['place'] ?? ''}`.trim();
    });
  }

  it.each<[string, readonly string[], readonly string[], string?]>([
    [
      'those that waive',
      [],
      [
        'rule: site.a, scope: {name: a}',
        'rule: site.c, scope: {name: a}',
        'rule: site.d, scope: {name: a}',
        'rule: site.f, scope: {name: a}',
        'code: disk/backing-file, scope: {source: /a}',
      ],
    ],
    ['one that expired', ['expired 3:5'], ['rule: site.a, scope: {name: a}, expires: 2026-11-20']],
    [
      'a rule that is switched off',
      ['useless 3:5 the rule is switched off'],
      ['rule: site.a, scope: {name: a}'],
      'overrides: {site.a: off}',
    ],
    [
      'a rule that would be switched off',
      [],
      ['rule: site.a, scope: {name: a}'],
      'mode: audit\noverrides: {site.a: off}',
    ],
    [
      'rules that only have effects',
      [3, 4].map((line) => `useless ${line}:5 the rule raises no finding, it only has effects`),
      ['rule: site.b, scope: {name: a}', 'rule: site.e, scope: {name: a}'],
    ],
    [
      'a rule of a preset that is not extended',
      ['unknown 3:5 Only a preset has it, which the policy does not extend.'],
      ['rule: strict.memory, scope: {name: a}'],
    ],
    [
      'a finding that cannot be waived',
      ['useless 3:5 behind such a finding something is missing, so that it cannot be waived'],
      ['code: plan/unresolved, scope: {name: a}'],
    ],
    [
      'doubles',
      ['duplicate 4:5 w.yaml:3:5', 'duplicate 5:5 w.yaml:3:5', 'duplicate 8:5 w.yaml:7:5'],
      [
        'rule: site.a, scope: {name: "a*"}',
        'rule: site.a, scope: {name: "a*"}',
        'rule: site.a, scope: {name: abc, source: /x}, expires: 2026-12-24',
        'rule: site.a, scope: {name: ab}, expires: 2028-01-01',
        `rule: site.f, scope: {digest: ["sha256:${'1'.repeat(64)}", "sha256:${'2'.repeat(64)}"]}`,
        `rule: site.f, scope: {digest: "sha256:${'2'.repeat(64)}"}`,
      ],
    ],
    [
      'what is alike and no double',
      [],
      [
        'rule: site.a, scope: {name: a}',
        'rule: site.a, scope: {name: "?"}, expires: 2026-12-24',
        'rule: site.a, scope: {source: /a}',
        'rule: site.f, scope: {name: a}',
        'code: disk/backing-file, scope: {source: /a}',
      ],
    ],
  ])('%s', async (_, expected, lines, changes) => expect(await waived(lines, changes)).toEqual(expected));

  it('one that a later policy names for a locked rule', async () => {
    const lines = ['rule: site.a, scope: {name: a}'];
    const locked = 'overrides: {site.a: {locked: true}}';
    expect(await waived(lines, locked, 'elsewhere/later.yaml')).toEqual([
      'useless 3:5 the rule is locked, and the waiver comes from a policy after it',
    ]);
    expect(await waived(lines, locked, 'last.yaml')).toEqual([]);
    expect(await waived(lines, locked)).toEqual([]);
  });

  it('names that there are not', async () => {
    const policy = await policyOf(base);
    const known = { policy, rules: await ruleIds(policy), codes: ['disk/backing-file'] };
    const place = { uri: 'w.yaml', pointer: '3:5' };
    const scope = { digests: null, name: 'a', source: null };
    const words = { reason: 'r', owner: 'o', ticket: null, expires: '2027-01-01T00:00:00Z' };
    const waiver = { possible: true, powerless: null, scope, ...words, ...place };
    const findings = lintWaivers(
      [
        { ...waiver, rule: 'site.aa', code: null },
        { ...waiver, rule: null, code: 'disk/backing-fil' },
      ],
      known,
      now,
    );
    expect(findings.map(({ code, args }) => `${code} ${args['hint']}`)).toEqual([
      'lint/waiver-unknown Did you mean site.a?',
      'lint/waiver-unknown Did you mean disk/backing-file?',
    ]);
  });
});
