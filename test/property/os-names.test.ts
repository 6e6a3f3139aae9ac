import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CIM_PRODUCERS, nameOs, type OsName } from '../../src/osinfo/index.ts';

const WORDS = ['debian', 'ubuntu', 'rhel', 'windows', 'centos', 'sles', 'freebsd', 'guest', '_64', '12', '9.4', 'lts'];
const spelled = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.constantFrom(...WORDS, '.', '-', ' ', '_', '0', 'SP'), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ minLength: 50_000, maxLength: 50_000 }),
  fc.constantFrom('__proto__', 'constructor', 'a'.repeat(100_000), '1.'.repeat(50_000), `debian${'9'.repeat(90)}`),
);
const number = fc.oneof(fc.integer(), fc.integer({ min: 0, max: 130 }), fc.double(), fc.maxSafeInteger());
const optional = fc.option(spelled, { nil: null });

const names: fc.Arbitrary<OsName> = fc.oneof(
  fc.record({
    scheme: fc.constant('cim' as const),
    id: number,
    version: optional,
    producer: fc.option(fc.constantFrom(...CIM_PRODUCERS), { nil: null }),
  }),
  fc.record({ scheme: fc.constant('vmware' as const), guestId: spelled }),
  fc.record({ scheme: fc.constant('virtualbox' as const), osType: spelled }),
  fc.record({ scheme: fc.constant('ovirt' as const), osType: fc.oneof(spelled, number) }),
  fc.record({
    scheme: fc.constant('os-release' as const),
    id: fc.oneof(spelled, fc.constantFrom(...WORDS)),
    idLike: fc.array(spelled, { maxLength: 3 }),
    versionId: optional,
    variantId: optional,
    name: optional,
  }),
  fc.record({
    scheme: fc.constant('windows' as const),
    build: number,
    productType: fc.constantFrom('client' as const, 'server' as const, null),
  }),
  fc.record({
    scheme: fc.constant('glance' as const),
    distro: fc.oneof(spelled, fc.constantFrom(...WORDS)),
    version: optional,
  }),
);

const KNOWN = [
  'debian12',
  'rhel9.4',
  'rhel9-unknown',
  'ubuntu24.04',
  'win10',
  'win11',
  'win7',
  'win2k8r2',
  'ol8.0',
  'unknown',
];
const databases = fc.subarray(KNOWN).map((shortIds) => new Set(shortIds));

it('answers any name soon, and only with what the database has', () => {
  fc.assert(
    fc.property(names, databases, (name, known) => {
      const started = performance.now();
      const { shortId, confidence, candidates, reason } = nameOs(name, known);
      // a name costs microseconds; this only fails when a pattern backtracks
      expect(performance.now() - started).toBeLessThan(500);
      for (const candidate of candidates) expect(known).toContain(candidate);
      expect(new Set(candidates).size).toBe(candidates.length);
      expect(shortId === null).toBe(confidence === null);
      expect(reason === null).toBe(confidence === 'exact');
      if (shortId !== null) expect(known).toContain(shortId);
      if (confidence === 'exact') expect(candidates).toEqual([shortId]);
    }),
  );
});

it('says nothing else when the database grows, but more', () => {
  fc.assert(
    fc.property(names, databases, (name, known) => {
      const before = nameOs(name, known);
      const after = nameOs(name, new Set([...known, 'fedora41', 'debian13', 'rhel9.5']));
      expect([after.family, after.architecture]).toEqual([before.family, before.architecture]);
      if (before.confidence === 'exact') expect(after).toEqual(before);
    }),
  );
});
