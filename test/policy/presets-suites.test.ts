import { readdir, readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DiskEvidence, Evidence, RuleOutcome, Value } from '../../src/facts/index.ts';
import { vote } from '../../src/facts/index.ts';
import { loadPolicy, plan } from '../../src/index.ts';
import { disk, evidence } from './evidence.ts';

/** What policies/*.test.yaml use of the format of policy tests. */
interface Case {
  readonly name: string;
  readonly evidence: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly os?: string;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly expect: {
    readonly verdict?: string;
    readonly findings?: readonly string[];
    readonly includes?: readonly string[];
    readonly excludes?: readonly string[];
    readonly values?: Readonly<Record<string, Value | null>>;
  };
}

function complete(part: Case['evidence']): Evidence {
  const disks = (part['disks'] ?? []).map((fields, index) => {
    const uri = `/images/disk${index}.${String(fields['format'] ?? 'qcow2')}`;
    const empty: Partial<DiskEvidence> = { id: `disk${index}`, uri, path: uri, details: {} };
    return disk({ ...empty, ...fields });
  });
  const sources = disks.map(({ uri, format, fileSize: size }) => ({ uri, format, size, bytesRead: 0, digest: null }));
  const nics = (part['nics'] ?? []).map((fields, index) => ({
    ...{ id: `nic${index}`, model: null, mac: null, network: null, uri: null, pointer: null },
    ...fields,
  }));
  const drivers = (part['drivers'] ?? []).map((fields) => ({ disk: null, boot: [], running: [], ...fields }));
  const votes = (part['votes'] ?? []).map((fields) => vote({ strength: 'required', ...fields } as never));
  return evidence({ ...(part as Partial<Evidence>), sources, ...pick(part), disks, nics, drivers, votes });
}

const pick = ({ sources }: Case['evidence']) =>
  sources === undefined ? {} : { sources: sources as unknown as Evidence['sources'] };

const files = (await readdir('policies')).filter((name) => name.endsWith('.test.yaml'));
const seen = new Map<string, Set<RuleOutcome>>();

describe.each(files)('policies/%s', async (file) => {
  const preset = file.replace('.test.yaml', '');
  const { cases } = parse(await readFile(`policies/${file}`, 'utf8')) as { readonly cases: readonly Case[] };

  it.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    async (_, { evidence: part, os, set = {}, expect: wanted }) => {
      const policy = await loadPolicy([`preset:${preset}`]);
      const flags = [...(os === undefined ? [] : [['os', os] as const]), ...Object.entries(set)];
      const planned = await plan(complete(part), { policy, set: flags });
      for (const { rule, outcome } of planned.checks) seen.set(rule, (seen.get(rule) ?? new Set()).add(outcome));

      const named = planned.findings.map(({ rule, code }) => rule ?? code);
      const counting = planned.findings
        .filter(({ severity }) => severity !== 'info')
        .map(({ rule, code }) => rule ?? code);
      if (wanted.verdict !== undefined) expect(planned.judgement.verdict).toBe(wanted.verdict);
      if (wanted.findings !== undefined) expect([...counting].sort()).toEqual([...wanted.findings].sort());
      expect(named).toEqual(expect.arrayContaining([...(wanted.includes ?? [])]));
      expect(named.filter((name) => wanted.excludes?.includes(name))).toEqual([]);
      const decided = (path: string) =>
        planned.decisions.find(({ key, subject }) => (subject === null ? key : `${key}.${subject}`) === path)?.value ??
        null;
      for (const [path, value] of Object.entries(wanted.values ?? {}))
        expect([path, decided(path)]).toEqual([path, value]);
    },
  );
});

/** Rules whose other half only a policy file can bring about, or whose effect has no condition. */
const ONE_SIDED: Readonly<Record<string, RuleOutcome>> = {
  'openstack.confidential': 'applied',
  'openstack.machine-version': 'passed',
  'performance.cpu': 'applied',
  'portable.confidential': 'applied',
  'portable.machine-version': 'passed',
  'strict.legacy-devices': 'applied',
};

describe('rules of the presets that are new', () => {
  const acts = (outcomes: ReadonlySet<RuleOutcome>) => outcomes.has('failed') || outcomes.has('applied');
  const rests = (outcomes: ReadonlySet<RuleOutcome>) => outcomes.has('passed') || outcomes.has('not-applied');
  afterAll(() => seen.clear());
  it('are seen to act and to rest', () => {
    const own = [...seen].filter(([rule]) => /^(windows-safe|openstack|portable|performance)\./.test(rule));
    expect(own.length).toBeGreaterThan(30);
    const halves = own.filter(([, outcomes]) => !(acts(outcomes) && rests(outcomes)));
    expect(halves.map(([rule]) => rule).sort()).toEqual(
      Object.keys(ONE_SIDED)
        .filter((rule) => !rule.startsWith('strict.'))
        .sort(),
    );
  });
});
