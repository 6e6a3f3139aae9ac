import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descriptors } from '../../src/descriptors/registry.generated.ts';
import type { DescriptorReading } from '../../src/facts/index.ts';
import { parseValue } from '../../src/facts/index.ts';
import { cleanText } from '../../src/facts/text.ts';
import { type NamedBytes, readAs } from '../descriptors/reading.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/descriptors/', import.meta.url));
const IDS = ['oci-labels', 'vagrant', 'virt-inspector', 'vmx'];
/** Which of the files of a fixture is the document. */
const MAIN = ['metadata.json', 'config'];

function filesOf(id: string): readonly (readonly NamedBytes[])[] {
  return readdirSync(join(fixtures, id)).map((name) => {
    const path = join(fixtures, id, name);
    const names = statSync(path).isDirectory() ? readdirSync(path).map((file) => join(path, file)) : [path];
    return names
      .map((file) => ({ name: file.split('/').at(-1) ?? '', bytes: readFileSync(file) }))
      .toSorted((a, b) => Number(MAIN.includes(b.name)) - Number(MAIN.includes(a.name)));
  });
}

/** A finding that refuses it, or a reading that holds its promises; anything else is thrown on. */
async function exercise(id: string, [main, ...companions]: readonly NamedBytes[]): Promise<void> {
  if (main === undefined) throw new Error('there is no document');
  const reading = await readAs(id, main.name, main.bytes, companions);
  if ('code' in reading) expect(reading).toMatchObject({ severity: 'error', exit: 3 });
  else promises(id, reading);
}

function promises(id: string, reading: DescriptorReading): void {
  const { machines, findings } = reading;
  expect(machines).toHaveLength(1);
  expect(findings.length).toBeLessThan(400);
  for (const { code, at } of findings) {
    expect(code.startsWith(`${id}/`)).toBe(true);
    expect(at.length).toBeGreaterThan(0);
  }
  for (const { id: machine, labels, disks, nics, votes, details, osNames } of machines) {
    expect(machine).not.toBe('');
    expect(JSON.parse(JSON.stringify(details))).toEqual(details);
    for (const text of Object.values(labels)) {
      expect(cleanText(text)).toBe(text);
      expect(text.length).toBeLessThanOrEqual(4097);
    }
    for (const { key, subject, strength, values, origin } of votes) {
      expect(strength).toBe('recommended');
      expect(['descriptor', 'source-hardware']).toContain(origin);
      for (const value of values) expect(parseValue(key, value)).toBe(value);
      const count = subject?.startsWith('disk') ? disks.length : nics.length;
      if (subject !== null) expect(Number(/\d+/.exec(subject)?.[0])).toBeLessThan(count);
    }
    for (const { mac } of nics) if (mac !== null) expect(mac).toMatch(/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/);
    for (const { name } of osNames) expect(name.length).toBeLessThan(300);
  }
}

describe.each(IDS)('a reader of %s on hostile bytes gives a reading or a finding', (id) => {
  const all = filesOf(id);
  const good = fc.constantFrom(...all);

  it('with any part of a document cut off or repeated', async () => {
    await fc.assert(
      fc.asyncProperty(good, fc.nat(), fc.nat(), fc.nat(), fc.nat(3), async (files, which, from, to, times) => {
        const changed = files.map(({ name, bytes }, index) => {
          if (index !== which % files.length) return { name, bytes };
          const [start = 0, end = 0] = [from % (bytes.length + 1), to % (bytes.length + 1)].toSorted((a, b) => a - b);
          const middle = Array.from({ length: times }, () => bytes.subarray(start, end));
          return { name, bytes: Buffer.concat([bytes.subarray(0, start), ...middle, bytes.subarray(end)]) };
        });
        await exercise(id, changed);
      }),
      { numRuns: 300 },
    );
  });

  it('with any bytes changed', async () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(good, fc.array(change, { minLength: 1, maxLength: 8 }), async (files, changes) => {
        const changed = files.map(({ name, bytes }) => {
          const copy = Buffer.from(bytes);
          for (const [at, value] of changes) if (copy.length > 0) copy.writeUInt8(value, at % copy.length);
          return { name, bytes: copy };
        });
        await exercise(id, changed);
      }),
      { numRuns: 500 },
    );
  });

  it('with random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        exercise(id, [{ name: 'x', bytes: Buffer.from(bytes) }]),
      ),
    );
  });

  it('knows its own documents, and those of no other', () => {
    const format = descriptors.find((each) => each.id === id);
    for (const other of IDS) {
      for (const [main] of filesOf(other)) {
        if (main === undefined || main.bytes.length === 0) continue;
        const known = format?.probe({ name: main.name, head: main.bytes.subarray(0, 1024) });
        expect([id, other, main.name, known]).toEqual([id, other, main.name, id === other]);
      }
    }
  });
});

const MIB = 1024 * 1024;
const open = '<operatingsystems>';

describe('documents made to be slow', () => {
  it.each([
    ['vmx', 'a million lines', 'a = "b"\n'.repeat(1_000_000)],
    ['vmx', 'a million keys in one line', `${'a='.repeat(4 * MIB)}\n`],
    ['vmx', 'nothing but escapes', `annotation = "${'|0A'.repeat(4 * MIB)}"\n`],
    [
      'vmx',
      'every device there is',
      Array.from({ length: 19_000 }, (_, i) => `scsi${i % 9}:${i}.present = "TRUE"\n`).join(''),
    ],
    ['vmx', 'a long guest name', `guestOS = "${'arm-'.repeat(2 * MIB)}"\nvirtualHW.version = "1"\n`],
    ['virt-inspector', 'deep nesting', `${open}${'<a>'.repeat(1_000_000)}`],
    [
      'virt-inspector',
      'a million attributes',
      `<operatingsystems ${Array.from({ length: 1_000_000 }, (_, i) => `a${i}="" `).join('')}>`,
    ],
    ['virt-inspector', 'a million elements', `${open}${'<a/>'.repeat(1_000_000)}`],
    [
      'virt-inspector',
      'a huge icon',
      `${open}<operatingsystem><icon>${'A'.repeat(14 * MIB)}</icon></operatingsystem></operatingsystems>`,
    ],
    [
      'virt-inspector',
      'a huge text',
      `${open}<operatingsystem><osinfo>${'A'.repeat(14 * MIB)}</osinfo></operatingsystem></operatingsystems>`,
    ],
    [
      'virt-inspector',
      'many systems',
      `${open}${'<operatingsystem><arch>x</arch></operatingsystem>'.repeat(60_000)}</operatingsystems>`,
    ],
    ['vagrant', 'deep nesting', `{"provider":${'['.repeat(900_000)}`],
    ['vagrant', 'many disks', `{"provider":"libvirt","disks":[${'{"path":"a"},'.repeat(70_000)}{}]}`],
    [
      'oci-labels',
      'many labels',
      `{"config":{"Labels":{${Array.from({ length: 40_000 }, (_, i) => `"x.kubevirt.io/a${i}":""`).join()}}}}`,
    ],
  ])('%s: %s', async (id, _title, text) => {
    const bytes = Buffer.from(text);
    const started = performance.now();
    await exercise(id, [{ name: 'metadata.json', bytes }]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
