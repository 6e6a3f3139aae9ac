import { describe, expect, it } from 'vitest';
import { verify, vote } from '../../src/policy/index.ts';
import { evidence, load, summary } from './evidence.ts';

const file = (name: string, ...lines: string[]) =>
  ['schema: vm-import/policy@1', `name: ${name}`, ...lines, ''].join('\n');
const rule = (id: string, ...lines: string[]) => [`  - id: ${id}`, ...lines.map((line) => `    ${line}`)].join('\n');
const DENY = ['deny: no'];

const BASE = file(
  'base',
  'rules:',
  rule('base.deny', ...DENY),
  rule('base.warn', 'warn: hm'),
  rule('base.prefer', 'prefer: { machine: [q35] }'),
  rule('base.limit', 'phase: verify', 'limit: { vcpus: { max: 4 } }'),
  rule('base.locked', 'deny: never', 'locked: true'),
);
const ids = (rules: readonly { readonly id: string }[] | undefined) => rules?.map(({ id }) => id);
const layered = (...lines: string[]) =>
  load({ 'base.yaml': BASE, 'site.yaml': file('site', ...lines) }, ['base.yaml', 'site.yaml']);

describe('overrides change rules of others without copying them', () => {
  it('a severity, off, a mode and a lock, each known with its place; the order stays', async () => {
    const { policy, findings } = await layered(
      'overrides:',
      '  base.deny: warning',
      '  base.warn: { severity: error, locked: true }',
      '  base.limit: off',
      '  base.prefer: { mode: audit }',
    );
    expect(findings).toEqual([]);
    const all = policy?.trial;
    expect(ids(policy?.rules)).toEqual(['base.deny', 'base.warn', 'base.locked']);
    expect(ids(all?.rules)).toEqual(['base.deny', 'base.warn', 'base.prefer', 'base.locked']);
    expect(ids(policy?.off)).toEqual(['base.limit']);
    expect(all?.rules.map(({ severity, mode, locked, changes }) => [severity, mode, locked, changes])).toEqual([
      ['warning', 'enforce', false, [{ what: 'severity warning', uri: 'site.yaml', pointer: '4:3' }]],
      ['error', 'enforce', true, [{ what: 'severity error, locked', uri: 'site.yaml', pointer: '5:3' }]],
      ['error', 'audit', false, [{ what: 'mode audit', uri: 'site.yaml', pointer: '7:3' }]],
      ['error', 'enforce', true, []],
    ]);
  });

  it('take effect', async () => {
    const { policy } = await layered('overrides:', '  base.deny: info', '  base.locked: error');
    if (policy === null) throw new Error('it does not load');
    const { findings } = await vote(policy, { evidence: evidence(), os: null, architecture: null });
    expect(findings.map(({ rule: by, severity, exit }) => [by, severity, exit])).toEqual([
      ['base.deny', 'info', 1],
      ['base.warn', 'warning', 1],
      ['base.locked', 'error', 1],
    ]);
  });

  it('can be taken back by a later layer', async () => {
    const { policy } = await load(
      {
        'base.yaml': BASE,
        'a.yaml': file('a', 'overrides: { base.deny: off }'),
        'b.yaml': file('b', 'overrides: { base.deny: error }'),
      },
      ['base.yaml', 'a.yaml', 'b.yaml'],
    );
    expect(ids(policy?.rules)?.[0]).toBe('base.deny');
    expect(policy?.off).toEqual([]);
  });

  it('of findings are severities by code', async () => {
    const { policy } = await layered('overrides: { plan/os-unknown: error }');
    expect(policy?.severities).toEqual([
      { code: 'plan/os-unknown', severity: 'error', uri: 'site.yaml', pointer: '3:14' },
    ]);
  });

  it.each<[string, string, string, string]>([
    ['a misspelt rule', 'base.dny: off', 'policy/unknown-rule', 'Did you mean base.deny?'],
    ['a rule of nobody', 'zzz.zzz: off', 'policy/unknown-rule', 'Name a rule of a policy that comes before this one.'],
    ['a locked rule off', 'base.locked: off', 'policy/weakens-locked', ''],
    ['a lower severity of a locked rule', 'base.locked: warning', 'policy/weakens-locked', ''],
    ['audit of a locked rule', 'base.locked: { mode: audit }', 'policy/weakens-locked', ''],
    ['a severity of a rule that only votes', 'base.prefer: error', 'policy/no-severity', ''],
    ['a misspelt severity', 'base.deny: wrning', 'policy/wrong-value', 'Did you mean warning?'],
    ['a misspelt key', 'base.deny: { severty: info }', 'policy/unknown-key', 'Did you mean severity?'],
    ['an empty map', 'base.deny: {}', 'policy/missing-key', ''],
    ['an unlocking', 'base.locked: { locked: false }', 'policy/wrong-value', ''],
    ['a finding switched off', 'plan/os-unknown: off', 'policy/wrong-value', ''],
    ['a mode of a finding', 'plan/os-unknown: { mode: audit }', 'policy/not-allowed-here', ''],
  ])('are refused: %s', async (_, line, code, hint) => {
    const { policy, findings } = await layered('overrides:', `  ${line}`);
    expect(policy).toBeNull();
    expect(findings).toMatchObject([{ code, exit: 2, severity: 'error', at: [{ uri: 'site.yaml' }] }]);
    expect(findings[0]?.at[0]?.pointer).toMatch(/^4:\d+$/);
    expect(String(findings[0]?.args['hint'] ?? '')).toContain(hint);
  });

  it.each([
    ['a misspelt code', 'plan/os-unknwn: error', 'policy/unknown-code', 'Did you mean plan/os-unknown?'],
    ['a code of nobody', 'zzz/zzz: error', 'policy/unknown-code', 'in brackets'],
    ['a finding that concerns safety', 'disk/backing-file: warning', 'policy/fixed-severity', 'safety'],
    ['an error with nothing behind it', 'plan/unresolved: info', 'policy/fixed-severity', 'something is missing'],
    ['findings of rules', 'policy/denied: info', 'policy/fixed-severity', 'name the rule'],
  ])('of findings are refused: %s', async (_, line, code, words) => {
    const { catalogue } = await import('../../src/pipeline/catalogue.generated.ts');
    const files = { 'site.yaml': file('site', 'overrides:', `  ${line}`) };
    const { policy, findings } = await load(files, ['site.yaml'], { codes: async () => catalogue });
    expect(policy).toBeNull();
    expect(findings).toMatchObject([{ code, exit: 2, at: [{ uri: 'site.yaml', pointer: '4:3' }] }]);
    expect(JSON.stringify(findings[0]?.args)).toContain(words);
  });
});

describe('a directory of policies', () => {
  const named = (name: string, ...lines: string[]) => file(name, 'rules:', rule(`${name}.a`, ...DENY), ...lines);

  it('is read in the order of the names, without hidden files and tests; waivers go with it', async () => {
    const { policy, findings } = await load(
      {
        'conf/20-b.yml': named('b'),
        'conf/10-a.yaml': named('a'),
        'conf/9-c.json': JSON.stringify({ schema: 'vm-import/policy@1', name: 'c' }),
        'conf/.30-d.yaml': 'nonsense',
        'conf/10-a.test.yaml': 'nonsense',
        'conf/10-a.waivers.yaml': 'nonsense to this reader',
        'conf/README': 'nonsense',
        'conf/deeper/x.yaml': 'nonsense',
      },
      ['conf'],
    );
    expect(findings).toEqual([]);
    expect(policy?.documents.map(({ uri }) => uri)).toEqual(['conf/10-a.yaml', 'conf/20-b.yml', 'conf/9-c.json']);
    expect(policy?.waivers).toEqual([
      { path: 'conf/10-a.waivers.yaml', uri: 'conf/10-a.waivers.yaml', pointer: '1:1' },
    ]);
  });

  it('takes names in capitals for what they are', async () => {
    const files = {
      'conf/20-B.YAML': named('b'),
      'conf/30-c.Yml': named('c'),
      'conf/40-d.JSON': JSON.stringify({ schema: 'vm-import/policy@1', name: 'd' }),
      'conf/20-b.TEST.YAML': 'nonsense',
      'conf/20-b.Waivers.YML': 'nonsense to this reader',
    };
    const { policy, findings } = await load(files, ['conf']);
    expect(findings).toEqual([]);
    expect(policy?.documents.map(({ uri }) => uri)).toEqual(['conf/20-B.YAML', 'conf/30-c.Yml', 'conf/40-d.JSON']);
    expect(policy?.waivers.map(({ path }) => path)).toEqual(['conf/20-b.Waivers.YML']);
  });

  it('can be extended', async () => {
    const files = { 'x/site.yaml': file('site', 'extends: [base]'), 'x/base/a.yaml': named('a') };
    const { policy } = await load(files, ['x/site.yaml']);
    expect(policy?.documents.map(({ uri }) => uri)).toEqual(['x/base/a.yaml', 'x/site.yaml']);
  });

  it('that holds no policy is a mistake', async () => {
    expect(summary(await load({ 'conf/README': '' }, ['conf']))).toEqual(['policy/empty-directory conf 1:1']);
  });

  it('is listed once, whoever asks', async () => {
    const listed: string[] = [];
    const names: Readonly<Record<string, readonly string[]>> = { conf: ['10.yaml'], more: ['20.yaml'] };
    const list = (path: string) => {
      listed.push(path);
      return Promise.resolve(names[path] ?? null);
    };
    const files = { 'conf/10.yaml': file('a', 'extends: [../more]'), 'more/20.yaml': named('b') };
    const { findings } = await load(files, ['./conf', 'more'], { list });
    expect(findings).toEqual([]);
    expect(listed.filter((path) => path in names).toSorted()).toEqual(['conf', 'more']);
  });

  it('whose file extends the directory is a loop', async () => {
    const files = { 'conf/a.yaml': file('a', 'extends: [../conf]') };
    expect(summary(await load(files, ['conf']))).toEqual(['policy/extends-loop conf/a.yaml 3:11']);
  });
});

describe('files outside the directories that were named', () => {
  const refused = async (ref: string, realPath?: (path: string) => Promise<string>) => {
    const files = {
      '/p/site.yaml': file('site', `extends: ["${ref}"]`),
      '/other/x.yaml': file('x'),
      '/p/x.yaml': file('x'),
    };
    return summary(await load(files, ['/p/site.yaml'], realPath === undefined ? {} : { realPath }));
  };

  it.each([
    ['above', '../other/x.yaml'],
    ['far above', '../../../../../other/x.yaml'],
    ['absolute', '/other/x.yaml'],
    ['a directory', '../other'],
  ])('are not read: %s', async (_, ref) => {
    expect(await refused(ref)).toEqual(['policy/outside-root /p/site.yaml 3:11']);
  });

  it('are not read through a symbolic link', async () => {
    const realPath = async (path: string) => (path === '/p/x.yaml' ? '/other/x.yaml' : path);
    expect(await refused('x.yaml', realPath)).toEqual(['policy/outside-root /p/site.yaml 3:11']);
    expect(await refused('x.yaml')).toEqual([]);
  });

  it('count as inside when their directory was named too', async () => {
    const files = { '/p/site.yaml': file('site', 'extends: [/other/x.yaml]'), '/other/x.yaml': file('x') };
    expect(summary(await load(files, ['/other/x.yaml', '/p/site.yaml']))).toEqual([]);
  });

  it('are no waivers either', async () => {
    const files = { '/p/site.yaml': file('site', 'waivers: [../w.yaml, mine.yaml]'), '/p/mine.yaml': '' };
    const loaded = await load(files, ['/p/site.yaml']);
    expect(summary(loaded)).toEqual(['policy/outside-root /p/site.yaml 3:11']);
    expect(loaded.findings.map(({ args }) => args['flag'])).toEqual(['--waivers']);
  });
});

describe('rules that can never both hold', () => {
  const both = (a: string, b: string) =>
    load({ 'site.yaml': file('site', 'rules:', rule('site.a', a), rule('site.b', b)) });

  it.each([
    ['two sets', 'set: { machine: q35 }', 'set: { machine: i440fx }', '12'],
    ['a set of what is forbidden', 'set: { machine: q35 }', 'forbid: { machine: q35 }', '15'],
    ['disjoint requires', 'require: { machine: q35 }', 'require: { machine: i440fx }', '16'],
    ['bounds', 'limit: { vcpus: { min: 8 } }', 'limit: { vcpus: { max: 4 } }', '14'],
    ['two sets of one device', 'set: { disk-bus.disk0: ide }', 'set: { disk-bus.disk0: sata }', '12'],
  ])('in one file: %s', async (_, a, b, column = '12') => {
    expect(summary(await both(a, b))).toEqual([`policy/contradiction site.yaml 7:${column}`]);
  });

  it.each([
    ['the same value', 'set: { machine: q35 }', 'set: { machine: q35 }'],
    ['a set beyond a limit', 'set: { vcpus: 8 }', 'limit: { vcpus: { max: 4 } }'],
    [
      'one of them has a condition',
      'set: { machine: q35 }',
      'set: { machine: i440fx }\n    when: disks.exists(d, d.encrypted)',
    ],
    ['all devices and one of them', 'set: { disk-bus: ide }', 'set: { disk-bus.disk0: sata }'],
    [
      'for different targets',
      'set: { machine: q35 }\n    targets: [plan]',
      'set: { machine: i440fx }\n    targets: [openstack]',
    ],
    [
      'for different targets of a family',
      'set: { machine: q35 }\n    targets: [openstack-set]',
      'set: { machine: i440fx }\n    targets: [openstack-json]',
    ],
  ])('but: %s', async (_, a, b) => {
    expect(summary(await both(a, b))).toEqual([]);
  });

  const lockedTwice = (a: string, b: string) => both(`${a}\n    locked: true`, `${b}\n    locked: true`);
  it.each([
    ['set against forbid', 'set: { machine: q35 }', 'forbid: { machine: [q35, virt] }'],
    ['set against require', 'set: { machine: q35 }', 'require: { machine: [i440fx, virt] }'],
    ['disjoint requires', 'require: { machine: q35 }', 'require: { machine: [i440fx, virt] }'],
    ['require of what is forbidden', 'require: { machine: q35 }', 'forbid: { machine: q35 }'],
    ['bounds', 'limit: { vcpus: { min: 8 } }', 'limit: { vcpus: { max: 4 } }'],
    ['all devices and one of them', 'set: { disk-bus: virtio }', 'forbid: { disk-bus.disk0: virtio }'],
    ['set out of bounds', 'set: { vcpus: 8 }', 'limit: { vcpus: { max: 4 } }'],
  ])('locked: %s', async (_, a, b) => {
    expect(summary(await lockedTwice(a, b))).toEqual([expect.stringContaining('policy/contradiction site.yaml')]);
  });

  it.each([
    ['overlapping requires', 'require: { machine: [q35, virt] }', 'require: { machine: [i440fx, virt] }'],
    ['recommendations', 'prefer: { machine: q35 }', 'prefer: { machine: i440fx }'],
    ['bounds with room', 'limit: { vcpus: { min: 2 } }', 'limit: { vcpus: { max: 4 } }'],
  ])('locked, but: %s', async (_, a, b) => {
    expect(summary(await lockedTwice(a, b))).toEqual([]);
  });

  const when = (text: string) => `\n    when: ${text}`;
  const [q35, i440fx] = ['set: { machine: q35 }', 'set: { machine: i440fx }'];
  it.each([
    ['the same condition', when('size(disks) == 1'), when('size(disks) == 1')],
    [
      'the same condition in another spelling',
      when('size(disks)==1 && os == "x"'),
      when("(size(disks) == 1) && os == 'x'"),
    ],
    ['a condition that is always true', when('"true"'), ''],
    ['two of them', when('"!false && true"'), when('"true || os == \'x\'"')],
  ])('with %s', async (_, a, b) => {
    expect(summary(await both(q35 + a, i440fx + b))).toEqual(['policy/contradiction site.yaml 8:12']);
    expect(summary(await both(`require: { machine: q35 }${a}`, `forbid: { machine: q35 }${b}`))).toEqual([
      'policy/contradiction site.yaml 8:15',
    ]);
    const layers = (tail: string) => ({
      'a.yaml': file('a', 'rules:', rule('a.a', q35 + a + tail)),
      'b.yaml': file('b', 'rules:', rule('b.a', i440fx + b + tail)),
    });
    expect(summary(await load(layers(''), ['a.yaml', 'b.yaml']))).toEqual([]);
    expect(summary(await load(layers('\n    locked: true'), ['a.yaml', 'b.yaml']))).toEqual([
      'policy/contradiction b.yaml 5:12',
    ]);
  });

  it.each([
    ['other conditions', when('size(disks) == 1'), when('size(disks) == 2')],
    ['none of which ever applies', when('"false"'), when('"false && true"')],
  ])('but not with %s', async (_, a, b) => {
    expect(summary(await both(q35 + a, i440fx + b))).toEqual([]);
  });

  it('for a target and for its family', async () => {
    const [a, b] = [
      'set: { machine: q35 }\n    targets: [openstack-json]',
      'set: { machine: i440fx }\n    targets: [openstack]',
    ];
    expect(summary(await both(a, b))).toEqual(['policy/contradiction site.yaml 8:12']);
    expect(summary(await both(b, a))).toEqual(['policy/contradiction site.yaml 8:12']);
  });

  it('of two files are layers: the later one wins', async () => {
    const files = {
      'a.yaml': file('a', 'rules:', rule('a.a', 'set: { machine: q35 }')),
      'b.yaml': file('b', 'rules:', rule('b.a', 'set: { machine: i440fx }')),
    };
    expect(summary(await load(files, ['a.yaml', 'b.yaml']))).toEqual([]);
  });
});

describe('audit mode', () => {
  const audit = (...lines: string[]) => file('audit', 'mode: audit', ...lines);

  it('covers a document and what only it extends; the default is enforced when nothing else is', async () => {
    const { policy, findings } = await load({
      'audit.yaml': audit('extends: [preset:strict, more.yaml]', 'trust: { hints: ignore }'),
      'more.yaml': file('more', 'rules:', rule('more.a', ...DENY)),
    });
    expect(findings).toEqual([]);
    expect(policy?.documents.map(({ uri }) => uri)).toEqual(['preset:default']);
    expect(policy?.settings.trustHints).toBe('honour');
    expect(policy?.trial?.documents.map(({ uri, mode }) => `${uri} ${mode}`)).toEqual([
      'preset:default audit',
      'preset:strict audit',
      'more.yaml audit',
      'audit.yaml audit',
    ]);
    const modes = new Map(policy?.trial?.rules.map(({ id, mode }) => [id, mode]));
    expect([modes.get('default.memory'), modes.get('strict.format'), modes.get('more.a')]).toEqual([
      'enforce',
      'audit',
      'audit',
    ]);
    // a lock holds, whoever only tries out what it stands in
    expect(modes.get('strict.backing')).toBe('enforce');
    expect(policy?.rules.map(({ id }) => id)).toContain('strict.backing');
  });

  it('does not reach a document that is enforced on another way', async () => {
    const files = {
      'audit.yaml': audit('extends: [preset:strict]'),
      'site.yaml': file('site', 'extends: [preset:strict]'),
    };
    for (const refs of [
      ['audit.yaml', 'site.yaml'],
      ['site.yaml', 'audit.yaml'],
    ]) {
      const { policy } = await load(files, refs);
      expect(policy?.documents.map(({ uri }) => uri)).toEqual(['preset:default', 'preset:strict', 'site.yaml']);
    }
  });

  it('of a rule, and of a rule that would take the place of another', async () => {
    const { policy } = await load(
      { 'base.yaml': BASE, 'site.yaml': file('site', 'rules:', rule('base.deny', 'warn: softer', 'mode: audit')) },
      ['base.yaml', 'site.yaml'],
    );
    expect(policy?.rules.find(({ id }) => id === 'base.deny')?.uri).toBe('base.yaml');
    expect(policy?.trial?.rules.find(({ id }) => id === 'base.deny')).toMatchObject({
      uri: 'site.yaml',
      mode: 'audit',
    });
  });

  it('by override of a rule of its own restores the one it took the place of', async () => {
    const site = file('site', 'overrides: { base.deny: { mode: audit } }', 'rules:', rule('base.deny', 'warn: softer'));
    const { policy } = await load({ 'base.yaml': BASE, 'site.yaml': site }, ['base.yaml', 'site.yaml']);
    expect(policy?.rules.find(({ id }) => id === 'base.deny')?.uri).toBe('base.yaml');
  });

  it('leaves every rule in its place, locked ones too', async () => {
    const files = {
      'site.yaml': file(
        'site',
        'rules:',
        rule('site.a', 'forbid: { machine: i440fx }'),
        rule('site.b', 'prefer: { machine: q35 }', 'locked: true'),
        rule('site.c', 'forbid: { machine: q35 }'),
      ),
      'audit.yaml': audit('extends: [base]', 'rules:', rule('audit.a', ...DENY)),
      'base/10.yaml': file('ten', 'rules:', rule('ten.a', 'deny: never', 'locked: true')),
    };
    const alone = await load(files, ['site.yaml']);
    const after = await load(files, ['site.yaml', 'audit.yaml']);
    const before = await load(files, ['audit.yaml', 'site.yaml']);
    const site = ['site.a', 'site.b', 'site.c'];
    expect(ids(alone.policy?.rules)).toEqual(site);
    expect(ids(after.policy?.rules)).toEqual([...site, 'ten.a']);
    expect(ids(before.policy?.rules)).toEqual(['ten.a', ...site]);
  });

  it('is no trial where nothing is in it', async () => {
    expect((await load({ 'base.yaml': BASE })).policy?.trial).toBeNull();
  });
});

describe('a policy that is named twice', () => {
  it('is told: it does not come to the end', async () => {
    const files = {
      'a.yaml': file('a', 'rules:', rule('a.a', ...DENY)),
      'b.yaml': file('b', 'overrides: { a.a: off }'),
    };
    const { policy, findings } = await load(files, ['a.yaml', 'b.yaml', 'a.yaml']);
    expect(ids(policy?.off)).toEqual(['a.a']);
    expect(findings).toMatchObject([{ code: 'policy/named-twice', severity: 'warning' }]);
  });
});

describe('a policy that one list extends twice', () => {
  const off = file('off', 'overrides: { u.a: off }');
  const u = file('u', 'rules:', rule('u.a', ...DENY));

  it.each([
    ['by its name', '[u.yaml, off.yaml, u.yaml]', '3:29'],
    ['by another spelling', '[u.yaml, off.yaml, ./u.yaml]', '3:29'],
    ['a preset', '[preset:strict, preset:strict]', '3:26'],
  ])('is told at its second mention: %s', async (_, list, pointer) => {
    const files = { 'site.yaml': file('site', `extends: ${list}`), 'u.yaml': u, 'off.yaml': off };
    const { policy, findings } = await load(files);
    expect(policy).not.toBeNull();
    expect(summary({ findings })).toEqual([`policy/named-twice site.yaml ${pointer}`]);
  });

  it('is told once, also where it is reached in audit mode and again without', async () => {
    const files = {
      'audit.yaml': file('audit', 'mode: audit', 'extends: [site.yaml]'),
      'site.yaml': file('site', 'extends: [u.yaml, u.yaml]'),
      'u.yaml': u,
    };
    expect(summary(await load(files, ['audit.yaml', 'site.yaml']))).toEqual(['policy/named-twice site.yaml 3:19']);
  });

  it('but through several files it is ordinary', async () => {
    const files = {
      'site.yaml': file('site', 'extends: [a.yaml, b.yaml, u.yaml]'),
      'a.yaml': file('a', 'extends: [u.yaml]'),
      'b.yaml': file('b', 'extends: [u.yaml]'),
      'u.yaml': u,
    };
    expect(summary(await load(files))).toEqual([]);
  });
});

describe('targets and messages', () => {
  const context = { evidence: evidence(), os: null, architecture: null };

  it('a rule for other targets is skipped', async () => {
    const files = {
      'site.yaml': file('site', 'rules:', rule('site.a', 'prefer: { machine: q35 }', 'targets: [openstack, plan]')),
    };
    const { policy } = await load(files, ['site.yaml'], { targets: ['libvirt-xml', 'openstack', 'plan'] });
    if (policy === null) throw new Error('it does not load');
    const outcome = async (targets?: readonly string[]) => {
      const { votes, checks } = await vote(policy, targets === undefined ? context : { ...context, targets });
      return `${votes.length} ${checks[0]?.outcome}`;
    };
    expect(await outcome(['libvirt-xml'])).toBe('0 skipped');
    expect(await outcome(['libvirt-xml', 'plan'])).toBe('1 applied');
    expect(await outcome()).toBe('1 applied');
    // a name stands for a family
    expect(await outcome(['openstack-json'])).toBe('1 applied');
    expect(await outcome(['openstackish'])).toBe('0 skipped');
  });

  it('a rule for one of a family is not for the others', async () => {
    const files = { 'site.yaml': file('site', 'rules:', rule('site.a', ...DENY, 'targets: [openstack-json]')) };
    const { policy } = await load(files);
    if (policy === null) throw new Error('it does not load');
    const denied = async (target: string) => (await vote(policy, { ...context, targets: [target] })).findings.length;
    expect(await Promise.all(['openstack-json', 'openstack', 'openstack-set'].map(denied))).toEqual([1, 0, 0]);
  });

  it('a misspelt target is refused', async () => {
    const files = { 'site.yaml': file('site', 'rules:', rule('site.a', ...DENY, 'targets: [openstak]')) };
    const { policy, findings } = await load(files, ['site.yaml'], { targets: ['libvirt-xml', 'openstack'] });
    expect(policy).toBeNull();
    expect(findings).toMatchObject([{ code: 'policy/unknown-target', args: { hint: 'Did you mean openstack?' } }]);
  });

  it('a message says why, and is the words of a verifying limit', async () => {
    const files = {
      'site.yaml': file(
        'site',
        'rules:',
        rule('site.a', 'prefer: { machine: q35 }', "message: 'for {{ size(disks) }} disk'"),
        rule(
          'site.b',
          'phase: verify',
          'limit: { vcpus: { max: 1 } }',
          'message: \'{{ plan["vcpus"] }} are too many\'',
        ),
      ),
    };
    const { policy, findings } = await load(files);
    expect(findings).toEqual([]);
    if (policy === null) throw new Error('a policy without findings must load');
    expect((await vote(policy, context)).checks).toMatchObject([
      { rule: 'site.a', outcome: 'applied', message: 'for 1 disk' },
    ]);
    const verified = await verify(policy, { ...context, plan: { vcpus: 2 } });
    expect(verified.findings).toMatchObject([
      { code: 'policy/limit', message: '{message}', args: { message: '2 are too many', value: 2 } },
    ]);
  });

  it.each([
    ['a message beside a deny', ['deny: x', 'message: y'], 'policy/not-allowed-here site.yaml 6:5'],
    [
      'a message with a broken expression',
      ['prefer: { vcpus: 2 }', "message: '{{ nobody }}'"],
      'policy/condition-syntax site.yaml 6:18',
    ],
    ['a misspelt mode', ['deny: x', 'mode: audti'], 'policy/wrong-value site.yaml 6:11'],
    ['no target', ['deny: x', 'targets: []'], 'policy/wrong-value site.yaml 6:14'],
  ])('refused: %s', async (_, lines, expected) => {
    expect(summary(await load({ 'site.yaml': file('site', 'rules:', rule('site.a', ...lines)) }))).toEqual([expected]);
  });
});
