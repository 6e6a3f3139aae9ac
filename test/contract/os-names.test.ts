import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { CIM_PRODUCERS, nameOs, type OsName } from '../../src/osinfo/index.ts';
import { describeWith, itRefused } from './tools.ts';

/** Names of every scheme that lead to a system without its release being filled in by the caller. */
const VMWARE = [
  ...['dos', 'win31', 'win95', 'win98', 'winMe', 'winNT', 'win2000Pro', 'winXPPro', 'winNetStandard', 'winVista'],
  ...['winLonghorn', 'windows7', 'windows7Server64', 'windows8', 'windows8Server64', 'windows9', 'windows9Server64'],
  ...['windows11_64', 'windows2019srv_64', 'windows2019srvNext_64', 'windows2022srvNext_64', 'rhel2', 'rockylinux_64'],
  ...['opensuse64', 'sles64', 'fedora64', 'centos8_64', 'solaris9', 'solaris10', 'solaris11_64', 'darwin', 'netware4'],
  ...[
    'netware5',
    'netware6',
    'darwin10',
    'darwin11',
    'centos6',
    'centos7',
    'centos9_64',
    'asianux4',
    'sles10',
    'sles11',
  ],
  ...['sles12', 'sles15_64', 'debian4', 'debian5', 'debian6', 'debian7', 'debian8', 'debian9', 'debian10', 'debian11'],
  ...[
    'rhel3',
    'rhel4',
    'rhel5',
    'rhel6',
    'rhel7',
    'rhel8_64',
    'rhel9_64',
    'oracleLinux5',
    'oracleLinux6',
    'oracleLinux7',
  ],
  ...['oracleLinux8_64', 'freebsd11', 'freebsd12', 'freebsd13'],
].map((guestId): OsName => ({ scheme: 'vmware', guestId: `${guestId}Guest` }));
const VIRTUALBOX = [
  ...['Windows31', 'Windows95', 'Windows98', 'WindowsMe', 'WindowsNT3x', 'WindowsNT4', 'Windows2000', 'WindowsXP'],
  ...[
    'Windows2003',
    'Windows2008',
    'Windows2008_64',
    'Windows81',
    'Windows2012_64',
    'Windows2016_64',
    'Windows2019_64',
  ],
  ...['Windows2022_64', 'Solaris', 'Solaris10U8_or_later', 'ArchLinux', 'Debian31', 'Gentoo', 'OpenSUSE_Tumbleweed'],
  ...[
    'Ubuntu10_LTS',
    'Ubuntu10',
    'Ubuntu11',
    'Ubuntu12_LTS',
    'Ubuntu13',
    'Ubuntu14',
    'Ubuntu15',
    'Ubuntu17',
    'Ubuntu19',
  ],
  ...['Ubuntu21_64', 'Ubuntu22_64', 'Ubuntu22_LTS_64', 'MacOS106', 'MacOS107_64', 'Oracle4', 'Oracle9_64', 'RedHat3'],
].map((osType): OsName => ({ scheme: 'virtualbox', osType }));
const RELEASES = [
  ...['almalinux:9.1', 'alpine:3.17.0', 'altlinux:p10', 'altlinux:10.0', 'altlinux:7.0', 'arch:'],
  ...[
    'asianux:7.3',
    'centos:5.11',
    'centos:6.10',
    'centos:7',
    'centos:8.4',
    'centos:9',
    'cirros:0.5.2',
    'clear-linux-os:',
  ],
  ...[
    'debian:1.1',
    'debian:2.2',
    'debian:3.1',
    'debian:4',
    'debian:11',
    'dragonfly:5.4.3',
    'endless:4.0',
    'altlinux:9.1',
  ],
  ...['fedora:37', 'fedora:99', 'freebsd:13.1', 'freebsd:2.2.8', 'gentoo:', 'mageia:8', 'manjaro:', 'miraclelinux:8.4'],
  ...['miraclelinux:9.9', 'netbsd:9.0', 'nixos:22.05', 'nixos:99.05', 'ol:8.5', 'opensuse-leap:15.4', 'opensuse:13.2'],
  ...[
    'opensuse-leap:99.0',
    'opensuse-tumbleweed:',
    'pop:20.04',
    'pureos:10',
    'rhel:7.9',
    'rhel:8.7',
    'rhel:9.1',
    'rhel:9.99',
  ],
  ...['rocky:8.6', 'rocky:9.99', 'scientific:7.6', 'sled:12.5', 'sled:15.4', 'sle-micro:5.2', 'sles:12.5', 'sles:15'],
  ...['sles:15.4', 'sles:16.0', 'slackware:14.2', 'trisquel:9.0', 'ubuntu:6.06', 'ubuntu:22.04', 'void:'],
  'solaris:11.4',
].map((words): OsName => {
  const [id = '', versionId = ''] = words.split(':');
  return { scheme: 'os-release', id, versionId: versionId === '' ? null : versionId };
});
const GLANCE = [
  'mandrake:10.2',
  'mandriva:2011',
  'mes:5.1',
  'netware:6',
  'openbsd:7.0',
  'opensolaris:2009.06',
  'msdos:',
].map((words): OsName => {
  const [distro = '', version = ''] = words.split(':');
  return { scheme: 'glance', distro, version };
});
const WINDOWS = Array.from({ length: 30_000 }, (_, build) => build).flatMap((build) =>
  (['client', 'server', null] as const).map((productType): OsName => ({ scheme: 'windows', build, productType })),
);
const OVIRT = Array.from({ length: 6000 }, (_, osType): OsName => ({ scheme: 'ovirt', osType }));
const CIM = Array.from({ length: 130 }, (_, id) => id).flatMap((id) =>
  [...CIM_PRODUCERS, null].map((producer): OsName => ({ scheme: 'cim', id, producer })),
);
const MARKETED = ['95', '98', 'ME', 'XP', 'Vista', '2000', '2003 R2', '2008', '2012 R2', '6.3'].map(
  (version): OsName => ({ scheme: 'glance', distro: 'windows', version }),
);

/** Systems that came after the database of November 2022; a newer tree is asked for them where one is given. */
const NEWER = new Set(['win2k25']);
/** macOS after Mac OS X 10.7 has no entry in any database. */
const NOWHERE = /^macosx10\.(?:[89]|1\d)$/;

/** Short-id and family of every system in a tree; undefined while osinfo-query cannot read it. */
function database(directory: string | undefined): ReadonlyMap<string, string> {
  const env = {
    ...process.env,
    LC_ALL: 'C.UTF-8',
    ...(directory === undefined ? {} : { OSINFO_SYSTEM_DIR: directory }),
  };
  const { stdout } = spawnSync('osinfo-query', ['-f', 'short-id,family', 'os'], { encoding: 'utf8', env });
  const rows = (stdout ?? '').split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(rows.slice(2).flatMap(([shortId = '', family = '']) => (shortId === '' ? [] : [[shortId, family]])));
}

/** Does as if it had nothing, and remembers what it was asked for. */
class Asked extends Set<string> {
  readonly shortIds = new Set<string>();

  override has(shortId: string): boolean {
    this.shortIds.add(shortId);
    return false;
  }
}

const TABLES = [...VMWARE, ...VIRTUALBOX, ...WINDOWS, ...OVIRT, ...CIM];
const NAMES = [...TABLES, ...MARKETED, ...RELEASES, ...GLANCE];

/** Every short-id of a system that a table names; generic entries are only asked for, and need not exist. */
function named(): readonly string[] {
  const asked = new Asked();
  for (const name of TABLES) nameOs(name, asked);
  return [...asked.shortIds].filter((shortId) => !shortId.endsWith('-unknown')).sort();
}

describeWith(['osinfo-query'], 'the tables against osinfo-query', () => {
  const known = database(undefined);
  const shortIds = new Set(known.keys());

  it('name systems enough to prove something', () => {
    expect(named().length).toBeGreaterThan(70);
  });

  it('name only systems that libosinfo has, and newer ones that are listed here', () => {
    const others = named().filter((shortId) => !shortIds.has(shortId) && !NOWHERE.test(shortId) && !NEWER.has(shortId));
    expect(others).toEqual([]);
  });

  it.each([...RELEASES, ...GLANCE].map((name) => [Object.values(name).join(' ').trim(), name] as const))(
    'find %s, which is there',
    (_, name) => {
      expect(nameOs(name, shortIds)).toMatchObject({ shortId: expect.any(String) });
    },
  );

  it('say the family that libosinfo says', () => {
    // MS-DOS is a family of its own until 2023, and one of the DOS since
    const ours = NAMES.map((name) => nameOs(name, shortIds)).filter(({ shortId }) => shortId !== null);
    const wrong = ours.filter(({ shortId, family }) => known.get(shortId ?? '')?.replace(/^msdos$/, 'dos') !== family);
    expect(wrong).toEqual([]);
    expect(ours.length).toBeGreaterThan(200);
  });

  it.each([
    ['rhel9-unknown', { scheme: 'vmware', guestId: 'rhel9_64Guest' }],
    ['fedora-unknown', { scheme: 'os-release', id: 'fedora', versionId: '99' }],
    ['miraclelinux9-unknown', { scheme: 'os-release', id: 'miraclelinux', versionId: '9.99' }],
    ['sle15-unknown', { scheme: 'os-release', id: 'sles', versionId: '15.9' }],
    ['nixos-unknown', { scheme: 'os-release', id: 'nixos', versionId: '99.05' }],
    ['opensuse-unknown', { scheme: 'virtualbox', osType: 'OpenSUSE_64' }],
  ] as const satisfies readonly (readonly [string, OsName])[])(
    '%s stands for releases that are not there',
    (generic, name) => {
      expect(nameOs(name, shortIds)).toMatchObject({ shortId: generic, confidence: 'family' });
    },
  );

  it('give every short-id back that is an os_distro', () => {
    for (const [shortId, family] of known) {
      if (shortId === 'unknown') continue;
      const answer = nameOs({ scheme: 'glance', distro: shortId, version: null }, shortIds);
      if (shortId === shortId.toLowerCase()) expect(answer.shortId).toBe(shortId);
      // the database of 2022 takes FreeDOS for a Linux
      if (answer.shortId !== null && family !== '' && family !== 'hurd' && !shortId.startsWith('freedos')) {
        expect([shortId, answer.family]).toEqual([shortId, family.replace(/^msdos$/, 'dos')]);
      }
    }
  });
});

/** A tree of 2025 or later, as `osinfo-db` unpacks it. */
const tree = process.env['OSINFO_DB_TREE'];
if (tree === undefined)
  itRefused('newer systems are in a newer database', 'OSINFO_DB_TREE names no unpacked osinfo-db');
else {
  describeWith(['osinfo-query'], 'newer systems', () => {
    const known = database(tree);

    it.each([...NEWER])('%s', (shortId) => {
      expect([...known.keys()]).toContain(shortId);
    });
  });
}
