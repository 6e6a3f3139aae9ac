import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/policy/index.ts';
import { loadPolicies, settlingVotes, verify, vote } from '../../src/policy/index.ts';
import { disk, evidence, load, policyOf } from './evidence.ts';

const context = { evidence: evidence(), os: 'debian12', architecture: 'x86_64' };
const plan = { os: 'debian12', 'memory-mib': 4096, vcpus: 4 };

async function rulesOf(rules: string): Promise<Policy> {
  return policyOf(rules);
}

describe('what effects become', () => {
  it.each<[string, string, string, string, readonly unknown[]]>([
    ['set decides', 'set: { machine: pc-q35-9.0 }', 'policy-set', 'required', ['pc-q35-9.0']],
    ['require constrains', 'require: { firmware: [uefi, uefi, bios] }', 'policy-prefer', 'required', ['uefi', 'bios']],
    ['prefer recommends', 'prefer: { disk-bus: [virtio, sata] }', 'policy-prefer', 'recommended', ['virtio', 'sata']],
    ['default recommends further down', 'default: { tpm: 2.0 }', 'policy-default', 'recommended', ['2.0']],
    ['forbid forbids', 'forbid: { secure-boot: yes }', 'policy-prefer', 'forbidden', [true]],
    ['a lower limit is a minimum', 'limit: { vcpus: { min: 2 } }', 'policy-prefer', 'minimum', [2]],
    ['an upper limit is a maximum', 'limit: { memory-mib: { max: 65536 } }', 'policy-prefer', 'maximum', [65536]],
  ])('%s', async (_, effect, origin, strength, values) => {
    const { votes, findings } = await vote(await rulesOf(`  - id: site.a\n    ${effect}\n`), context);
    expect(findings).toEqual([]);
    expect(votes).toHaveLength(1);
    expect(votes[0]).toMatchObject({
      origin,
      strength,
      values,
      rule: 'site.a',
      uri: 'site.yaml',
      locked: false,
      order: 0,
    });
  });

  it('keeps the device, the place of each key, and the lock', async () => {
    const rules =
      '  - id: site.a\n    locked: true\n    prefer:\n      disk-bus.disk1: sata\n      nic-model: [e1000e]\n';
    const { votes } = await vote(await rulesOf(rules), context);
    expect(votes.map(({ key, subject, pointer, locked }) => [key, subject, pointer, locked])).toEqual([
      ['disk-bus', 'disk1', '7:7', true],
      ['nic-model', null, '8:7', true],
    ]);
  });

  it('puts later rules and later policies first', async () => {
    const file = (name: string) =>
      `schema: vm-import/policy@1\nname: ${name}\nrules:\n  - id: ${name}.a\n    prefer: { machine: q35 }\n  - id: ${name}.b\n    prefer: { machine: q35 }\n`;
    const { policy } = await load({ 'one.yaml': file('one'), 'two.yaml': file('two') }, ['one.yaml', 'two.yaml']);
    const { votes } = policy === null ? { votes: [] } : await vote(policy, context);
    expect(votes.toSorted((a, b) => a.order - b.order).map(({ rule }) => rule)).toEqual([
      'two.b',
      'two.a',
      'one.b',
      'one.a',
    ]);
  });
});

describe('conditions', () => {
  it('applies a rule only when its condition is true', async () => {
    const policy = await rulesOf(
      '  - id: site.big\n    when: disks.exists(d, d.virtualSize > 2 * 1024 * 1024 * 1024)\n    prefer: { machine: q35 }\n' +
        '  - id: site.windows\n    when: os.startsWith("win")\n    prefer: { machine: i440fx }\n',
    );
    expect((await vote(policy, context)).votes.map(({ rule }) => rule)).toEqual(['site.big']);
    expect((await vote(policy, { ...context, os: 'win10' })).votes.map(({ rule }) => rule)).toEqual([
      'site.big',
      'site.windows',
    ]);
  });

  const unknown = { ...context, evidence: evidence({ disks: [disk({ virtualSize: null })] }) };
  it.each<[string, string, string, string]>([
    ['a recommendation', 'prefer: { machine: q35 }', 'policy/condition-unknown', 'warning'],
    ['a warning', 'warn: x', 'policy/condition-unknown', 'warning'],
    ['a denial that only warns yet', '{ deny: x, severity: warning }', 'policy/condition-unknown', 'warning'],
    ['a denial', 'deny: x', 'policy/condition-failed', 'error'],
    ['a set', 'set: { machine: q35 }', 'policy/condition-failed', 'error'],
    ['a limit', 'limit: { vcpus: { max: 2 } }', 'policy/condition-failed', 'error'],
  ])('of an unknown fact: %s', async (_, effect, code, severity) => {
    const more = effect.startsWith('{') ? effect.slice(2, -2).split(', ').join('\n    ') : effect;
    const policy = await rulesOf(`  - id: site.a\n    when: disks.all(d, d.virtualSize > 5)\n    ${more}\n`);
    const { votes, findings } = await vote(policy, unknown);
    expect(votes).toEqual([]);
    expect(findings).toMatchObject([
      { code, severity, exit: 2, rule: 'site.a', at: [{ uri: 'site.yaml', pointer: '5:11' }] },
    ]);
  });

  it('does not let a recommendation with a broken condition pass either', async () => {
    const policy = await rulesOf('  - id: site.a\n    when: disks[3].encrypted\n    prefer: { machine: q35 }\n');
    const { findings } = await vote(policy, context);
    expect(findings.map(({ code, args }) => [code, args['problem']])).toEqual([
      ['policy/condition-failed', 'there is no element 3 in a list of 1'],
    ]);
  });

  it('says of a condition that takes too many steps that it does, and nothing of null', async () => {
    const loops = 'disks.all(a, disks.all(b, disks.all(c, disks.all(d, d.id != ""))))';
    const policy = await rulesOf(`  - id: site.a\n    when: ${loops}\n    prefer: { machine: q35 }\n`);
    const disks = Array.from({ length: 40 }, (_, index) => disk({ id: `disk${index}` }));
    const { findings, votes } = await vote(policy, { ...context, evidence: evidence({ disks }) });
    expect(votes).toEqual([]);
    expect(findings).toMatchObject([
      { code: 'policy/too-costly', severity: 'error', exit: 2, args: { problem: expect.stringContaining('steps') } },
    ]);
    expect(findings[0]?.remedy).not.toContain('null');
  });

  it.each([
    ['1 / (size(disks) - 1) > 0', 'Test the divisor first'],
    ['9223372036854775807 + size(disks) > 0', 'An int has 64 bits'],
    ['disks[0].details.version > "a"', 'convert it'],
    ['int(disks[0].format) > 0', 'Test the text first'],
    ['disks[3].encrypted', 'Test for what may be missing first'],
    ['disks[0].details.nothing > 1', 'Test for what may be missing first'],
    ['disks[0].bootable', 'Test for what may be missing first'],
    ['disks[0].details.version', 'convert it'],
  ])('says what to do about a condition that fails: %s', async (when, remedy) => {
    const policy = await rulesOf(`  - id: site.a\n    when: ${when}\n    deny: x\n`);
    const { findings } = await vote(policy, context);
    expect(findings).toMatchObject([
      {
        code: 'policy/condition-failed',
        remedy: expect.stringContaining('{hint}'),
        args: { hint: expect.stringContaining(remedy) },
      },
    ]);
  });

  it('fails a condition that turns out to be no bool', async () => {
    const policy = await rulesOf('  - id: site.a\n    when: disks[0].details.version\n    deny: x\n');
    expect((await vote(policy, context)).findings.map(({ args }) => args['problem'])).toEqual([
      'the condition is neither true nor false',
    ]);
  });
});

describe('messages', () => {
  it('fills in what the expressions come to', async () => {
    const policy = await rulesOf(
      '  - id: site.a\n    deny: "{{ os }} on {{ architecture }}, {{ size(disks) }} disk(s), {{ disks[0].bootable }}"\n    remedy: Ask.\n    docs: https://example.org/p\n',
    );
    const { findings } = await vote(policy, context);
    expect(findings).toMatchObject([
      {
        code: 'policy/denied',
        severity: 'error',
        exit: 1,
        rule: 'site.a',
        args: { message: 'debian12 on x86_64, 1 disk(s), unknown', remedy: 'Ask. See https://example.org/p' },
        at: [{ origin: 'policy', uri: 'site.yaml', pointer: '5:5' }],
      },
    ]);
  });

  it('denies even when the message cannot be filled in, and says what is wrong with it', async () => {
    const policy = await rulesOf('  - id: site.a\n    deny: "size {{ disks[7].fileSize }}"\n');
    const { findings } = await vote(policy, context);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['policy/denied', 'error'],
      ['policy/message-failed', 'warning'],
    ]);
    expect(findings[0]?.args['message']).toBe('size {{ disks[7].fileSize }}');
  });

  it('cuts what an image inserts', async () => {
    const policy = await rulesOf('  - id: site.a\n    warn: "{{ evidence.machine.name }}"\n');
    const long = evidence({ machine: { name: 'x'.repeat(1000), labels: {} } });
    const { findings } = await vote(policy, { ...context, evidence: long });
    expect(String(findings[0]?.args['message'])).toHaveLength(203);
  });

  it.each<[string, string, string, string]>([
    ['deny denies', 'deny: x', 'policy/denied', 'error'],
    ['deny can start as a warning', 'deny: x\n    severity: warning', 'policy/denied', 'warning'],
    ['warn warns', 'warn: x', 'policy/warned', 'warning'],
    ['warn can be a note', 'warn: x\n    severity: info', 'policy/warned', 'info'],
  ])('%s', async (_, effect, code, severity) => {
    const { findings } = await vote(await rulesOf(`  - id: site.a\n    ${effect}\n`), context);
    expect(findings).toMatchObject([{ code, severity }]);
  });
});

describe('phase verify', () => {
  it('sees the plan, and is silent in phase vote', async () => {
    const policy = await rulesOf(
      '  - id: site.old\n    phase: verify\n    when: plan["os"] in ["win2k3", "debian12"]\n    deny: \'{{ plan["os"] }} is out of support\'\n',
    );
    expect(await vote(policy, context)).toEqual({ votes: [], findings: [], checks: [] });
    const { findings } = await verify(policy, { ...context, plan });
    expect(findings[0]?.args['message']).toBe('debian12 is out of support');
  });

  it.each<[string, string, readonly string[]]>([
    ['above the maximum', '{ vcpus: { max: 3 } }', ['vcpus 4 above maximum 3']],
    ['at the maximum', '{ vcpus: { max: 4 } }', []],
    ['below the minimum', '{ memory-mib: { min: 8192, max: 9000 } }', ['memory-mib 4096 below minimum 8192']],
  ])('checks a limit: %s', async (_, limit, expected) => {
    const policy = await rulesOf(`  - id: site.a\n    phase: verify\n    limit: ${limit}\n`);
    const { findings } = await verify(policy, { ...context, plan });
    expect(findings.map(({ args }) => `${args['key']} ${args['value']} ${args['relation']} ${args['bound']}`)).toEqual(
      expected,
    );
    expect(findings.every(({ code, exit }) => code === 'policy/limit' && exit === 1)).toBe(true);
  });

  it('has nothing to say about a key that nobody decided', async () => {
    const policy = await rulesOf('  - id: site.a\n    phase: verify\n    limit: { vcpus: { max: 3 } }\n');
    const { findings, checks } = await verify(policy, { ...context, plan: {} });
    expect(findings).toEqual([]);
    expect(checks).toMatchObject([{ rule: 'site.a', phase: 'verify', outcome: 'passed', pointer: '4:5' }]);
  });
});

describe('votes on what is settled first', () => {
  it('are the same before and after', async () => {
    const policy = await rulesOf(
      '  - id: site.a\n    default: { os: debian12, machine: q35 }\n  - id: site.b\n    when: size(disks) == 1\n    prefer: { architecture: [x86_64] }\n  - id: site.c\n    when: os == ""\n    prefer: { machine: virt }\n',
    );
    const settling = await settlingVotes(policy, { evidence: context.evidence });
    expect(settling.map(({ key, rule }) => [key, rule])).toEqual([
      ['os', 'site.a'],
      ['architecture', 'site.b'],
    ]);
    const all = await vote(policy, context);
    expect(all.votes).toEqual(expect.arrayContaining([...settling]));
  });

  it('cost nothing with the default policy', async () => {
    const { policy } = await loadPolicies([], { readText: () => Promise.reject(new Error('no file')) });
    expect(policy === null ? null : await settlingVotes(policy, { evidence: context.evidence })).toEqual([]);
  });
});
