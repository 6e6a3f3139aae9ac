import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OsFirmware } from '../../src/facts/index.ts';
import type { Entries, RawResources, RawSystem } from '../../src/osinfo/database/raw.ts';
import { readDatabase } from '../../src/osinfo/database/read.ts';
import { resolve } from '../../src/osinfo/database/resolve.ts';
import { Snapshot } from '../../src/osinfo/snapshot/read.ts';
import { writeSnapshot } from '../../src/osinfo/snapshot/write.ts';
import { system as systemFile, tree } from '../osinfo/tree.ts';

const PLACE = { uri: 'test', pointer: '1:1' };
const DEVICES = ['net', 'block', 'video', 'q35'];
const FIRMWARE: readonly OsFirmware[] = [
  { architecture: 'x86_64', type: 'bios', supported: true, recommended: false },
  { architecture: 'x86_64', type: 'efi', supported: false, recommended: false },
];

const id = fc.integer({ min: 0, max: 7 }).map((number) => `http://example.org/os/${number}`);
const resources = fc.record<RawResources>({
  kind: fc.constantFrom('minimum', 'recommended'),
  architecture: fc.constantFrom('all', 'x86_64'),
  inherit: fc.boolean(),
  figures: fc.record({ ram: fc.integer({ min: 1, max: 9 }).map((mib) => mib * 1024 ** 2) }, { requiredKeys: [] }),
});

/** Any system of a few that may refer to each other, to themselves and to what is not there. */
const rawSystem: fc.Arbitrary<RawSystem> = fc
  .record({
    id,
    shortIds: fc.array(fc.constantFrom('a', 'b', 'c', 'd\t1', '__proto__', '')),
    derives: fc.array(id, { maxLength: 4 }),
    clones: fc.array(id, { maxLength: 3 }),
    devices: fc.array(fc.tuple(fc.constantFrom(...DEVICES), fc.boolean())),
    firmware: fc.array(fc.constantFrom(...FIRMWARE), { maxLength: 3 }),
    resources: fc.array(resources, { maxLength: 4 }),
  })
  .map((of) => ({
    id: of.id,
    shortIds: new Set(of.shortIds),
    words: new Map([['name', 'Some']]),
    parents: {
      derives: new Map(of.derives.map((target) => [target, PLACE])),
      clones: new Map(of.clones.map((target) => [target, PLACE])),
    },
    devices: new Map(of.devices),
    firmware: new Map(of.firmware.map((record, index) => [String(index), record])),
    resources: new Map(of.resources.map((entry, index) => [String(index), entry])),
    media: new Map(),
    trees: new Map(),
    images: new Map(),
    drivers: new Map(),
    variants: new Map(),
    place: PLACE,
  }));

const entries: fc.Arbitrary<Entries> = fc.array(rawSystem, { maxLength: 8 }).map((systems) => ({
  systems: new Map(systems.map((system) => [system.id, system])),
  devices: new Map(DEVICES.map((name) => [name, { id: name, name, bus: null, class: null }])),
  datamaps: new Map(),
}));

describe('any graph of systems', () => {
  it('resolves, the same whatever order they are read in', () => {
    fc.assert(
      fc.property(entries, (of) => {
        const resolved = resolve(of);
        expect(resolved.systems).toHaveLength(of.systems.size);
        const reversed = resolve({ ...of, systems: new Map([...of.systems].reverse()) });
        expect(reversed).toEqual(resolved);
      }),
    );
  });

  it('lets what a system says itself win, and invents nothing', () => {
    fc.assert(
      fc.property(entries, (of) => {
        const somebody = new Set([...of.systems.values()].flatMap(({ devices }) => [...devices.keys()]));
        for (const { id: name, devices, firmware } of resolve(of).systems) {
          const own = of.systems.get(name);
          for (const [device, supported] of own?.devices ?? []) expect(devices.includes(device)).toBe(supported);
          for (const device of devices) expect(somebody).toContain(device);
          expect(new Set(devices).size).toBe(devices.length);
          const kinds = firmware.map(({ architecture, type }) => `${architecture} ${type}`);
          expect(new Set(kinds).size).toBe(kinds.length);
        }
      }),
    );
  });

  it('takes from parents what it does not say, and resources only where it asks for them', () => {
    fc.assert(
      fc.property(entries, (of) => {
        const { systems } = resolve(of);
        const ofId = new Map(systems.map((system) => [system.id, system]));
        for (const { id: name, devices, resources: amounts } of systems) {
          const own = of.systems.get(name);
          // the last parent is the nearest: what it has, a system has that does not speak of it
          const nearest = [...(own?.parents.derives.keys() ?? [])].filter((target) => of.systems.has(target)).at(-1);
          const parent = nearest === undefined || inCircle(of, nearest) ? undefined : ofId.get(nearest);
          for (const device of parent?.devices ?? []) {
            expect(devices.includes(device)).toBe(own?.devices.get(device) ?? true);
          }
          const asked = new Set([...(own?.resources.values() ?? [])].map(({ architecture }) => architecture));
          for (const architecture of Object.keys(amounts)) expect(asked).toContain(architecture);
        }
      }),
    );
  });

  it('stands in a snapshot as it was resolved', () => {
    fc.assert(
      fc.property(entries, (of) => {
        const resolved = resolve(of);
        const snapshot = new Snapshot(writeSnapshot(resolved, '20240131'), 'some.snapshot');
        expect(snapshot.systems()).toEqual(resolved.systems.map(({ media: _, ...system }) => system));
        for (const { id: name } of resolved.systems) expect(snapshot.find(name)?.id).toBe(name);
      }),
    );
  });
});

/** Whether a walk from there can come back: what counts first is then another question. */
function inCircle({ systems }: Entries, start: string): boolean {
  const seen = new Set<string>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { derives, clones } = systems.get(next)?.parents ?? { derives: new Map(), clones: new Map() };
    for (const parent of [...derives.keys(), ...clones.keys()]) {
      if (parent === start) return true;
      if (!seen.has(parent)) waiting.push(parent);
      seen.add(parent);
    }
  }
  return false;
}

it('any bytes in a file leave the other files alone', async () => {
  const directory = await tree(systemFile('good/1'));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string({ unit: 'binary' })), (content) => {
      writeFileSync(join(directory, 'os/example.org/base-1.xml'), content);
      const reading = readDatabase([directory], { optional: false });
      expect(resolve(reading).systems.map(({ shortIds }) => shortIds[0])).toContain('good1');
    }),
  );
});

it('any snapshot of other bytes is refused', () => {
  const head = '{"schema":"vm-import/osinfo-snapshot@1"';
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, prefixed) => {
      const bytes = Buffer.from(`${prefixed ? head : ''}${text}`);
      expect(() => new Snapshot(bytes, 'some.snapshot')).toThrow('cannot be used');
    }),
  );
});
