import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORIGINS } from '../../src/diagnostics/index.ts';
import {
  ARCHITECTURES,
  KEY_NAMES,
  KEYS,
  type Key,
  keyPath,
  keySpec,
  placeInPolicy,
  SETTLED_FIRST,
  type Value,
  type Vote,
  vote,
} from '../../src/facts/index.ts';
import { satisfies } from '../../src/plan/ballots.ts';
import * as c from '../plan/cases.ts';

const DISKS = ['disk0', 'disk1'];
// keys with open vocabularies are covered by the table; here values must collide to be interesting
const keys = KEY_NAMES.filter((key) => keySpec(key).type !== 'string');

function valuesFor(key: Key): fc.Arbitrary<Value> {
  const spec = keySpec(key);
  if (key === 'architecture') return fc.constantFrom(...ARCHITECTURES.slice(0, 3));
  if (spec.type === 'enum') return fc.constantFrom(...spec.values);
  if (spec.type === 'boolean') return fc.boolean();
  return fc.constantFrom(1, 2, 4, 1024, 2048, 4096);
}

const anyVote: fc.Arbitrary<Vote> = fc.constantFrom(...keys).chain((key) => {
  const numeric = keySpec(key).type === 'integer';
  const subjects = KEYS[key].scope === 'disk' ? [null, ...DISKS] : KEYS[key].scope === 'nic' ? [null, 'nic0'] : [null];
  return fc
    .record({
      strength: fc.constantFrom<Vote['strength']>(
        'required',
        'recommended',
        'recommended',
        'forbidden',
        ...(numeric ? (['minimum', 'maximum'] as const) : []),
      ),
      values: fc.uniqueArray(valuesFor(key), { minLength: 1, maxLength: 3 }),
      origin: fc.constantFrom(...ORIGINS.filter((origin) => origin !== 'default')),
      subject: fc.constantFrom(...subjects),
      order: fc.nat(2),
      disk: fc.constantFrom(null, ...DISKS),
      pointer: fc.constantFrom('a', 'b', 'c'),
      locked: fc.boolean(),
    })
    .map(({ strength, values, origin, disk, locked, ...rest }): Vote => {
      const sets = origin === 'policy-set' || origin === 'flag';
      const policy = origin.startsWith('policy');
      const effective = sets ? 'required' : strength;
      const single = sets || effective === 'minimum' || effective === 'maximum';
      return vote({
        key,
        strength: effective,
        values: single ? values.slice(0, 1) : values,
        origin,
        uri: origin,
        disk: origin === 'hints' || origin === 'content' ? disk : null,
        rule: policy ? `rule.${rest.pointer}` : null,
        locked: policy && locked,
        ...rest,
        // as `orderOfRule` has it
        order: policy && locked ? rest.order - 3 : rest.order,
      });
    });
});
const votes = fc.array(anyVote, { maxLength: 14 });
const setting: fc.Arbitrary<c.Setting> = fc.record({
  disks: fc.constantFrom(
    [
      { id: 'disk0', bootable: null },
      { id: 'disk1', bootable: null },
    ],
    [
      { id: 'disk0', bootable: true },
      { id: 'disk1', bootable: false },
    ],
  ),
  host: fc.constantFrom(null, c.host(c.domain()), c.host(c.domain({ virtType: 'qemu' }))),
  drivers: fc.constantFrom(null, c.WINDOWS_10, c.WINDOWS_XP),
  settings: fc.record({
    trustHints: fc.constantFrom('honour' as const, 'recommend' as const, 'ignore' as const),
    disagreement: fc.constantFrom('unresolved' as const, 'warn' as const, 'boot-disk-wins' as const),
  }),
});

describe('the resolver, whatever anybody votes', () => {
  it('does not depend on the order of the votes', () => {
    fc.assert(
      fc.property(votes, fc.infiniteStream(fc.nat()), setting, (list, random, at) => {
        const keyed = list.map((of) => ({ of, sort: random.next().value as number }));
        const shuffled = keyed.toSorted((a, b) => a.sort - b.sort).map(({ of }) => of);
        const [one, other] = [c.decideAll(list, at), c.decideAll(shuffled, at)];
        expect(other.decisions).toEqual(one.decisions);
        const codes = (of: typeof one) => of.findings.map((finding) => JSON.stringify(finding)).toSorted();
        expect(codes(other)).toEqual(codes(one));
      }),
    );
  });

  it('is idempotent: what it decided, forced by flags, is what it decides', () => {
    fc.assert(
      fc.property(votes, setting, (all, at) => {
        // a lock would keep the flags out; on a set it means nothing to them, and is part of what breaks a tie of sets
        const list = all.map((of) => (of.origin === 'policy-set' ? of : { ...of, locked: false }));
        const decided = c.decideAll(list, at);
        fc.pre(decided.findings.every(({ code }) => code !== 'plan/unresolved'));
        const forced = decided.decisions.flatMap(({ key, subject, value, winner }) =>
          value === null || key === 'boot-order' || winner?.origin === 'policy-set'
            ? []
            : [c.flag(key, value, subject)],
        );
        const others = list.filter(({ origin }) => origin !== 'flag');
        expect(c.valuesOf(c.decideAll([...others, ...forced], at))).toEqual(c.valuesOf(decided));
      }),
    );
  });

  it('never decides what a policy forbids, but for what a lock before it holds', () => {
    fc.assert(
      fc.property(votes, setting, (list, at) => {
        const held = (of: Vote) =>
          list.some((lock) => lock.locked && lock.key === of.key && placeInPolicy(lock) < placeInPolicy(of));
        for (const { key, subject, value } of c.decideAll(list, at).decisions) {
          const forbidden = list.filter(
            (of) =>
              of.key === key &&
              of.origin === 'policy-prefer' &&
              of.strength === 'forbidden' &&
              !held(of) &&
              (of.subject === null || of.subject === subject),
          );
          if (value !== null) expect(forbidden.flatMap((of) => of.values)).not.toContain(value);
        }
      }),
    );
  });

  it('allows nothing more when a policy forbids more', () => {
    const forbid = fc
      .constantFrom(...keys)
      .chain((key) =>
        fc.uniqueArray(valuesFor(key), { minLength: 1, maxLength: 2 }).map((values) => c.policyForbid(key, values)),
      );
    const errors = ({ findings }: ReturnType<typeof c.decideAll>) =>
      findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    const first: readonly Key[] = SETTLED_FIRST;
    fc.assert(
      fc.property(votes, forbid, setting, (all, more, at) => {
        // a lock on the key keeps it out, or what comes after it
        const list = all.filter(({ key, locked }) => key !== more.key || !locked);
        const [before, after] = [c.decideAll(list, at), c.decideAll([...list, more], at)];
        if (errors(after).length > 0) return;
        // what kind of machine it is, is settled before the rest: without one kind it may be one on which the rest fits
        const settled = first.includes(more.key) ? ['plan/unresolved'] : [];
        expect(errors(before).filter((code) => !settled.includes(code))).toEqual([]);
        for (const { key, value } of after.decisions) {
          if (key === more.key && value !== null) expect(more.values).not.toContain(value);
        }
      }),
    );
  });

  it('loses no vote: each one won, agreed or lost on every slot it concerns', () => {
    fc.assert(
      fc.property(votes, setting, (list, at) => {
        const { decisions } = c.decideAll(list, at);
        for (const of of list) {
          const slots = decisions.filter(
            ({ key, subject }) => key === of.key && (of.subject === null || of.subject === subject),
          );
          // without an architecture nothing else can be decided, and the finding says so
          if (slots.length === 0 && decisions.length <= 3) continue;
          expect(slots.length).toBeGreaterThan(0);
          for (const { winner, agreed, lost } of slots) {
            const spoken = [winner, ...agreed, ...lost];
            expect(spoken.some((by) => by?.origin === of.origin && by.pointer === of.pointer)).toBe(true);
          }
        }
      }),
    );
  });

  it('reports no conflict where one value suits everybody, and names both sides where it reports one', () => {
    const told = ['plan/conflict', 'plan/requirement-lost', 'plan/unresolved', 'plan/overrides-requirement'];
    fc.assert(
      fc.property(votes, setting, (list, at) => {
        // sides are told apart by where they stand
        const apart = list.map((of, index) => ({ ...of, pointer: `${of.pointer}${index}` }));
        const { decisions, findings } = c.decideAll(apart, at);
        const conflicts = findings.filter(({ code }) => told.includes(code));
        for (const finding of conflicts) {
          const sides = new Set(finding.at.map((side) => JSON.stringify(side)));
          expect(sides.size, JSON.stringify(finding)).toBeGreaterThan(1);
        }
        if (at.settings?.trustHints !== 'honour' || at.host !== null) return;
        for (const { key, subject, value } of decisions) {
          const speaking = apart.filter((of) => of.key === key && (of.subject === null || of.subject === subject));
          if (value === null || !speaking.every((of) => satisfies({ strength: of.strength, vote: of }, value)))
            continue;
          const about = conflicts.filter(({ args }) => args['key'] === keyPath(key, subject));
          expect(about).toEqual([]);
        }
      }),
    );
  });

  it('tells what removed a value wherever something did, and no later choice of a vote that got its way', () => {
    const byRank = ['weaker', 'outranked'];
    fc.assert(
      fc.property(votes, setting, (list, at) => {
        for (const { value, winner, agreed, lost } of c.decideAll(list, at).decisions) {
          if (value === null) continue;
          for (const { why, removedBy, by } of lost) {
            expect(removedBy === null).toBe(by === null);
            if (!byRank.includes(why)) expect(removedBy?.reason).toMatch(/\S/);
          }
          for (const voice of [winner, ...agreed]) {
            if (voice?.strength !== 'recommended') continue;
            const behind = voice.values.slice(voice.values.indexOf(value) + 1);
            for (const loser of lost) {
              const same = loser.origin === voice.origin && loser.pointer === voice.pointer && loser.uri === voice.uri;
              if (!same || loser.strength !== 'recommended' || !byRank.includes(loser.why)) continue;
              // votes that stand in the same place with the same values are the same to a reader
              if (JSON.stringify(loser.values) === JSON.stringify(voice.values))
                expect(behind).not.toContain(loser.value);
            }
          }
        }
      }),
    );
  });

  it('decides everything or says what is unresolved', () => {
    fc.assert(
      fc.property(votes, setting, (list, at) => {
        const { decisions, findings } = c.decideAll(list, at);
        const open = decisions.filter(({ value, lost }) => value === null && lost.some((l) => l.origin === 'default'));
        if (open.length > 0) expect(findings.map(({ code }) => code)).toContain('plan/unresolved');
      }),
    );
  });
});
