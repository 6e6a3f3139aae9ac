import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descriptor } from '../../src/descriptors/ovf/index.ts';
import { type Finding, VmImportError } from '../../src/diagnostics/index.ts';
import type { DescriptorReading, Vote } from '../../src/facts/index.ts';
import { keySpec, parseValue } from '../../src/facts/index.ts';
import { fixture, fixtureNames, outcome, read } from '../descriptors/ovf/readings.ts';

const GOOD = fixtureNames.filter((name) => !name.startsWith('refused-')).map((name) => fixture(name));
const anyFixture = fc.constantFrom(...GOOD);

function expectWorded({ code, message, remedy, args }: Finding): void {
  expect(code).toMatch(/^ovf\//);
  for (const [, name] of `${message} ${remedy}`.matchAll(/\{(\w+)\}/g)) expect(args).toHaveProperty(name ?? '');
}

/** What the pipeline relies on, whatever the document was. */
function expectSound(reading: DescriptorReading): void {
  expect(new Set(reading.machines.map(({ id }) => id)).size).toBe(reading.machines.length);
  reading.findings.forEach(expectWorded);
  for (const machine of reading.machines) {
    machine.findings.forEach(expectWorded);
    for (const vote of machine.votes) expectVote(vote, machine.disks.length, machine.nics.length);
    for (const { mac } of machine.nics) if (mac !== null) expect(parseValue('nic-mac', mac)).toBe(mac);
    for (const { capacity } of machine.disks) expect(capacity === null || capacity > 0).toBe(true);
    for (const text of Object.values(machine.labels)) expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}]/u);
    expect(JSON.parse(JSON.stringify(machine.details))).toEqual(machine.details);
  }
}

function expectVote({ key, subject, values, strength, origin }: Vote, disks: number, nics: number): void {
  for (const value of values) expect(parseValue(key, value)).toBe(value);
  expect(['descriptor', 'source-hardware']).toContain(origin);
  expect(['recommended', 'minimum', 'maximum']).toContain(strength);
  const { scope } = keySpec(key);
  expect(subject === null).toBe(scope === 'machine');
  if (subject !== null) expect(Number(subject.slice(scope.length))).toBeLessThan(scope === 'disk' ? disks : nics);
}

/** A reading or a finding of exit 3, never anything else. */
function check(bytes: Buffer, configuration: string | null = null): void {
  const result = outcome(bytes, configuration);
  if (!('code' in result)) {
    expectSound(result);
    return;
  }
  expect(result).toMatchObject({ severity: 'error', exit: 3 });
  expectWorded(result);
}

describe('the OVF reader on hostile bytes gives a reading or a finding', () => {
  it('all fixtures are sound', () => {
    for (const bytes of GOOD) expectSound(read(bytes));
  });

  it('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => check(Buffer.from(bytes))));
  });

  it('a fixture cut anywhere', () => {
    fc.assert(
      fc.property(anyFixture, fc.double({ min: 0, max: 1, noNaN: true }), (bytes, part) =>
        check(bytes.subarray(0, bytes.length * part)),
      ),
    );
  });

  it('a fixture with bytes changed', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(anyFixture, fc.array(change, { minLength: 1, maxLength: 4 }), (bytes, changes) => {
        const copy = Buffer.from(bytes);
        for (const [at, byte] of changes) copy[at % copy.length] = byte;
        check(copy);
      }),
    );
  });

  it('a fixture whose values are others', () => {
    const odd = fc.oneof(
      fc.constantFrom(
        '',
        '-1',
        '0',
        '1e400',
        '99999999999999999999',
        'constructor',
        '__proto__',
        '$'.concat('{size}'),
        '../..',
        '\u202e',
        'true',
        'ovf:/disk/',
        'byte * 2^99',
        'a b,c',
        '%',
      ),
      fc
        .string({ unit: 'grapheme', maxLength: 20 })
        .map((text) => text.replace(/[<>&"\p{Cc}\p{Cs}\u{fffe}\u{ffff}]/gu, '')),
    );
    fc.assert(
      fc.property(anyFixture, fc.nat(), odd, fc.option(odd), (bytes, which, value, configuration) => {
        const places = [...bytes.toString().matchAll(/="[^"]*"|>[^<>]+</g)];
        const place = places[which % places.length];
        if (place === undefined) return;
        const text = bytes.toString();
        const [open, close] = place[0].startsWith('=') ? ['="', '"'] : ['>', '<'];
        const end = place.index + place[0].length;
        const changed = `${text.slice(0, place.index)}${open}${value}${close}${text.slice(end)}`;
        try {
          check(Buffer.from(changed), configuration);
        } catch (error) {
          if (error instanceof VmImportError) throw new Error(changed, { cause: error });
          throw error;
        }
      }),
    );
  });

  it('a fixture with an element repeated or left out', () => {
    fc.assert(
      fc.property(anyFixture, fc.nat(), fc.integer({ min: 0, max: 3 }), (bytes, which, times) => {
        const text = bytes.toString();
        const places = [...text.matchAll(/<((?:\w+:)?\w+)(?:\s[^<>]*)?>[^<]*<\/\1>|<[^<>!?/]+\/>/g)];
        const place = places[which % Math.max(places.length, 1)];
        if (place === undefined) return;
        const end = place.index + place[0].length;
        check(Buffer.from(`${text.slice(0, place.index)}${place[0].repeat(times)}${text.slice(end)}`));
      }),
    );
  });
});

describe('time grows with the size, not with its square', () => {
  const envelope = (inside: string) =>
    `<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"><References/>${inside}</Envelope>`;
  const hardware = (inside: string) =>
    envelope(`<VirtualSystem id="a"><VirtualHardwareSection>${inside}</VirtualHardwareSection></VirtualSystem>`);
  const repeat = (count: number, text: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => text(n)).join('');
  const item = (n: number, type: number, more = '') =>
    `<Item><InstanceID>${n}</InstanceID><ResourceType>${type}</ResourceType>${more}</Item>`;

  it.each([
    ['elements of one name', envelope(repeat(95_000, () => '<a/>'))],
    ['elements of different names', envelope(repeat(95_000, (n) => `<a${n}/>`))],
    ['texts in pieces', envelope(`<Info>${'x<!---->'.repeat(200_000)}</Info>`)],
    ['entities', envelope(`<Info>${'&amp;'.repeat(500_000)}</Info>`)],
    ['closing brackets', envelope(`<Info>${']'.repeat(2_000_000)}</Info>`)],
    [
      'namespace declarations',
      `${repeat(60, (n) => `<Envelope ${repeat(200, (m) => ` xmlns:p${n}x${m}="u"`)}>`)}${'<q:a b:c="" d:e=""/>'.repeat(90_000)}`,
    ],
    ['files', envelope(`<References>${repeat(95_000, (n) => `<File id="f${n}" href="h${n}"/>`)}</References>`)],
    ['files of one id', envelope(`<References>${repeat(95_000, (n) => `<File id="f" href="h${n}"/>`)}</References>`)],
    ['disks', envelope(`<DiskSection>${repeat(95_000, (n) => `<Disk diskId="d${n}" capacity="1"/>`)}</DiskSection>`)],
    ['processors', hardware(repeat(30_000, (n) => item(n, 3, '<VirtualQuantity>1</VirtualQuantity>')))],
    ['controllers', hardware(repeat(30_000, (n) => item(n, 6, `<Address>${30_000 - n}</Address>`)))],
    ['unknown devices', hardware(repeat(30_000, (n) => item(n, 99)))],
    [
      'machines of one name',
      envelope(repeat(512, () => `<VirtualSystem id="a">${'<Info/>'.repeat(150)}</VirtualSystem>`)),
    ],
    [
      'configurations',
      envelope(
        `<DeploymentOptionSection>${repeat(95_000, (n) => `<Configuration id="c${n}"/>`)}</DeploymentOptionSection>`,
      ),
    ],
    [
      'properties',
      envelope(
        `<ProductSection>${repeat(95_000, (n) => `<Property key="k${n}" value="v"/>`)}</ProductSection>${repeat(500, (n) => `<VirtualSystem id="v${n}"/>`)}`,
      ),
    ],
    ['messages', envelope(`<Strings>${repeat(90_000, (n) => `<Msg msgid="m${n}">x</Msg>`)}</Strings>`)],
    [
      'snapshots',
      envelope(
        repeat(
          400,
          () =>
            `<VirtualSystem id="a"><SnapshotsSection>${repeat(100, (n) => `<Snapshot id="${n}"><Type>REGULAR</Type></Snapshot>`)}</SnapshotsSection></VirtualSystem>`,
        ),
      ),
    ],
    ['blanks before the declaration', `${' \n'.repeat(1_000_000)}<?xml version="1.0"?>`],
    ['comments before the declaration', `${'<!---->'.repeat(300_000)}<?xml version="1.0"?>`],
    [
      'a unit of a million factors',
      hardware(
        item(
          1,
          4,
          `<AllocationUnits>byte${'*2'.repeat(1_000_000)}</AllocationUnits><VirtualQuantity>1</VirtualQuantity>`,
        ),
      ),
    ],
    [
      'a subtype of a million words',
      hardware(item(1, 6, `<ResourceSubType>${'x '.repeat(1_000_000)}</ResourceSubType>`)),
    ],
    ['a href of escapes', envelope(`<References><File id="a" href="${'%41'.repeat(1_000_000)}"/></References>`)],
  ])('%s', (_title, text) => {
    const started = performance.now();
    check(Buffer.from(text));
    // a second or two on a busy machine; a square would take minutes
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

it('the probe answers any bytes', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 600 }), (name, bytes) => {
      expect(typeof descriptor.probe({ name, head: Buffer.from(bytes) })).toBe('boolean');
    }),
  );
});
