import { describe, expect, it } from 'vitest';
import { KEY_NAMES, keySpec } from '../../src/facts/index.ts';
import { CARRIERS, MAX_HEADER_HINT_BYTES } from '../../src/hints/index.ts';
import { DRIVERS } from '../../src/hints/vocabulary.ts';
import { fixture, read, said } from './carriers.ts';

describe('votes', () => {
  it('carry the origin, the carrier, the disk and the place they were read from', () => {
    const document = { vmHints: 1, hardware: { 'disk-bus': ['virtio'], firmware: { required: ['uefi'] } } };
    const { votes } = read(document, {
      kind: 'image',
      uri: 'file:///a.qcow2',
      pointer: 'header-extension+0x70',
      disk: 'disk1',
      maxBytes: MAX_HEADER_HINT_BYTES,
    });
    const common = { origin: 'hints', uri: 'file:///a.qcow2', order: 3, disk: 'disk1', rule: null, locked: false };
    expect(votes).toEqual([
      {
        ...common,
        key: 'firmware',
        subject: null,
        strength: 'required',
        values: ['uefi'],
        pointer: 'header-extension+0x70/hardware/firmware/required',
      },
      {
        ...common,
        key: 'disk-bus',
        subject: 'disk1',
        strength: 'recommended',
        values: ['virtio'],
        pointer: 'header-extension+0x70/hardware/disk-bus',
      },
    ]);
  });

  it('of a document for the whole machine speak for every disk', () => {
    const { votes } = read({ vmHints: 1, 'hardware.disk-bus': 'scsi' }, { kind: 'bundle', disk: null });
    expect(votes).toMatchObject([{ key: 'disk-bus', subject: null, disk: null, order: 2 }]);
  });

  it.each(CARRIERS.map((kind, order) => [kind, order] as const))('of carrier %s have order %i', (kind, order) => {
    expect(read({ vmHints: 1, os: 'debian12' }, { kind }).votes).toMatchObject([{ order }]);
  });

  it.each([
    ['a bare name is recommended', 'debian12', [{ strength: 'recommended', values: ['debian12'] }]],
    ['a strength is kept', { required: ['debian12'] }, [{ strength: 'required', values: ['debian12'] }]],
    ['an id is a name', 'http://debian.org/debian/12', [{ values: ['http://debian.org/debian/12'] }]],
    ['a file is none', 'file:///etc/passwd', []],
    ['a path is none', '../../etc/passwd', []],
  ])('os: %s', (_, os, votes) => {
    expect(read({ vmHints: 1, os }).votes).toMatchObject(votes);
  });

  it('list a value once and fold pc to its family', () => {
    const { votes, findings } = read({ vmHints: 1, hardware: { machine: ['pc', 'i440fx', 'q35', 'q35'] } });
    expect(votes).toMatchObject([{ values: ['i440fx', 'q35'] }]);
    expect(findings).toEqual([]);
  });

  it('take no leniency of flags: JSON has types', () => {
    const hardware = { 'secure-boot': 'yes', vcpus: '2', tpm: 2 };
    expect(read({ vmHints: 1, hardware }).votes).toEqual([]);
  });

  it.each(KEY_NAMES.filter((key) => !keySpec(key).hint))('%s is refused: not an image’s to choose', (key) => {
    for (const document of [{ hardware: { [key]: 'x' } }, { [`hardware.${key}.required`]: ['x'] }, { [key]: 'x' }]) {
      const reading = read({ vmHints: 1, ...document });
      expect(reading.votes).toEqual([]);
      expect(said(reading)).toEqual([expect.stringMatching(/^hints\/refused-/)]);
    }
  });

  it.each([
    ['pc-q35-9.0', 'q35'],
    ['pc-i440fx-rhel7.6.0', 'i440fx'],
    ['pc-1.3', 'i440fx'],
    ['virt-8.2', 'virt'],
    ['pseries-rhel9.4.0', 'pseries'],
    ['s390-ccw-virtio-7.2', 's390-ccw-virtio'],
  ])('machine %s is refused and its family %s named', (machine, family) => {
    expect(read({ vmHints: 1, 'hardware.machine.required': [machine] })).toMatchObject({
      votes: [],
      findings: [{ code: 'hints/refused-machine-version', args: { value: machine, family } }],
    });
  });
});

describe('what is no vote', () => {
  it('drivers of the closed list are evidence', () => {
    const { drivers, findings } = read({ vmHints: 1, drivers: { boot: DRIVERS, running: 'ahci' } });
    expect(drivers).toEqual({ boot: DRIVERS, running: ['ahci'] });
    expect(findings).toEqual([]);
  });

  it('the link to a disk is read beside a disk and ignored inside it', () => {
    const document = { vmHints: 1, 'image.sha256': 'AB'.repeat(32) };
    expect(read(document).image).toEqual({ uuid: null, sha256: 'ab'.repeat(32) });
    const inside = read(document, { kind: 'image' });
    expect(inside.image).toEqual({ uuid: null, sha256: null });
    expect(said(inside)).toEqual(['hints/image-link-inside /image']);
  });

  it('extensions stay as they are', () => {
    const { extensions, findings } = read(fixture('good/mixed-spellings.json'));
    expect(extensions).toEqual({
      'com.example.second': { __nested: 'kept' },
      'org.example.first': [1, 2.5, 'three', null, true],
    });
    expect(findings).toEqual([]);
  });

  it('extensions are limited in size and number', () => {
    const many = Object.fromEntries(Array.from({ length: 34 }, (_, index) => [`org.example.e${index}`, index]));
    const reading = read({ vmHints: 1, extensions: { 'org.example.large': 'x'.repeat(8191), ...many } });
    expect(Object.keys(reading.extensions)).toHaveLength(32);
    expect(reading.findings.map(({ code }) => code)).toEqual(Array(3).fill('hints/extension-refused'));
  });

  it('an extension cannot reach the prototype of what policies see', () => {
    const { extensions } = read('{"vmHints":1,"extensions":{"org.example.a":{"__proto__":{"admin":true}}}}');
    expect(extensions).toEqual({});
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('texts that are too long are left out', () => {
    const reading = read({ vmHints: 1, title: 'x'.repeat(201), description: 'x'.repeat(4096) });
    expect(reading).toMatchObject({ title: null, description: 'x'.repeat(4096) });
    expect(said(reading)).toEqual(['hints/text-too-long /title']);
  });
});
