import { describe, expect, it } from 'vitest';
import type { Key, Vote } from '../../src/facts/index.ts';
import { word } from '../../src/report/words.ts';
import * as c from './cases.ts';

const unresolvedOf = (votes: readonly Vote[], setting?: c.Setting) =>
  c.decideAll(votes, setting).findings.filter(({ code }) => code === 'plan/unresolved');

/** The ways out that are told: each a list of flags. */
function waysOut(remedy: string): readonly (readonly string[])[] {
  const [, told] = /Settle it with (--set .*?)(?:, or change|\.$)/.exec(remedy) ?? [];
  return told === undefined
    ? []
    : told.split(' or ').map((way) => [...way.matchAll(/--set (\S+)/g)].map(([, set = '']) => set));
}

function asVote(set: string): Vote {
  const [path = '', value = ''] = set.split('=');
  const [key = '', subject = null] = path.split('.');
  const read = value === 'true' || value === 'false' ? value === 'true' : /^\d+$/.test(value) ? Number(value) : value;
  return { ...c.flag(key as Key, read), subject };
}

const THREE = ['disk0', 'disk1', 'disk2'].map((id) => ({ id, bootable: null }));
const NO_UEFI = { host: c.host(c.domain({ firmware: ['bios'] })) };

describe('the flags that are told settle it', () => {
  it.each<[string, readonly string[], readonly Vote[], c.Setting?]>([
    [
      'one key, two sides',
      ['firmware=uefi', 'firmware=bios'],
      [c.hints('firmware', 'required', ['uefi']), c.policyRequire('firmware', ['bios'])],
    ],
    [
      'what is required is forbidden',
      ['machine=q35'],
      [c.hints('machine', 'required', ['i440fx']), c.policyForbid('machine', ['i440fx'])],
    ],
    [
      'two keys',
      ['secure-boot=false', 'machine=q35'],
      [c.hints('secure-boot', 'required', [true]), c.hints('machine', 'required', ['i440fx'])],
    ],
    [
      'three disks at once',
      ['machine=i440fx', 'disk-bus=virtio'],
      [c.hints('disk-bus', 'required', ['ide']), c.policyRequire('machine', ['q35'])],
      { disks: THREE },
    ],
    [
      'three disks at once, beside a machine that is held',
      ['disk-bus=virtio'],
      [c.hints('disk-bus', 'required', ['ide']), c.policySet('machine', ['q35'])],
      { disks: THREE },
    ],
    ['the host', ['firmware=bios'], [c.content('firmware', 'required', ['uefi'])], NO_UEFI],
  ])('%s', (_, expected, votes, setting) => {
    const [finding, ...others] = unresolvedOf(votes, setting);
    if (finding === undefined) throw new Error('nothing is unresolved');
    expect(others).toEqual([]);
    const ways = waysOut(word(finding).remedy);
    expect(ways.map((way) => way.join(' '))).toEqual(expect.arrayContaining([...expected]));
    for (const way of ways) expect([way, unresolvedOf([...votes, ...way.map(asVote)], setting)]).toEqual([way, []]);
  });
});

it('each of two conflicts that have nothing to do with each other has its flags', () => {
  const votes = [
    c.hints('secure-boot', 'required', [true]),
    c.hints('machine', 'required', ['i440fx']),
    c.hints('sound-model', 'required', ['usb']),
    c.hints('usb-controller', 'required', ['none']),
  ];
  const ways = unresolvedOf(votes).map((finding) => waysOut(word(finding).remedy)[0] ?? []);
  expect(ways.map(({ length }) => length)).toEqual([1, 1]);
  expect(unresolvedOf([...votes, ...ways.flat().map(asVote)])).toEqual([]);
});

describe('where no flag settles it, it is told why', () => {
  it.each<[string, string, readonly Vote[], c.Setting?]>([
    [
      'a rule forbids all there is',
      'No flag settles it: the policy rule site.firmware forbids firmware uefi or bios. Change the policy rule site.firmware.',
      [c.policyForbid('firmware', ['bios', 'uefi']), c.content('firmware', 'required', ['uefi'])],
    ],
    [
      'two keys are held',
      'No flag settles it: firmware is held by the policy rule site.firmware; secure-boot is held by',
      [c.policySet('secure-boot', [true]), c.policySet('firmware', ['bios'])],
    ],
    [
      'the host can do none of it, and the rest is forbidden',
      'the policy rule site.firmware forbids firmware bios, and the host has no other value of firmware that goes with the rest.',
      [c.content('firmware', 'required', ['uefi']), c.policyForbid('firmware', ['bios'])],
      NO_UEFI,
    ],
  ])('%s', (_, words, votes, setting) => {
    const [finding] = unresolvedOf(votes, setting);
    if (finding === undefined) throw new Error('nothing is unresolved');
    const { remedy } = word(finding);
    expect(remedy).toContain(words);
    expect(waysOut(remedy)).toEqual([]);
  });
});
