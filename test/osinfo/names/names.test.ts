import { describe, expect, it } from 'vitest';
import { parseOsName } from '../../../src/cli/os-name.ts';
import { nameOs, type OsName } from '../../../src/osinfo/index.ts';

/** What a database could have: enough for every rule, and gaps where rules must not jump. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['almalinux9', 'alpinelinux3.20', 'alt.p10', 'archlinux', 'asianux4.6', 'asianux4.7', 'asianux-unknown'],
  ...['centos5.11', 'centos6.0', 'centos6.10', 'centos7.0', 'centos8', 'centos-stream8', 'centos-stream9'],
  ...['debian3.1', 'debian9', 'debian12', 'debian4', 'debian4.0', 'debianbookworm', 'dragonflybsd5.6'],
  ...['fedora40', 'fedora-unknown', 'fedora-rawhide', 'fedora-eln', 'fedora-coreos-stable', 'fedora-coreos-next'],
  ...['freebsd13.0', 'freebsd13.2', 'freebsd14.1', 'freebsd9.2', 'gentoo', 'linux2022', 'macosx10.6', 'msdos6.22'],
  ...[
    'netbsd9.3',
    'nixos-24.05',
    'nixos-unknown',
    'oel5.0',
    'ol5.5',
    'ol8.0',
    'ol8.10',
    'ol8.9',
    'ol9-unknown',
    'ol9.4',
  ],
  ...['openbsd7.5', 'opensuse15.6', 'opensuse-unknown', 'opensusetumbleweed', 'rhel2.1', 'rhel2.1.1', 'rhel-unknown'],
  ...['rhel8-unknown', 'rhel8.10', 'rhel9-unknown', 'rhel9.4', 'rhel10.0', 'rocky8.6', 'rocky9', 'rocky9-unknown'],
  ...['rocky-unknown', 'silverblue40', 'silverblue-unknown', 'sle15', 'sle15sp5', 'sle15-unknown', 'sle-unknown'],
  ...['sles11', 'sles11sp4', 'sles12', 'sles12sp5', 'sles12-unknown', 'sled12', 'slem5.5', 'solaris10', 'solaris11'],
  ...['ubuntu14.04', 'ubuntu21.04', 'ubuntu21.10', 'ubuntu22.04', 'ubuntu22.10', 'ubuntu23.04', 'ubuntu23.10'],
  ...['ubuntu24.04', 'unknown', 'voidlinux', 'win10', 'win11', 'win2k', 'win2k3', 'win2k3r2', 'win2k8', 'win2k8r2'],
  ...[
    'win2k12',
    'win2k12r2',
    'win2k16',
    'win2k19',
    'win2k22',
    'win2k25',
    'win7',
    'win8',
    'win8.1',
    'win95',
    'winvista',
  ],
  ...['winxp', 'winnt4.0'],
]);

/** `debian12 exact linux x86_64`: short-id (or -), confidence (or -), family, architecture. */
function answer(name: OsName): string {
  const { shortId, confidence, family, architecture } = nameOs(name, KNOWN);
  return [shortId, confidence, family, architecture].map((word) => word ?? '-').join(' ');
}

describe.each<[scheme: string, cases: readonly (readonly [name: string, answer: string])[]]>([
  [
    'vmware',
    [
      ['debian12_64Guest', 'debian12 exact linux x86_64'],
      ['DEBIAN12_64GUEST', 'debian12 exact linux x86_64'],
      ['debian14_64Guest', '- - linux x86_64'],
      ['rhel9_64Guest', 'rhel9-unknown family linux x86_64'],
      ['rhel6Guest', '- - linux i686'],
      ['rhel2Guest', 'rhel2.1 guess linux i686'],
      ['oracleLinux8_64Guest', 'ol8.0 guess linux x86_64'],
      ['oracleLinux9_64Guest', 'ol9-unknown family linux x86_64'],
      ['oracleLinux5Guest', 'oel5.0 guess linux i686'],
      ['freebsd13_64Guest', 'freebsd13.0 guess freebsd x86_64'],
      ['centos7_64Guest', 'centos7.0 family linux x86_64'],
      ['centos9_64Guest', 'centos-stream9 exact linux x86_64'],
      ['sles11_64Guest', 'sles11 guess linux x86_64'],
      ['sles15_64Guest', 'sle15-unknown family linux x86_64'],
      ['ubuntu64Guest', '- - linux x86_64'],
      ['fedoraGuest', 'fedora-unknown family linux i686'],
      ['otherLinux64Guest', '- - linux x86_64'],
      ['otherLinuxGuest', '- - linux -'],
      ['other5xLinux64Guest', '- - linux x86_64'],
      ['vmwarePhoton64Guest', '- - linux x86_64'],
      ['windows8Server64Guest', 'win2k12 guess winnt x86_64'],
      ['windows9Server64Guest', 'win2k16 guess winnt x86_64'],
      ['windows9Guest', 'win10 exact winnt i686'],
      ['windows2019srvNext_64Guest', 'win2k22 exact winnt x86_64'],
      ['windows12_64Guest', '- - winnt x86_64'],
      ['win95Guest', 'win95 exact win9x i686'],
      ['darwin10_64Guest', 'macosx10.6 exact darwin x86_64'],
      ['darwin23_64Guest', '- - darwin x86_64'],
      ['otherGuest64', '- - - x86_64'],
      ['otherGuest', '- - - -'],
      ['{vsphere_os_type}', '- - - -'],
      ['Guest', '- - - -'],
    ],
  ],
  [
    'virtualbox',
    [
      ['Debian12_64', 'debian12 exact linux x86_64'],
      ['Debian12_arm64', 'debian12 exact linux aarch64'],
      ['Debian31', 'debian3.1 exact linux i686'],
      ['Linux_Arm64', '- - linux aarch64'],
      ['Ubuntu22_LTS_64', 'ubuntu22.04 exact linux x86_64'],
      ['Ubuntu22_64', 'ubuntu22.10 exact linux x86_64'],
      ['Ubuntu21_64', 'ubuntu21.04 guess linux x86_64'],
      ['Ubuntu23_64', 'ubuntu23.04 exact linux x86_64'],
      ['Ubuntu231_arm64', 'ubuntu23.10 exact linux aarch64'],
      ['Ubuntu23_LTS_64', '- - - -'],
      ['Ubuntu_64', '- - linux x86_64'],
      ['Windows2008', 'win2k8 exact winnt i686'],
      ['Windows2008_64', 'win2k8 guess winnt x86_64'],
      ['Windows2012_64', 'win2k12 guess winnt x86_64'],
      ['Windows11_64', 'win11 exact winnt x86_64'],
      ['WindowsNT_64', '- - winnt x86_64'],
      ['Oracle8_64', 'ol8.0 guess linux x86_64'],
      ['RedHat9_64', 'rhel9-unknown family linux x86_64'],
      ['OpenSUSE_Tumbleweed_64', 'opensusetumbleweed exact linux x86_64'],
      ['MacOS1013_64', '- - darwin x86_64'],
      ['MacOS106_64', 'macosx10.6 exact darwin x86_64'],
      ['DOS', '- - dos i686'],
      ['Linux26_64', '- - linux x86_64'],
      ['Other_64', '- - - x86_64'],
      ['constructor', '- - - -'],
    ],
  ],
  [
    'ovirt',
    [
      ['31', 'win2k19 exact winnt x86_64'],
      ['windows_2019x64', 'win2k19 exact winnt x86_64'],
      ['RHEL6x64', '- - linux x86_64'],
      ['30', 'rhel8-unknown family linux x86_64'],
      ['1009', 'rhel9-unknown family linux ppc64le'],
      ['21', 'win8 guess winnt x86_64'],
      ['1301', 'debian9 guess linux -'],
      ['1500', 'freebsd9.2 guess freebsd i686'],
      ['35', '- - linux x86_64'],
      ['2', '- - - -'],
      ['0', '- - - -'],
      ['5007', '- - - -'],
      ['031', '- - - -'],
      ['70f24c82-a7b8-4e0b-9192-cffd5705cf5c', '- - - -'],
    ],
  ],
  [
    'cim',
    [
      ['103', 'win2k8r2 exact winnt x86_64'],
      ['120', 'win10 exact winnt -'],
      ['112', '- - winnt -'],
      ['vmware:112', 'win2k12 guess winnt -'],
      ['virtualbox:112', 'win2k12 guess winnt -'],
      ['standard:112', '- - winnt -'],
      ['standard:113', 'win2k12 exact winnt -'],
      ['virtualbox:113', 'win8 exact winnt -'],
      ['vmware:113', 'win8 guess winnt -'],
      ['virtualbox:118', 'win2k16 guess winnt -'],
      ['ovirt:122', 'win2k19 exact winnt -'],
      ['vmware:74', '- - winnt x86_64'],
      ['74', 'winvista exact winnt x86_64'],
      ['virtualbox:77', 'win2k8 guess winnt x86_64'],
      ['101', '- - linux x86_64'],
      ['36', '- - linux -'],
      ['powervc:80', 'rhel-unknown family linux -'],
      ['80:8', 'rhel8-unknown family linux x86_64'],
      ['80:9.4', 'rhel9-unknown family linux x86_64'],
      ['80:', 'rhel-unknown family linux x86_64'],
      ['80:nine', 'rhel-unknown family linux x86_64'],
      ['96:12', 'debian12 exact linux x86_64'],
      ['96', '- - linux x86_64'],
      ['94:16.04', '- - linux x86_64'],
      ['107:7', 'centos7.0 family linux x86_64'],
      ['107:8', '- - linux x86_64'],
      ['85:15', 'sle15-unknown family linux x86_64'],
      ['78:14.1', 'freebsd14.1 exact freebsd x86_64'],
      ['9', '- - - -'],
      ['2:22', '- - darwin -'],
      ['102', '- - - x86_64'],
      ['0', '- - - -'],
      ['1', '- - - -'],
      ['-100', '- - - -'],
      ['126', '- - - -'],
      ['999999999', '- - - -'],
    ],
  ],
  [
    'os-release',
    [
      ['debian:12', 'debian12 exact linux -'],
      ['debian', '- - linux -'],
      ['debian:14', '- - linux -'],
      ['ubuntu:24.04', 'ubuntu24.04 exact linux -'],
      ['ubuntu:24', '- - linux -'],
      ['fedora:40', 'fedora40 exact linux -'],
      ['fedora:99', 'fedora-unknown family linux -'],
      ['fedora:40:silverblue', 'silverblue40 exact linux -'],
      ['fedora:41:silverblue', 'silverblue-unknown family linux -'],
      ['fedora:43:eln', 'fedora-eln exact linux -'],
      ['fedora:40:coreos', '- - linux -'],
      ['fedora:40:server', 'fedora40 exact linux -'],
      ['rhel:9.4', 'rhel9.4 exact linux -'],
      ['rhel:9.99', 'rhel9-unknown family linux -'],
      ['rhel:11.0', '- - linux -'],
      ['rhel:10.0', 'rhel10.0 exact linux -'],
      ['centos:7', 'centos7.0 family linux -'],
      ['centos:8', '- - linux -'],
      ['centos:9', 'centos-stream9 exact linux -'],
      ['rocky:8.6', 'rocky8.6 exact linux -'],
      ['rocky:9.3', 'rocky9 exact linux -'],
      ['almalinux:9.4', 'almalinux9 exact linux -'],
      ['almalinux:8.10', '- - linux -'],
      ['ol:8.10', 'ol8.10 exact linux -'],
      ['ol:9.7', 'ol9-unknown family linux -'],
      ['sles:15.5', 'sle15sp5 exact linux -'],
      ['sles:15', 'sle15 exact linux -'],
      ['sles:15.9', 'sle15-unknown family linux -'],
      ['sles:12.5', 'sles12sp5 exact linux -'],
      ['sled:12', 'sled12 exact linux -'],
      ['sle-micro:5.5', 'slem5.5 exact linux -'],
      ['opensuse-leap:15.6', 'opensuse15.6 exact linux -'],
      ['opensuse-leap:16.0', 'opensuse-unknown family linux -'],
      ['opensuse-tumbleweed:20250101', 'opensusetumbleweed exact linux -'],
      ['alpine:3.20.3', 'alpinelinux3.20 exact linux -'],
      ['alpine:3.21_alpha20240807', '- - linux -'],
      ['arch', 'archlinux exact linux -'],
      ['void', 'voidlinux exact linux -'],
      ['nixos:24.05', 'nixos-24.05 exact linux -'],
      ['nixos:25.11', 'nixos-unknown family linux -'],
      ['altlinux:p10', 'alt.p10 exact linux -'],
      ['freebsd:14.1', 'freebsd14.1 exact freebsd -'],
      ['freebsd:14.1-RELEASE-p3', 'freebsd14.1 exact freebsd -'],
      ['freebsd:15.0-CURRENT', '- - freebsd -'],
      ['netbsd:9.3', 'netbsd9.3 exact netbsd -'],
      ['dragonfly:5.6', 'dragonflybsd5.6 exact dragonflybsd -'],
      ['amzn:2023', '- - linux -'],
      ['raspbian:12', '- - linux -'],
      ['kali:2024.1', '- - linux -'],
      ['plan9:4', '- - - -'],
      ['__proto__:1', '- - - -'],
    ],
  ],
  [
    'windows',
    [
      ['22631', 'win11 exact winnt -'],
      ['10.0.22631.3527', 'win11 exact winnt -'],
      ['19045:client', 'win10 exact winnt -'],
      ['19045:server', '- - winnt -'],
      ['7601:client', 'win7 exact winnt -'],
      ['7601:server', 'win2k8r2 exact winnt -'],
      ['7601', '- - winnt -'],
      ['26100:server', 'win2k25 exact winnt -'],
      ['20348', 'win2k22 exact winnt -'],
      ['18363:server', '- - winnt -'],
      ['18363', '- - winnt -'],
      ['3790:server', 'win2k3 guess winnt -'],
      ['17763:server', 'win2k19 exact winnt -'],
      ['14393:server', 'win2k16 exact winnt -'],
      ['9200:client', 'win8 exact winnt -'],
      ['9200:server', 'win2k12 exact winnt -'],
      ['9600:client', 'win8.1 exact winnt -'],
      ['9600:server', 'win2k12r2 exact winnt -'],
      ['6002:client', 'winvista exact winnt -'],
      ['6002:server', 'win2k8 exact winnt -'],
      ['2600', 'winxp exact winnt -'],
      ['22000', 'win11 exact winnt -'],
      ['1381', 'winnt4.0 exact winnt -'],
      ['22632', '- - winnt -'],
      ['0', '- - - -'],
      ['99999', '- - winnt -'],
    ],
  ],
  [
    'glance',
    [
      ['ubuntu:24.04', 'ubuntu24.04 exact linux -'],
      ['Ubuntu:22.04.3', 'ubuntu22.04 exact linux -'],
      ['ubuntu22.04', 'ubuntu22.04 exact linux -'],
      ['win2k22', 'win2k22 exact winnt -'],
      ['freebsd14.1', 'freebsd14.1 exact freebsd -'],
      ['unknown', '- - - -'],
      ['debian:12', 'debian12 exact linux -'],
      ['arch', 'archlinux exact linux -'],
      ['gentoo', 'gentoo exact linux -'],
      ['rhel:9.4', 'rhel9.4 exact linux -'],
      ['rhel:9', 'rhel9-unknown family linux -'],
      ['rhel', 'rhel-unknown family linux -'],
      ['centos:8', '- - linux -'],
      ['centos:8.4', 'centos8 exact linux -'],
      ['centos:9', 'centos-stream9 exact linux -'],
      ['sles:15', 'sle15-unknown family linux -'],
      ['openbsd:7.5', 'openbsd7.5 exact openbsd -'],
      ['windows', '- - winnt -'],
      ['windows:11', 'win11 exact winnt -'],
      ['windows:2012 R2', 'win2k12r2 exact winnt -'],
      ['windows:Server 2019', 'win2k19 exact winnt -'],
      ['windows:6.1', '- - winnt -'],
      ['windows:10.0', '- - winnt -'],
      ['windows:10.0.17763', '- - winnt -'],
      ['windows:5.1', 'winxp exact winnt -'],
      ['windows:vNext', '- - winnt -'],
      ['debian12_64Guest', 'debian12 exact linux x86_64'],
      ['msdos', 'msdos6.22 exact dos -'],
      ['my own linux:1', '- - - -'],
    ],
  ],
])('%s', (scheme, cases) => {
  it.each(cases)('%s is %s', (name, expected) => {
    expect(answer(parseOsName(`${scheme}:${name}`))).toBe(expected);
  });
});

describe('what a name leaves open', () => {
  it('lists the releases of a line in their order', () => {
    expect(nameOs({ scheme: 'vmware', guestId: 'oracleLinux8_64Guest' }, KNOWN)).toEqual({
      shortId: 'ol8.0',
      confidence: 'guess',
      candidates: ['ol8.0', 'ol8.9', 'ol8.10'],
      family: 'linux',
      architecture: 'x86_64',
      reason: 'it does not say which Oracle Linux 8',
    });
  });

  it('names systems that differ without preferring one', () => {
    expect(nameOs({ scheme: 'windows', build: 7601, productType: null }, KNOWN)).toMatchObject({
      shortId: null,
      candidates: ['win7', 'win2k8r2'],
    });
  });

  it('never proposes a later release because the earliest is not in the database', () => {
    const known = new Set(['win2k19']);
    expect(nameOs({ scheme: 'vmware', guestId: 'windows9Server64Guest' }, known)).toMatchObject({
      shortId: null,
      candidates: ['win2k19'],
    });
  });

  it('says which entry a newer database would need', () => {
    const name: OsName = { scheme: 'os-release', id: 'debian', versionId: '14' };
    expect(nameOs(name, KNOWN)).toEqual({
      shortId: null,
      confidence: null,
      missing: 'debian14',
      candidates: [],
      family: 'linux',
      architecture: null,
      reason: 'the database has no entry debian14',
    });
    expect(nameOs(name, new Set(['debian14']))).toMatchObject({ shortId: 'debian14', confidence: 'exact' });
  });

  it('reads no name that is longer than names are', () => {
    expect(answer({ scheme: 'glance', distro: 'debian', version: `12${' '.repeat(90)}` })).toBe(
      'debian12 exact linux -',
    );
    expect(answer({ scheme: 'glance', distro: 'debian', version: `12${' '.repeat(99)}` })).toBe('- - - -');
  });

  it('takes no related distribution for another', () => {
    const mint: OsName = { scheme: 'os-release', id: 'mintlike', idLike: ['ubuntu', 'debian'], versionId: '22.04' };
    expect(answer(mint)).toBe('- - linux -');
  });

  it.each([
    ['CentOS Linux', 'centos8'],
    ['CentOS Stream', 'centos-stream8'],
  ])('tells the two CentOS 8 apart by name: %s', (name, shortId) => {
    const known = nameOs({ scheme: 'os-release', id: 'centos', versionId: '8', name }, KNOWN);
    expect(known).toMatchObject({ shortId, confidence: 'exact' });
  });
});
