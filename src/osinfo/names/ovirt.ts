import type { Architecture } from '../../facts/index.ts';
import { type Meaning, nothing, oneOf } from './meaning.ts';
import { release } from './releases.ts';
import { windows } from './windows.ts';

interface Type {
  readonly id: number;
  /** The name of the type, and what engines before 3.3 called it. */
  readonly names: readonly string[];
  readonly meaning: Meaning;
  readonly architecture: Architecture | null;
}

function type(
  id: number,
  names: string | readonly string[],
  meaning: Meaning,
  architecture: Architecture | null = 'x86_64',
): Type {
  return { id, names: typeof names === 'string' ? [names] : names, meaning, architecture };
}

const anything = nothing(null, 'it says nothing about the system');
const anyLinux = nothing('linux', 'it says Linux, not which one');
const rhel = (version: string) => release('rhel', version);
const ubuntu = (version: string) => release('ubuntu', version);
/** oVirt keeps a type for later releases too. */
const orLater = (shortId: string, family: string, name: string) =>
  oneOf([shortId], family, `it is used for ${name} and what came later`);

/** What an engine calls its guests, by number (in the OVA) and by name (in export domains). */
const TYPES: readonly Type[] = [
  type(0, ['other', 'Unassigned'], anything, null),
  type(1, ['windows_xp', 'WindowsXP'], windows('winxp'), 'i686'),
  type(3, ['windows_2003', 'Windows2003'], windows('win2k3'), 'i686'),
  type(4, ['windows_2008', 'Windows2008'], windows('win2k8'), 'i686'),
  type(5, ['other_linux', 'OtherLinux'], anyLinux, null),
  type(7, ['rhel_5', 'RHEL5'], rhel('5'), 'i686'),
  type(8, ['rhel_4', 'RHEL4'], rhel('4'), 'i686'),
  type(9, ['rhel_3', 'RHEL3', 'REHL3'], rhel('3'), 'i686'),
  type(10, ['windows_2003x64', 'Windows2003x64'], windows('win2k3')),
  type(11, ['windows_7', 'Windows7'], windows('win7'), 'i686'),
  type(12, ['windows_7x64', 'Windows7x64'], windows('win7')),
  type(13, ['rhel_5x64', 'RHEL5x64'], rhel('5')),
  type(14, ['rhel_4x64', 'RHEL4x64'], rhel('4')),
  type(15, ['rhel_3x64', 'RHEL3x64'], rhel('3')),
  type(16, ['windows_2008x64', 'Windows2008x64'], windows('win2k8')),
  type(17, ['windows_2008R2x64', 'Windows2008R2x64'], windows('win2k8r2')),
  type(18, ['rhel_6', 'RHEL6'], rhel('6'), 'i686'),
  type(19, ['rhel_6x64', 'RHEL6x64'], rhel('6')),
  type(20, ['windows_8', 'Windows8'], orLater('win8', 'winnt', 'Windows 8'), 'i686'),
  type(21, ['windows_8x64', 'Windows8x64'], orLater('win8', 'winnt', 'Windows 8')),
  type(23, ['windows_2012x64', 'Windows2012x64'], windows('win2k12')),
  type(24, 'rhel_7x64', rhel('7')),
  type(25, 'windows_2012R2x64', windows('win2k12r2')),
  type(26, 'windows_10', windows('win10'), 'i686'),
  type(27, 'windows_10x64', windows('win10')),
  type(28, 'rhel_atomic7x64', {
    family: 'linux',
    lines: ['rhel-atomic-7'],
    guess: true,
    reason: 'it does not say which Red Hat Atomic 7',
  }),
  type(29, 'windows_2016x64', windows('win2k16')),
  type(30, 'rhel_8x64', rhel('8')),
  type(31, 'windows_2019x64', windows('win2k19')),
  type(33, 'other_linux_kernel_4', anyLinux),
  type(34, 'rhel_9x64', rhel('9')),
  type(35, 'rhcos_x64', nothing('linux', 'libosinfo has no entry for Red Hat Enterprise Linux CoreOS')),
  type(36, 'windows_11', windows('win11')),
  type(37, 'windows_2022', windows('win2k22')),
  type(38, 'windows_2025', windows('win2k25')),
  type(39, 'rhel_10x64', rhel('10')),
  type(1001, 'other_ppc64', anything, null),
  type(1002, 'other_linux_ppc64', anyLinux, null),
  type(1003, 'rhel_6_ppc64', rhel('6'), 'ppc64'),
  type(1004, 'sles_11_ppc64', release('sles', '11'), 'ppc64'),
  type(1005, 'ubuntu_14_04_ppc64', orLater('ubuntu14.04', 'linux', 'Ubuntu 14.04'), 'ppc64le'),
  type(1006, 'rhel_7_ppc64', rhel('7'), null),
  type(1007, 'rhel_6_9_plus_ppc64', rhel('6'), 'ppc64'),
  type(1008, 'rhel_8_ppc64', rhel('8'), 'ppc64le'),
  type(1009, 'rhel_9_ppc64', rhel('9'), 'ppc64le'),
  type(1193, 'sles_11', orLater('sles11', 'linux', 'SLES 11'), null),
  type(1252, 'ubuntu_12_04', ubuntu('12.04'), null),
  type(1253, 'ubuntu_12_10', ubuntu('12.10'), null),
  type(1254, 'ubuntu_13_04', ubuntu('13.04'), null),
  type(1255, 'ubuntu_13_10', ubuntu('13.10'), null),
  type(1256, 'ubuntu_14_04', orLater('ubuntu14.04', 'linux', 'Ubuntu 14.04'), null),
  type(1257, 'ubuntu_18_04', orLater('ubuntu18.04', 'linux', 'Ubuntu 18.04'), null),
  type(1300, 'debian_7', orLater('debian7', 'linux', 'Debian 7'), null),
  type(1301, 'debian_9', orLater('debian9', 'linux', 'Debian 9'), null),
  type(1500, 'freebsd', orLater('freebsd9.2', 'freebsd', 'FreeBSD 9.2'), 'i686'),
  type(1501, 'freebsdx64', orLater('freebsd9.2', 'freebsd', 'FreeBSD 9.2')),
  type(2001, 'other_s390x', anything, 's390x'),
  type(2002, 'other_linux_s390x', anyLinux, 's390x'),
  type(2003, 'rhel_7_s390x', rhel('7'), 's390x'),
  type(2004, 'sles_12_s390x', release('sles', '12'), 's390x'),
  type(2005, 'ubuntu_16_04_s390x', orLater('ubuntu16.04', 'linux', 'Ubuntu 16.04'), 's390x'),
];

const BY_ID: ReadonlyMap<string, Type> = new Map(TYPES.map((of) => [String(of.id), of]));
const BY_NAME: ReadonlyMap<string, Type> = new Map(
  TYPES.flatMap((of) => of.names.map((name) => [name.toLowerCase(), of] as const)),
);

/**
 * The meaning of an oVirt OS type, a number or a name; undefined when it is none. Engines can be given further types,
 * which mean something there only (Oracle's has 5001 to 5007).
 */
export function ovirtType(osType: number | string): readonly [Meaning, Architecture | null] | undefined {
  const found = BY_ID.get(String(osType)) ?? BY_NAME.get(String(osType).toLowerCase());
  return found === undefined ? undefined : [found.meaning, found.architecture];
}
