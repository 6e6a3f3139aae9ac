import type { Architecture } from '../../facts/index.ts';
import { type Meaning, nothing, oneOf, system } from './meaning.ts';
import { release } from './releases.ts';
import { windows } from './windows.ts';

const anyLinux = nothing('linux', 'it says Linux, not which one');
const noEntry = (name: string, family: string | null) => nothing(family, `libosinfo has no entry for ${name}`);

/**
 * Guest ids without `_64` and `Guest`, in lower case. VMware's names trail the products: `windows9` was chosen before
 * Windows 10 had its name, `windows2019srvNext` is Server 2022.
 */
const NAMES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['dos', system('msdos6.22', 'dos')],
  ['win31', windows('win3.1')],
  ['win95', windows('win95')],
  ['win98', windows('win98')],
  ['winme', windows('winme')],
  ['winnt', windows('winnt4.0')],
  ['winxphome', windows('winxp')],
  ['winxppro', windows('winxp')],
  ...['pro', 'serv', 'advserv'].map((edition) => [`win2000${edition}`, windows('win2k')] as const),
  ...['web', 'standard', 'enterprise', 'datacenter', 'business'].map(
    (edition) => [`winnet${edition}`, windows('win2k3')] as const,
  ),
  ['winvista', windows('winvista')],
  ['winlonghorn', windows('win2k8')],
  ['windows7', windows('win7')],
  ['windows7server', windows('win2k8r2')],
  ['windows8', oneOf(['win8', 'win8.1'], 'winnt', 'Windows 8 and 8.1 have this name')],
  ['windows8server', oneOf(['win2k12', 'win2k12r2'], 'winnt', 'Windows Server 2012 and 2012 R2 have this name')],
  ['windows9', windows('win10')],
  [
    'windows9server',
    oneOf(['win2k16', 'win2k19'], 'winnt', 'Windows Server 2016 and, in exports, 2019 have this name'),
  ],
  ['windows11', windows('win11')],
  ['windows12', noEntry('a Windows after 11', 'winnt')],
  ['windowshyperv', nothing('winnt', 'it says Hyper-V Server, not which one')],
  ['windows2019srv', windows('win2k19')],
  ['windows2019srvnext', windows('win2k22')],
  ['windows2022srvnext', windows('win2k25')],

  ['redhat', nothing('linux', 'it says Red Hat Linux, and is used for several systems')],
  ['rhel2', release('rhel', '2.1')],
  ['centos', nothing('linux', 'it says CentOS 4, 5 or later')],
  ['centos8', system('centos8', 'linux')],
  ['oraclelinux', nothing('linux', 'it says Oracle Linux 4, 5 or later')],
  ['rockylinux', release('rocky', null)],
  ['almalinux', release('almalinux', null)],
  ['miraclelinux', release('miraclelinux', null)],
  ['suse', nothing('linux', 'it says SUSE, enterprise or open')],
  ['opensuse', release('opensuse', null)],
  ['sles', release('sles', null)],
  ['fedora', release('fedora', null)],
  ['ubuntu', release('ubuntu', null)],
  ['mandrake', release('mandrake', null)],
  ['mandriva', release('mandriva', null)],
  ['coreos', nothing('linux', 'Fedora CoreOS, Flatcar, Red Hat CoreOS and the old CoreOS have this name')],
  ['vmwarephoton', noEntry('Photon OS', 'linux')],
  ...['amazonlinux2', 'amazonlinux3'].map((name) => [name, noEntry('Amazon Linux', 'linux')] as const),
  ...['nld9', 'oes', 'sjds', 'turbolinux', 'pardus', 'fusionos', 'prolinux', 'kylinlinux', 'crxpod1', 'crxsys1'].map(
    (name) => [name, noEntry('that Linux', 'linux')] as const,
  ),
  ...['other', 'other24x', 'other26x', 'other3x', 'other4x', 'other5x', 'other6x', 'other7x', 'generic'].map(
    (kind) => [`${kind}linux`, anyLinux] as const,
  ),

  ['freebsd', release('freebsd', null)],
  ...['9', '10', '11'].map((version) => [`solaris${version}`, release('solaris', version)] as const),
  ...['6', '7', '8'].map((version) => [`solaris${version}`, noEntry(`Solaris ${version}`, 'solaris')] as const),
  ...['4', '5', '6'].map((version) => [`netware${version}`, release('netware', version)] as const),
  ['darwin', system('macosx10.5', 'darwin')],
  ...['os2', 'ecomstation', 'ecomstation2'].map((name) => [name, noEntry('OS/2', null)] as const),
  ...['openserver5', 'openserver6', 'unixware7'].map((name) => [name, noEntry('SCO UNIX', null)] as const),
  ...['', '5', '6', '65', '7', '8', '9'].map(
    (version) => [`vmkernel${version}`, noEntry('VMware ESXi', null)] as const,
  ),
  ['other', nothing(null, 'it says nothing about the system')],
]);

/** Numbered lines: the distribution and its major release. */
const LINES: ReadonlyMap<string, string> = new Map([
  ['asianux', 'asianux'],
  ['debian', 'debian'],
  ['freebsd', 'freebsd'],
  ['oraclelinux', 'ol'],
  ['rhel', 'rhel'],
  ['sles', 'sles'],
]);

/** Ids that are 32-bit by name only. */
const WIDE = /^(?:other|generic|vmkernel|crx|windowshyperv)/;

/** The meaning of a `vmw:osType`, a guest id of the vSphere API; undefined when it is none. */
export function vmwareGuest(guestId: string): readonly [Meaning, Architecture | null] | undefined {
  const [, before, bits, after] = /^([a-z0-9]+?)(_?64)?guest(64)?$/.exec(guestId.toLowerCase()) ?? [];
  if (before === undefined) return undefined;
  const meaning = NAMES.get(before) ?? numbered(before);
  if (meaning === undefined) return undefined;
  if (bits !== undefined || after !== undefined) return [meaning, 'x86_64'];
  return [meaning, WIDE.test(before) ? null : 'i686'];
}

function numbered(name: string): Meaning | undefined {
  const [, line = '', major = ''] = /^([a-z]+)(\d{1,2})$/.exec(name) ?? [];
  if (line === 'darwin') return darwin(Number(major));
  if (line === 'centos') return release(Number(major) < 9 ? 'centos' : 'centos-stream', major);
  const distro = LINES.get(line);
  return distro === undefined ? undefined : release(distro, major);
}

/** Darwin 10 is Mac OS X 10.6, and Darwin 19 is macOS 10.15. */
function darwin(version: number): Meaning {
  return version >= 10 && version <= 19
    ? system(`macosx10.${version - 4}`, 'darwin')
    : noEntry('macOS after 10.15', 'darwin');
}
