import { describe, expect, it } from 'vitest';
import type { Provenance } from '../../src/diagnostics/index.ts';
import { type Vote, vote } from '../../src/facts/index.ts';
import { word } from '../../src/report/words.ts';
import * as c from './cases.ts';

const descriptor = (key: Vote['key'], values: Vote['values']): Vote =>
  vote({ key, strength: 'recommended', values, origin: 'descriptor', uri: 'machine.ovf', pointer: '/Envelope:3:1' });
const onDisk1 = (of: Vote): Vote => ({ ...of, disk: 'disk1', uri: 'disk1.qcow2' });

const HINTS: Partial<Provenance> = { origin: 'hints', uri: 'disk0.qcow2' };
const OTHER_DISK: Partial<Provenance> = { origin: 'hints', uri: 'disk1.qcow2' };
const OVF: Partial<Provenance> = { origin: 'descriptor', uri: 'machine.ovf' };
const CONTENT: Partial<Provenance> = { origin: 'content', uri: 'disk0.qcow2' };
const POLICY: Partial<Provenance> = { origin: 'policy-prefer', uri: 'site.yaml' };
const SET: Partial<Provenance> = { origin: 'policy-set', uri: 'site.yaml' };
const FLAG: Partial<Provenance> = { origin: 'flag', pointer: '--set' };
const HOST: Partial<Provenance> = { origin: 'host', uri: 'host.xml' };
const TRUST: Partial<Provenance> = { origin: 'policy', pointer: 'trust.hints: recommend' };

const TWO = [
  { id: 'disk0', bootable: null },
  { id: 'disk1', bootable: null },
];
const BOOTS = [
  { id: 'disk0', bootable: true },
  { id: 'disk1', bootable: false },
];
const NO_UEFI = { host: c.host(c.domain({ firmware: [] })) };
const ONLY_2 = { host: c.host(c.domain({ tpmVersions: ['2.0'] })) };
const HEARD = { settings: { trustHints: 'recommend' as const } };
const IGNORED = { settings: { trustHints: 'ignore' as const } };

interface Pair {
  readonly title: string;
  readonly votes: readonly Vote[];
  readonly setting?: c.Setting;
  /** Code and severity; null: ranks settle it and nothing is raised. */
  readonly code: string | null;
  /** What `at` must name, in this order. */
  readonly sides?: readonly Partial<Provenance>[];
}

const { hints, content, policyForbid, policyMax, policyMin, policyPrefer, policyRequire, policySet, flag } = c;

const pairs: readonly Pair[] = [
  // two disks
  {
    title: 'hints of two disks, both recommended',
    votes: [hints('machine', 'recommended', ['q35']), onDisk1(hints('machine', 'recommended', ['i440fx']))],
    setting: { disks: TWO },
    code: null,
  },
  {
    title: 'hints of two disks, both required',
    votes: [hints('machine', 'required', ['q35']), onDisk1(hints('machine', 'required', ['i440fx']))],
    setting: { disks: TWO },
    code: 'error plan/unresolved',
    sides: [HINTS, OTHER_DISK],
  },
  {
    title: 'hints of two disks, one required and one recommended',
    votes: [hints('machine', 'required', ['q35']), onDisk1(hints('machine', 'recommended', ['i440fx']))],
    setting: { disks: TWO },
    code: 'info plan/conflict',
    sides: [OTHER_DISK, HINTS],
  },
  ...(['recommended', 'required'] as const).map((strength) => ({
    title: `hints of a disk that does not boot, ${strength}`,
    votes: [hints('machine', 'required', ['q35']), onDisk1(hints('machine', strength, ['i440fx']))],
    setting: { disks: BOOTS },
    code: 'warning plan/disk-disagreement',
    sides: [OTHER_DISK, HINTS],
  })),
  {
    title: 'hints of two disks, both required, under disagreement: warn',
    votes: [hints('machine', 'required', ['q35']), onDisk1(hints('machine', 'required', ['i440fx']))],
    setting: { disks: TWO, settings: { disagreement: 'warn' } },
    code: 'warning plan/disk-disagreement',
    sides: [OTHER_DISK, HINTS],
  },
  // the descriptor
  {
    title: 'recommended hints and the descriptor',
    votes: [hints('firmware', 'recommended', ['uefi']), descriptor('firmware', ['bios'])],
    code: null,
  },
  {
    title: 'required hints and the descriptor',
    votes: [hints('firmware', 'required', ['uefi']), descriptor('firmware', ['bios'])],
    code: 'info plan/conflict',
    sides: [OVF, HINTS],
  },
  {
    title: 'the descriptor and what a policy requires',
    votes: [descriptor('firmware', ['bios']), policyRequire('firmware', ['uefi'])],
    code: 'info plan/conflict',
    sides: [OVF, POLICY],
  },
  {
    title: 'the descriptor and what a policy prefers',
    votes: [descriptor('firmware', ['bios']), policyPrefer('firmware', ['uefi'])],
    code: null,
  },
  {
    title: 'the descriptor and a limit',
    votes: [descriptor('memory-mib', [65536]), policyMax('memory-mib', [4096])],
    code: 'info plan/conflict',
    sides: [OVF, POLICY],
  },
  {
    title: 'the descriptor and what the disk proves',
    votes: [descriptor('firmware', ['bios']), content('firmware', 'required', ['uefi'])],
    code: 'info plan/conflict',
    sides: [OVF, CONTENT],
  },
  // the policy
  {
    title: 'recommended hints and what a policy requires',
    votes: [hints('firmware', 'recommended', ['bios']), policyRequire('firmware', ['uefi'])],
    code: 'info plan/conflict',
    sides: [HINTS, POLICY],
  },
  {
    title: 'required hints and what a policy requires',
    votes: [hints('firmware', 'required', ['bios']), policyRequire('firmware', ['uefi'])],
    code: 'error plan/unresolved',
    sides: [POLICY, HINTS],
  },
  {
    title: 'recommended hints and what a policy forbids',
    votes: [hints('machine', 'recommended', ['i440fx']), policyForbid('machine', ['i440fx'])],
    code: 'info plan/conflict',
    sides: [HINTS, POLICY],
  },
  {
    title: 'required hints and what a policy forbids',
    votes: [hints('machine', 'required', ['i440fx']), policyForbid('machine', ['i440fx'])],
    code: 'error plan/unresolved',
    sides: [POLICY, HINTS],
  },
  {
    title: 'recommended hints and a limit',
    votes: [hints('memory-mib', 'recommended', [8192]), policyMax('memory-mib', [4096])],
    code: 'info plan/conflict',
    sides: [HINTS, POLICY],
  },
  {
    title: 'a minimum in the hints and a limit',
    votes: [hints('memory-mib', 'minimum', [8192]), policyMax('memory-mib', [4096])],
    code: 'error plan/unresolved',
    sides: [POLICY, HINTS],
  },
  {
    title: 'recommended hints and what a policy sets',
    votes: [hints('machine', 'recommended', ['i440fx']), policySet('machine', ['q35'])],
    code: null,
  },
  {
    title: 'required hints and what a policy sets',
    votes: [hints('machine', 'required', ['i440fx']), policySet('machine', ['q35'])],
    code: 'warning plan/overrides-requirement',
    sides: [SET, HINTS],
  },
  {
    title: 'required hints that only count as a recommendation, and what a policy prefers',
    votes: [hints('machine', 'required', ['i440fx']), policyPrefer('machine', ['q35'])],
    setting: HEARD,
    code: 'warning plan/requirement-lost',
    sides: [HINTS, POLICY],
  },
  {
    title: 'forbidding hints that count for nothing, and the default',
    votes: [hints('machine', 'forbidden', ['q35'])],
    setting: HEARD,
    code: 'warning plan/requirement-lost',
    sides: [HINTS, TRUST],
  },
  {
    title: 'a minimum that only warns, and a limit',
    votes: [hints('memory-mib', 'minimum', [8192]), policyMax('memory-mib', [4096])],
    setting: HEARD,
    code: 'warning plan/outside-bounds',
    sides: [HINTS],
  },
  {
    title: 'required hints that are ignored',
    votes: [hints('machine', 'required', ['i440fx'])],
    setting: IGNORED,
    code: 'info plan/conflict',
    sides: [HINTS, { origin: 'policy', pointer: 'trust.hints: ignore' }],
  },
  {
    title: 'recommended hints that are ignored',
    votes: [hints('machine', 'recommended', ['i440fx'])],
    setting: IGNORED,
    code: null,
  },
  // the host
  {
    title: 'recommended hints and the host',
    votes: [hints('firmware', 'recommended', ['uefi'])],
    setting: NO_UEFI,
    code: 'info plan/conflict',
    sides: [HINTS, HOST],
  },
  {
    title: 'required hints and the host',
    votes: [hints('firmware', 'required', ['uefi'])],
    setting: NO_UEFI,
    code: 'error plan/unresolved',
    sides: [HINTS, HOST],
  },
  {
    title: 'required hints that only count as a recommendation, and the host',
    votes: [hints('firmware', 'required', ['uefi'])],
    setting: { ...NO_UEFI, ...HEARD },
    code: 'warning plan/requirement-lost',
    sides: [HINTS, HOST],
  },
  {
    title: 'what a policy prefers, and the host',
    votes: [policyPrefer('tpm', ['1.2'])],
    setting: ONLY_2,
    code: 'info plan/conflict',
    sides: [POLICY, HOST],
  },
  {
    title: 'what a policy requires, and the host',
    votes: [policyRequire('tpm', ['1.2'])],
    setting: ONLY_2,
    code: 'error plan/unresolved',
    sides: [POLICY, HOST],
  },
  {
    title: 'what a policy sets, and the host',
    votes: [policySet('tpm', ['1.2'])],
    setting: ONLY_2,
    code: 'error plan/unresolved',
    sides: [SET, HOST],
  },
  {
    title: 'a flag, and the host',
    votes: [flag('tpm', '1.2')],
    setting: ONLY_2,
    code: 'error plan/unresolved',
    sides: [FLAG, HOST],
  },
  {
    title: 'a flag and the host, where a limit of the policy takes nothing away',
    votes: [flag('vcpus', 8), policyMax('vcpus', [255])],
    setting: { host: c.host(c.domain({ maxVcpus: 4 })) },
    code: 'error plan/unresolved',
    sides: [FLAG, HOST],
  },
  {
    title: 'limits of a policy and the host: one that takes nothing away, and one that does',
    votes: [policyMin('vcpus', [8]), policyMax('vcpus', [255])],
    setting: { host: c.host(c.domain({ maxVcpus: 4 })) },
    code: 'error plan/unresolved',
    sides: [POLICY, HOST],
  },
  // flags
  {
    title: 'a flag and what a policy prefers',
    votes: [flag('machine', 'i440fx'), policyPrefer('machine', ['q35'])],
    code: null,
  },
  {
    title: 'a flag and what a policy requires',
    votes: [flag('machine', 'i440fx'), policyRequire('machine', ['q35'])],
    code: 'warning plan/overrides-requirement',
    sides: [FLAG, POLICY],
  },
  {
    title: 'a flag and what a policy forbids',
    votes: [flag('machine', 'i440fx'), policyForbid('machine', ['i440fx'])],
    code: 'error plan/unresolved',
    sides: [FLAG, POLICY],
  },
  {
    title: 'a flag and a limit',
    votes: [flag('memory-mib', 8192), policyMax('memory-mib', [4096])],
    code: 'warning plan/overrides-requirement',
    sides: [FLAG, POLICY],
  },
  {
    title: 'a flag and what a policy sets',
    votes: [flag('machine', 'i440fx'), policySet('machine', ['q35'])],
    code: 'warning plan/flag-overruled',
    sides: [FLAG, SET],
  },
  {
    title: 'a flag and a locked preference',
    votes: [flag('machine', 'i440fx'), c.locked(policyPrefer('machine', ['q35']))],
    code: 'warning plan/flag-overruled',
    sides: [FLAG, POLICY],
  },
  // what the disk shows
  {
    title: 'what the disk makes likely, and what a policy prefers',
    votes: [content('firmware', 'recommended', ['uefi']), policyPrefer('firmware', ['bios'])],
    code: null,
  },
  {
    title: 'what the disk makes likely, and what a policy requires',
    votes: [content('firmware', 'recommended', ['uefi']), policyRequire('firmware', ['bios'])],
    code: 'info plan/conflict',
    sides: [CONTENT, POLICY],
  },
  {
    title: 'what the disk proves, and what a policy prefers',
    votes: [content('firmware', 'required', ['uefi']), policyPrefer('firmware', ['bios'])],
    code: 'info plan/conflict',
    sides: [POLICY, CONTENT],
  },
  {
    title: 'what the disk proves, and what a policy requires',
    votes: [content('firmware', 'required', ['uefi']), policyRequire('firmware', ['bios'])],
    code: 'error plan/unresolved',
    sides: [POLICY, CONTENT],
  },
  {
    title: 'what the disk proves, and what a policy forbids',
    votes: [content('firmware', 'required', ['uefi']), policyForbid('firmware', ['uefi'])],
    code: 'error plan/unresolved',
    sides: [POLICY, CONTENT],
  },
  {
    title: 'what the disk proves, and what a policy sets',
    votes: [content('firmware', 'required', ['uefi']), policySet('firmware', ['bios'])],
    code: 'error plan/overrides-proof',
    sides: [SET, CONTENT],
  },
  {
    title: 'what the disk proves, and a flag',
    votes: [content('firmware', 'required', ['uefi']), flag('firmware', 'bios')],
    code: 'warning plan/overrides-proof',
    sides: [FLAG, CONTENT],
  },
];

describe('two sides that differ', () => {
  it.each(pairs)('$title', ({ votes, setting, code, sides = [] }) => {
    const { findings } = c.decideAll(votes, setting);
    expect(findings.map((finding) => `${finding.severity} ${finding.code}`)).toEqual(code === null ? [] : [code]);
    for (const [index, side] of sides.entries()) expect(findings[0]?.at[index]).toMatchObject(side);
  });

  it('say who wants what, where, in one line', () => {
    const lines = pairs.flatMap(({ title, votes, setting }) =>
      c.decideAll(votes, setting).findings.map((finding) => `${title}\n  ${word(finding).message}\n`),
    );
    return expect(lines.join('')).toMatchFileSnapshot('golden/conflicts.txt');
  });
});
