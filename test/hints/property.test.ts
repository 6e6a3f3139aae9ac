import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKey, KEY_NAMES, type Key, keySpec, parseValue, STRENGTHS } from '../../src/facts/index.ts';
import { HARDWARE_KEYS } from '../../src/hints/document.ts';
import { type HintReading, hintsToJson, readHints } from '../../src/hints/index.ts';
import { hintDocumentSchema } from '../../src/hints/schema.ts';
import { DRIVERS, isDriver, QEMU_NAMES } from '../../src/hints/vocabulary.ts';
import { BESIDE, read } from './carriers.ts';

/** What must hold whatever the bytes were. */
function expectSane(reading: HintReading): void {
  for (const { key, strength, values, origin } of reading.votes) {
    expect(isKey(key) && keySpec(key).hint).toBe(true);
    expect(STRENGTHS).toContain(strength);
    expect(origin).toBe('hints');
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(parseValue(key, value)).toBe(value);
  }
  expect([...reading.drivers.boot, ...reading.drivers.running].every(isDriver)).toBe(true);
  expect(reading.document === null).toBe(reading.findings.some(({ severity }) => severity === 'error'));
  for (const finding of reading.findings) {
    expect(finding.code).toMatch(/^hints\//);
    // findings end up on terminals
    expect(JSON.stringify([finding.args, finding.at])).not.toMatch(
      /\\u00[01]|[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
    );
  }
  if (reading.document === null) return;
  const printed = hintsToJson(reading.document);
  expect(readHints(Buffer.from(printed), { ...BESIDE, maxBytes: Number.MAX_SAFE_INTEGER })).toMatchObject({
    document: reading.document,
    findings: [],
  });
}

const word = fc.constantFrom<string>(
  ...['vmHints', 'hardware', 'drivers', 'image', 'os', 'title', 'extensions', 'boot', 'uuid', 'kernel-args'],
  ...['__proto__', 'constructor', 'toString', 'qemu', 'qemu.args', 'source', 'org.example.a', '', '.', 'hardware.'],
  ...KEY_NAMES,
  ...STRENGTHS,
  ...[...QEMU_NAMES.keys()].map((name) => `qemu.${name}`),
  ...HARDWARE_KEYS.map((key) => `hardware.${key}.required`),
);
const leaf = fc.oneof(
  fc.constantFrom(1, 0, -1, 2.5, 1024, 1e300, true, false, null, '', 'uefi', 'q35', 'pc-q35-9.0', 'virtio', '2.0'),
  fc.constantFrom('/etc/passwd', 'json:{}', '-device', '52:54:00:00:00:01', '\u001b[2J\u202e', ...DRIVERS),
  fc.string({ unit: 'binary' }),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, fc.string({ unit: 'binary' })), tie('tree'), { maxKeys: 5 }),
  ),
}));
const object = fc.dictionary(fc.oneof({ weight: 5, arbitrary: word }, { weight: 1, arbitrary: fc.string() }), tree, {
  maxKeys: 8,
});

/** One value that a key takes. */
function valueOfKey(key: Key): fc.Arbitrary<string | number | boolean> {
  const spec = keySpec(key);
  switch (spec.type) {
    case 'enum':
      return fc.constantFrom(...spec.values);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: spec.min, max: spec.max });
    case 'string':
      return key === 'os'
        ? fc.constantFrom('debian12', 'http://fedoraproject.org/fedora/41', 'win2k22')
        : key === 'cpu-topology'
          ? fc.constantFrom('1:2:1', '2:4:2')
          : fc.constantFrom('disk0', 'disk0,nic0', 'cdrom0,disk0');
  }
}

interface Hint {
  readonly key: Key;
  readonly strength: string;
  readonly said: unknown;
}

const hint: fc.Arbitrary<Hint> = fc.constantFrom<Key>('os', ...HARDWARE_KEYS).chain((key) => {
  const value = valueOfKey(key);
  const list = fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 4 }));
  const plain = fc.record({ strength: fc.constantFrom('required', 'recommended', 'forbidden'), said: list });
  const bound = fc.record({ strength: fc.constantFrom('minimum', 'maximum'), said: value });
  return (keySpec(key).type === 'integer' ? fc.oneof(plain, bound) : plain).map((rest) => ({ key, ...rest }));
});
const hints = fc.uniqueArray(hint, { maxLength: 12, selector: ({ key, strength }) => `${key}/${strength}` });
const rest = fc.record(
  {
    title: fc.string({ maxLength: 100 }),
    description: fc.string({ unit: 'binary', maxLength: 100 }),
    drivers: fc.record({ boot: fc.subarray([...DRIVERS]), running: fc.constantFrom(...DRIVERS) }, { requiredKeys: [] }),
    image: fc.record({ uuid: fc.uuid(), sha256: fc.constant('0'.repeat(64)) }, { requiredKeys: [] }),
    'kernel-args': fc.stringMatching(/^[\x20-\x7e]{1,80}$/),
    extensions: fc.dictionary(
      fc.constantFrom('org.example.a', 'com.example.b'),
      fc.json().map((text) => JSON.parse(text)),
    ),
  },
  { requiredKeys: [] },
);

function asTree(all: readonly Hint[]): Readonly<Record<string, unknown>> {
  const keys: Record<string, Record<string, unknown>> = {};
  for (const { key, strength, said } of all) keys[key] = { ...keys[key], [strength]: said };
  const { os, ...hardware } = keys;
  return { ...(os === undefined ? {} : { os }), hardware };
}

function asFlat(all: readonly Hint[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    all.map(({ key, strength, said }) => [`${key === 'os' ? '' : 'hardware.'}${key}.${strength}`, said]),
  );
}

describe('whatever the bytes', () => {
  it('random bytes give a reading, never a throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectSane(readHints(bytes, BESIDE))));
  });

  it('random JSON gives votes of the vocabulary only', () => {
    fc.assert(
      fc.property(object, fc.boolean(), (document, marked) =>
        expectSane(read(marked ? { ...document, vmHints: 1 } : document)),
      ),
      { numRuns: 500 },
    );
  });

  it('a good document with one byte changed or cut off gives a reading', () => {
    const good = Buffer.from('{"vmHints":1,"hardware":{"firmware":["uefi"],"vcpus":{"minimum":2}},"title":"a\\u0041"}');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), (position, byte, cut) => {
        const bytes = cut ? good.subarray(0, position) : Buffer.from(good);
        if (!cut) bytes[position] = byte;
        expectSane(readHints(bytes, BESIDE));
      }),
    );
  });
});

describe('documents of the vocabulary', () => {
  it('mean the same as a tree and with dots', () => {
    fc.assert(
      fc.property(hints, (all) => {
        const [tree, flat] = [asTree(all), asFlat(all)].map((document) => read({ vmHints: 1, ...document }));
        expect(flat?.document).toEqual(tree?.document);
        expect(tree?.findings).toEqual([]);
        expect(flat?.votes.map((vote) => ({ ...vote, pointer: null }))).toEqual(
          tree?.votes.map((vote) => ({ ...vote, pointer: null })),
        );
        expect(tree?.votes).toHaveLength(all.length);
      }),
    );
  });

  it('that are read without a finding satisfy the published schema', () => {
    const document = fc.tuple(hints, rest, fc.boolean()).map(([all, others, flat]) => ({
      vmHints: 1,
      ...others,
      ...(flat ? asFlat(all) : asTree(all)),
    }));
    fc.assert(
      fc.property(
        fc.oneof(
          document,
          object.map((each) => ({ ...each, vmHints: 1 })),
        ),
        (candidate) => {
          const reading = read(candidate);
          if (reading.findings.length > 0) return;
          // as the reader sees it: -0 and undefined do not survive JSON
          const verdict = hintDocumentSchema.safeParse(JSON.parse(JSON.stringify(candidate)));
          expect(verdict.error?.issues ?? []).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('give exactly one finding for each hint that is refused', () => {
    const wrong = fc.uniqueArray(fc.constantFrom(...KEY_NAMES.filter((key) => !keySpec(key).hint)), { minLength: 1 });
    fc.assert(
      fc.property(hints, wrong, (all, refused) => {
        const extra = Object.fromEntries(refused.map((key) => [`hardware.${key}`, 'none']));
        const reading = read({ vmHints: 1, ...asFlat(all), ...extra });
        expect(reading.findings).toHaveLength(refused.length);
        expect(reading.votes).toHaveLength(all.length);
      }),
    );
  });
});
