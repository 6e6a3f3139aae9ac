import type { Architecture } from '../../facts/index.ts';
import { eitherOf, type Meaning, nothing, oneOf, system } from './meaning.ts';
import { release } from './releases.ts';
import { windows } from './windows.ts';

/** Who wrote a code: codes above 111 differ between programs. `standard` is any that follows DMTF's list. */
export const CIM_PRODUCERS = ['vmware', 'virtualbox', 'ovirt', 'xenserver', 'powervc', 'standard'] as const;
export type CimProducer = (typeof CIM_PRODUCERS)[number];

const LISTS = ['standard', 'vmware', 'virtualbox', 'proxmox'] as const;
type List = (typeof LISTS)[number];

/** Codes whose meaning depends on the list. What Proxmox reads is one more way in which descriptors are meant. */
const BY_LIST: ReadonlyMap<number, Readonly<Partial<Record<List, readonly string[]>>>> = new Map([
  [
    112,
    {
      vmware: ['win2k12', 'win2k12r2', 'win2k16', 'win2k19'],
      virtualbox: ['win2k12', 'win2k12r2'],
      proxmox: ['win2k12'],
    },
  ],
  [113, { standard: ['win2k12'], vmware: ['win8', 'win8.1', 'win10'], virtualbox: ['win8'], proxmox: ['win8'] }],
  [114, { standard: ['win8'], vmware: ['win8', 'win8.1', 'win10'], virtualbox: ['win8'], proxmox: ['win8'] }],
  [115, { standard: ['win8'], vmware: ['win2k12r2'], virtualbox: ['win2k12r2'], proxmox: ['win2k12r2'] }],
  [116, { standard: ['win2k12r2'], virtualbox: ['win8.1'], proxmox: ['win2k16'] }],
  [117, { standard: ['win2k16'], virtualbox: ['win8.1'], proxmox: ['win8.1'] }],
  [118, { standard: ['win8.1'], virtualbox: ['win2k16', 'win2k19'], proxmox: ['win8.1'] }],
  [119, { standard: ['win8.1'], virtualbox: ['win10'], proxmox: ['win10'] }],
  [120, { standard: ['win10'], virtualbox: ['win10'], proxmox: ['win10'] }],
  [121, { standard: ['win10'], proxmox: ['win2k19'] }],
  // no text of DMTF's was found for it; oVirt reads it so
  [122, { standard: ['win2k19'], proxmox: ['win11'] }],
]);

const WINDOWS: ReadonlyMap<number, string> = new Map([
  [15, 'win3.1'],
  [16, 'win95'],
  [17, 'win98'],
  [58, 'win2k'],
  [63, 'winme'],
  [67, 'winxp'],
  [69, 'win2k3'],
  [70, 'win2k3'],
  [71, 'winxp'],
  [72, 'winxp'],
  [73, 'winvista'],
  [74, 'winvista'],
  [75, 'winxp'],
  [76, 'win2k8'],
  [77, 'win2k8'],
  [103, 'win2k8r2'],
  [105, 'win7'],
]);

/** Codes for a distribution whose release stands in `ovf:version`, if anywhere. */
const DISTROS: ReadonlyMap<number, string> = new Map([
  [21, 'netware'],
  [29, 'solaris'],
  [42, 'freebsd'],
  [43, 'netbsd'],
  [65, 'openbsd'],
  [78, 'freebsd'],
  [81, 'solaris'],
  [84, 'sles'],
  [85, 'sles'],
  [89, 'mandriva'],
  [90, 'mandriva'],
  [93, 'ubuntu'],
  [94, 'ubuntu'],
  [95, 'debian'],
  [96, 'debian'],
  [108, 'ol'],
  [109, 'ol'],
]);

const LINUX: readonly number[] = [36, 82, 83, 86, 87, 88, 91, 92, 97, 98, 99, 100, 101];
const RHEL: readonly number[] = [79, 80];
const CENTOS: readonly number[] = [106, 107];

/** Codes of x86_64 guests. PowerVC uses those of Linux for ppc64le. */
const WIDE: readonly number[] = [70, 71, 74, 77, 78, 80, 81, 83, 85, 90, 92, 94, 96, 98, 100, 101, 102, 103, 107, 109];
const NARROW: readonly number[] = [14, 15, 16, 17, 58, 63, 106, 108];

/** The meaning of a code of CIM_OperatingSystem.OSType as somebody wrote it; undefined when it has none. */
export function cimCode(
  id: number,
  version: string | null,
  producer: CimProducer | null,
): readonly [Meaning, Architecture | null] | undefined {
  const meaning = disputed(id, producer) ?? vendors(id, producer) ?? plain(id, version);
  return meaning === undefined ? undefined : [meaning, architectureOf(id, producer)];
}

function architectureOf(id: number, producer: CimProducer | null): Architecture | null {
  if (WIDE.includes(id)) return producer === 'powervc' ? null : 'x86_64';
  return NARROW.includes(id) ? 'i686' : null;
}

function disputed(id: number, producer: CimProducer | null): Meaning | undefined {
  const lists = BY_LIST.get(id);
  if (lists === undefined) return undefined;
  if (producer === null) {
    const systems = [...new Set(LISTS.flatMap((list) => lists[list] ?? []))];
    const [first = ''] = systems;
    return systems.length === 1
      ? windows(first)
      : eitherOf(
          systems,
          'winnt',
          'the code means different systems to different programs, and the writer is not known',
        );
  }
  const list = producer === 'vmware' || producer === 'virtualbox' ? producer : 'standard';
  const [first, ...others] = lists[list] ?? [];
  if (first === undefined) return nothing('winnt', 'the program that wrote the code has no meaning for it');
  return others.length === 0
    ? windows(first)
    : oneOf([first, ...others], 'winnt', 'the program that wrote it uses the code for several systems');
}

/** Codes that some programs write for more than they mean. */
function vendors(id: number, producer: CimProducer | null): Meaning | undefined {
  if (producer === 'vmware' && (id === 73 || id === 74)) {
    const reason = 'VMware writes the code for everything from Vista to Server 2008 R2';
    return eitherOf(['winvista', 'win2k8', 'win7', 'win2k8r2'], 'winnt', reason);
  }
  if (producer === 'virtualbox' && id === 77) {
    return oneOf(['win2k8', 'win2k8r2'], 'winnt', 'VirtualBox writes the code for Server 2008 and 2008 R2');
  }
  return undefined;
}

function plain(id: number, version: string | null): Meaning | undefined {
  const shortId = WINDOWS.get(id);
  if (shortId !== undefined) return windows(shortId);
  if (id === 14) return system('msdos6.22', 'dos');
  if (LINUX.includes(id)) return nothing('linux', 'it says Linux, not which one');
  if (RHEL.includes(id)) return rebuilds(version);
  if (CENTOS.includes(id)) return centos(version);
  const distro = DISTROS.get(id);
  if (distro !== undefined) return release(distro, version);
  return other(id);
}

function other(id: number): Meaning | undefined {
  if (id === 0 || id === 1 || id === 66 || id === 102) return nothing(null, 'it says nothing about the system');
  if (id === 2) return nothing('darwin', 'it says macOS, not which one');
  if (id === 18) return nothing('winnt', 'it says Windows NT, not which one');
  if (id === 44) return nothing('hurd', 'it says GNU Hurd, not which one');
  if (id === 111) return nothing('winnt', 'libosinfo has no entry for Windows Server 2011');
  if (id === 125) return nothing('linux', 'libosinfo has no entry for Red Hat Enterprise Linux CoreOS');
  if (id === 123) return nothing('winnt', 'no standard gives the code a meaning; Proxmox reads it as Server 2022');
  return Number.isInteger(id) && id >= 3 && id <= 110
    ? nothing(null, 'libosinfo has no entry for the system of that code')
    : undefined;
}

/** The code of Red Hat Enterprise Linux is also written for its rebuilds, so only the major release counts. */
function rebuilds(version: string | null): Meaning {
  const [major] = /^\d{1,2}(?=$|\.)/.exec(version ?? '') ?? [];
  return release('rhel', major ?? null);
}

function centos(version: string | null): Meaning {
  if (version === '8') {
    return eitherOf(['centos8', 'centos-stream8'], 'linux', 'CentOS Linux 8 and CentOS Stream 8 both say 8');
  }
  return release(/^(?:9|1\d)$/.test(version ?? '') ? 'centos-stream' : 'centos', version);
}
