import { describe, expect, it } from 'vitest';
import { vote } from '../../src/facts/index.ts';
import { DRIVERS } from '../../src/hints/vocabulary.ts';
import { driverNames, lacksAhci, unknownOs } from '../../src/osinfo/index.ts';
import { embedded } from './embedded.ts';

const knowledge = await embedded();
const profiles = knowledge.list();

function driversOf(name: string): readonly string[] {
  const profile = knowledge.find(name);
  return profile === undefined ? [] : [...driverNames(profile)];
}

describe('find', () => {
  it.each([
    ['a short-id', 'debian12', 'debian12'],
    ['an alias', 'debianbookworm', 'debian12'],
    ['an id', 'http://debian.org/debian/12', 'debian12'],
    ['an id whose host is spelled in capitals', 'HTTP://Debian.ORG/debian/12', 'debian12'],
    ['an id by https', 'https://microsoft.com/win/11', 'win11'],
    ['a path in capitals, which is another id', 'http://debian.org/DEBIAN/12', undefined],
    ['a short-id in capitals, which libosinfo has none of', 'Debian12', undefined],
    ['a moving alias, which names another system each year', 'ubuntu-lts-latest', 'ubuntu24.04'],
    ['what could be a line of the index', 'debian12\t0\t10', undefined],
    ['nothing', '', undefined],
    ['a member of every object', '__proto__', undefined],
  ])('%s', (_, name, shortId) => {
    expect(knowledge.find(name)?.shortIds[0]).toBe(shortId);
  });
});

describe('suggest', () => {
  it.each([
    ['Debian GNU/Linux 12', 'debian12'],
    ['debian-12', 'debian12'],
    ['Windows 10', 'win10'],
    ['Windows Server 2022', 'win2k22'],
    ['Microsoft Windows XP', 'winxp'],
    ['alpine3.20', 'alpinelinux3.20'],
    ['rhel9', 'rhel9.6'],
    ['fedora', 'fedora42'],
    ['freebsd14', 'freebsd14.2'],
    ['fedroa41', 'fedora41'],
    ['https://ubuntu.com/Ubuntu/24.04', 'ubuntu24.04'],
    ['', undefined],
    ['///', undefined],
    ['plan9', undefined],
    ['x'.repeat(5000), undefined],
  ])('%s', (name, shortId) => {
    expect(knowledge.suggest(name)).toBe(shortId);
  });

  it('stands in the finding for an unknown OS', () => {
    const from = vote({ key: 'os', strength: 'recommended', values: ['debain12'], origin: 'flag', pointer: '--os' });
    expect(unknownOs(knowledge, 'debain12', from)).toMatchObject([
      {
        code: 'osinfo/unknown-os',
        severity: 'warning',
        args: { name: 'debain12', suggestion: '"debian12", if that is meant' },
        at: [{ origin: 'flag', pointer: '--os' }],
      },
    ]);
  });
});

describe('the snapshot', () => {
  it('names every system once', () => {
    const names = profiles.flatMap((profile) => [profile.id, ...profile.shortIds]);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(profiles.map((profile) => profile.pointer)).size).toBe(profiles.length);
  });

  it('lists each record once', () => {
    const twice = profiles.filter(({ devices }) => new Set(devices).size !== devices.length);
    expect(twice.map(({ id }) => id)).toEqual([]);
  });
});

describe('driverNames', () => {
  it('uses the words of the hint document', () => {
    expect(DRIVERS).toEqual(expect.arrayContaining(profiles.flatMap((profile) => [...driverNames(profile)])));
  });

  it('counts virtio 0.9 as a driver', () => {
    expect(driversOf('freebsd14.1')).toEqual(['virtio-blk', 'virtio-net', 'e1000', 'ne2k_pci']);
  });

  it('gives Windows no virtio', () => {
    expect(driversOf('win2k22')).toEqual(['e1000e', 'e1000', 'qxl', 'vga']);
  });

  it('never speaks of what libosinfo has no record of', () => {
    const all = new Set(profiles.flatMap((profile) => [...driverNames(profile)]));
    for (const silent of ['ahci', 'ide', 'nvme', 'usb-storage']) expect(all).not.toContain(silent);
  });
});

it('only DOS and Windows before Vista lack AHCI', () => {
  expect(profiles.filter(lacksAhci).map((profile) => profile.shortIds[0])).toEqual([
    ...[
      'freedos1.2',
      'freedos1.3',
      'msdos6.22',
      'win1.0',
      'win2.0',
      'win2.1',
      'win2k',
      'win2k3',
      'win2k3r2',
      'win3.1',
      'win95',
      'win98',
      'winme',
    ],
    ...['winxp', 'winnt3.1', 'winnt3.5', 'winnt3.51', 'winnt4.0'],
  ]);
});
