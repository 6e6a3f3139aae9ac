import type { Architecture } from '../../facts/index.ts';
import { eitherOf, type Meaning, nothing, oneOf, system } from './meaning.ts';
import { release } from './releases.ts';
import { windows } from './windows.ts';

const noEntry = (name: string, family: string | null) => nothing(family, `libosinfo has no entry for ${name}`);
const anyLinux = nothing('linux', 'it says Linux, not which one');
const anyWindows = nothing('winnt', 'it says Windows NT, not which one');
const SOLARIS_10 = 'it says Solaris 10 and is used for its neighbours';

/** OS types without `_64` and `_arm64`, in lower case. */
const NAMES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['other', nothing(null, 'it says nothing about the system')],
  ['windows31', windows('win3.1')],
  ['windows95', windows('win95')],
  ['windows98', windows('win98')],
  ['windowsme', windows('winme')],
  ['windowsnt', anyWindows],
  ['windowsnt3x', oneOf(['winnt3.1', 'winnt3.5', 'winnt3.51'], 'winnt', 'it says Windows NT 3, not which one')],
  ['windowsnt4', windows('winnt4.0')],
  ['windows2000', windows('win2k')],
  ['windowsxp', windows('winxp')],
  ['windows2003', windows('win2k3')],
  ['windowsvista', windows('winvista')],
  ['windows2008', windows('win2k8')],
  ['windows7', windows('win7')],
  ['windows8', windows('win8')],
  ['windows81', windows('win8.1')],
  ['windows2012', oneOf(['win2k12', 'win2k12r2'], 'winnt', 'Windows Server 2012 and 2012 R2 have this name')],
  ['windows10', windows('win10')],
  ['windows11', windows('win11')],
  ...[16, 19, 22, 25].map((year) => [`windows20${year}`, windows(`win2k${year}`)] as const),

  ['solaris', oneOf(['solaris9', 'solaris10'], 'solaris', SOLARIS_10)],
  ['solaris10u8_or_later', oneOf(['solaris10', 'solaris11'], 'solaris', SOLARIS_10)],
  ['solaris11', system('solaris11', 'solaris')],
  [
    'opensolaris',
    eitherOf(
      ['opensolaris2009.06', 'omnios', 'openindiana', 'smartos'],
      'solaris',
      'OpenSolaris and everything that came of it have this name',
    ),
  ],
  ['freebsd', release('freebsd', null)],
  ['openbsd', release('openbsd', null)],
  ['netbsd', release('netbsd', null)],
  ...['os2', 'os21x', 'os2warp3', 'os2warp4', 'os2warp45', 'os2ecs', 'os2arcaos'].map(
    (name) => [name, noEntry('OS/2', null)] as const,
  ),
  ['macos', nothing('darwin', 'it says macOS, not which one')],
  ['dos', eitherOf(['msdos6.22', 'freedos1.2', 'freedos1.3'], 'dos', 'every DOS has this name')],
  ['netware', eitherOf(['netware4', 'netware5', 'netware6'], 'netware', 'it says NetWare, not which one')],
  ...['l4', 'qnx', 'jrockitve', 'vboxbs'].map((name) => [name, noEntry('that system', null)] as const),

  ...['linux', 'linux22', 'linux24', 'linux26'].map((name) => [name, anyLinux] as const),
  ['archlinux', release('arch', null)],
  ['debian', release('debian', null)],
  ['debian31', release('debian', '3.1')],
  ['fedora', release('fedora', null)],
  ['gentoo', release('gentoo', null)],
  ['mandriva', release('mandriva', null)],
  ['mageia', release('mageia', null)],
  ...['openmandriva_lx', 'pclinuxos', 'turbolinux', 'xandros'].map(
    (name) => [name, noEntry('that Linux', 'linux')] as const,
  ),
  ['oracle', release('ol', null)],
  ['redhat', release('rhel', null)],
  ['opensuse', release('opensuse', null)],
  ['opensuse_leap', release('opensuse', null)],
  ['opensuse_tumbleweed', release('opensuse-tumbleweed', null)],
  ['suse_le', release('sles', null)],
  ...['ubuntu', 'lubuntu', 'xubuntu'].map((name) => [name, release('ubuntu', null)] as const),
]);

const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map([
  ['_64', 'x86_64'],
  ['_arm64', 'aarch64'],
]);

/** The meaning of a `vbox:OSType`; undefined when it is none. Letter case differs between writers. */
export function virtualBoxType(osType: string): readonly [Meaning, Architecture] | undefined {
  const [, name = '', suffix = ''] = /^([a-z0-9_]+?)(_64|_arm64)?$/.exec(osType.toLowerCase()) ?? [];
  const architecture = ARCHITECTURES.get(suffix) ?? 'i686';
  if (name === 'windows2008' && architecture === 'x86_64') {
    return [oneOf(['win2k8', 'win2k8r2'], 'winnt', 'Windows Server 2008 and 2008 R2 have this name'), architecture];
  }
  const meaning = NAMES.get(name) ?? ubuntu(name) ?? numbered(name);
  return meaning === undefined ? undefined : [meaning, architecture];
}

function numbered(name: string): Meaning | undefined {
  const [, line, version = ''] = /^(debian|oracle|redhat|macos10)(\d{1,2})$/.exec(name) ?? [];
  if (line === 'debian') return release('debian', version);
  if (line === 'oracle') return release('ol', version);
  if (line === 'redhat') return release('rhel', version);
  return line === 'macos10' ? system(`macosx10.${version}`, 'darwin') : undefined;
}

/**
 * `Ubuntu22_LTS` is 22.04 and `Ubuntu22` 22.10. The two releases of an odd year shared one name until 2021; since then
 * the second has a 1 behind the year: `Ubuntu23` is 23.04, `Ubuntu231` 23.10.
 */
function ubuntu(name: string): Meaning | undefined {
  const [, year, second, lts] = /^ubuntu(\d\d)(1)?(_lts)?$/.exec(name) ?? [];
  if (year === undefined) return undefined;
  const odd = Number(year) % 2 === 1;
  if (lts !== undefined) return odd || second !== undefined ? undefined : release('ubuntu', `${year}.04`);
  if (!odd) return second === undefined ? release('ubuntu', `${year}.10`) : undefined;
  if (Number(year) > 21) return release('ubuntu', second === undefined ? `${year}.04` : `${year}.10`);
  if (second !== undefined) return undefined;
  return oneOf([`ubuntu${year}.04`, `ubuntu${year}.10`], 'linux', `both releases of Ubuntu ${year} have this name`);
}
