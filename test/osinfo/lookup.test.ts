import { describe, expect, it } from 'vitest';
import { vote } from '../../src/facts/index.ts';
import { DRIVERS } from '../../src/hints/vocabulary.ts';
import { driverNames, findOs, lacksAhci, listOs, suggestOs, unknownOs } from '../../src/osinfo/index.ts';

const profiles = await listOs();

async function driversOf(name: string): Promise<readonly string[]> {
  const profile = await findOs(name);
  return profile === undefined ? [] : [...driverNames(profile)];
}

describe('findOs', () => {
  it.each([
    ['a short-id', 'debian12', 'debian12'],
    ['an alias', 'debianbookworm', 'debian12'],
    ['an id', 'http://debian.org/debian/12', 'debian12'],
    ['an id whose host is spelled in capitals', 'HTTP://Debian.ORG/debian/12', 'debian12'],
    ['an id by https', 'https://microsoft.com/win/11', 'win11'],
    ['a path in capitals, which is another id', 'http://debian.org/DEBIAN/12', undefined],
    ['a short-id in capitals, which libosinfo has none of', 'Debian12', undefined],
    ['a moving alias, which means another system each year', 'ubuntu-lts-latest', undefined],
    ['nothing', '', undefined],
    ['a member of every object', '__proto__', undefined],
  ])('%s', async (_, name, shortId) => {
    expect((await findOs(name))?.shortIds[0]).toBe(shortId);
  });
});

describe('suggestOs', () => {
  it.each([
    ['Debian GNU/Linux 12', 'debian12'],
    ['debian-12', 'debian12'],
    ['Windows 10', 'win10'],
    ['Windows Server 2022', 'win2k22'],
    ['Microsoft Windows XP', 'winxp'],
    ['alpine3.20', 'alpinelinux3.20'],
    ['rhel9', 'rhel9.4'],
    ['freebsd14', 'freebsd14.1'],
    ['fedroa41', 'fedora41'],
    ['https://ubuntu.com/Ubuntu/24.04', 'ubuntu24.04'],
    ['', undefined],
    ['///', undefined],
    ['plan9', undefined],
    ['x'.repeat(5000), undefined],
  ])('%s', async (name, shortId) => {
    expect(await suggestOs(name)).toBe(shortId);
  });

  it('stands in the finding for an unknown OS', async () => {
    const from = vote({ key: 'os', strength: 'recommended', values: ['debain12'], origin: 'flag', pointer: '--os' });
    expect(await unknownOs('debain12', from)).toMatchObject({
      code: 'osinfo/unknown-os',
      severity: 'warning',
      args: { name: 'debain12', suggestion: '"debian12", if that is meant' },
      at: [{ origin: 'flag', pointer: '--os' }],
    });
  });
});

describe('the snapshot', () => {
  it('names every system once', () => {
    const names = profiles.flatMap((profile) => [profile.id, ...profile.shortIds]);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(profiles.map((profile) => profile.pointer)).size).toBe(profiles.length);
  });

  it.each(profiles.map((profile) => [profile.shortIds[0], profile] as const))(
    '%s lists each record once',
    (_, profile) => {
      expect(new Set(profile.devices).size).toBe(profile.devices.length);
      expect(profile.id).toMatch(/^http:\/\/[a-z.]+\//);
    },
  );
});

describe('driverNames', () => {
  it('uses the words of the hint document', () => {
    expect(DRIVERS).toEqual(expect.arrayContaining(profiles.flatMap((profile) => [...driverNames(profile)])));
  });

  it('counts virtio 0.9 as a driver', async () => {
    expect(await driversOf('freebsd14.1')).toEqual(['virtio-blk', 'virtio-net', 'e1000', 'ne2k_pci']);
  });

  it('gives Windows no virtio', async () => {
    expect(await driversOf('win2k22')).toEqual(['e1000e', 'e1000', 'qxl', 'vga']);
  });

  it('never speaks of what libosinfo has no record of', () => {
    const all = new Set(profiles.flatMap((profile) => [...driverNames(profile)]));
    for (const silent of ['ahci', 'ide', 'nvme', 'usb-storage']) expect(all).not.toContain(silent);
  });
});

it('only Windows before Vista lacks AHCI', () => {
  expect(profiles.filter(lacksAhci).map((profile) => profile.shortIds[0])).toEqual(['winxp', 'win2k3']);
});
