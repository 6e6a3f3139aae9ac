import type { OsFirmware, OsProfile, OsResources } from '../facts/index.ts';

/**
 * Facts about some systems, inheritance already resolved: which devices each has drivers for, what firmware it is known
 * to boot with, what it needs. Names are libosinfo's, sizes MiB. Written for this program; where the database of
 * November 2022 (Debian 12) knows a system, a contract test holds the facts against it.
 */
interface Entry {
  readonly id: string;
  /** Never a moving alias such as ubuntu-lts-latest: it would mean another system next year. */
  readonly shortIds: readonly [string, ...string[]];
  readonly name: string;
  readonly version: string;
  readonly family: string;
  readonly distro: string | null;
  readonly devices: readonly string[];
  readonly firmware: readonly OsFirmware[];
  readonly resources: OsProfile['resources'];
}

const Q35 = 'qemu-x86-q35';
const XHCI = ['qemu-xhci', 'nec-xhci'] as const;
const HDA = ['ich9-hda', 'ich6', 'ac97'] as const;
/** Virtio 1.0 with the transitional (0.9) disk and network devices: the least that a current Linux has. */
const VIRTIO = [
  ...['virtio1.0-block', 'virtio-block', 'virtio1.0-net', 'virtio-net', 'virtio1.0-scsi', 'virtio1.0-rng'],
  ...['virtio1.0-balloon', 'virtio1.0-console', 'virtio1.0-input', 'virtio1.0-9p'],
] as const;
const VIRTIO_0_9 = ['virtio-scsi', 'virtio-rng', 'virtio-balloon', 'virtio-console', 'virtio-9p'] as const;
const LINUX = [Q35, ...XHCI, 'e1000e', 'tablet', ...VIRTIO] as const;

const DEBIAN = [...LINUX, ...VIRTIO_0_9, 'virtio1.0-gpu', 'virtio1.0-fs', 'qxl', ...HDA] as const;
const ALPINE = [...LINUX, ...VIRTIO_0_9, 'qxl', ...HDA] as const;
const UBUNTU = [...LINUX, 'ich9-hda'] as const;
const STREAM = [...LINUX, 'virtio-rng', 'virtio-console', 'qxl', ...HDA] as const;
const RHEL9 = [...STREAM, 'virtio1.0-gpu', 'virtio1.0-fs'] as const;
const FREEBSD = ['virtio-block', 'virtio-net', 'e1000', 'ne2k_pci'] as const;
const NT5 = ['e1000', 'tablet', 'qxl', 'vga', 'ac97'] as const;
const NT6 = [Q35, 'e1000e', 'e1000', 'tablet', 'qxl', 'vga', ...HDA] as const;
const NT10 = [...NT6, ...XHCI] as const;

function efi(...architectures: readonly string[]): readonly OsFirmware[] {
  return architectures.map((architecture) => ({ architecture, type: 'efi', supported: true, recommended: false }));
}

function needs(memoryMib: number, vcpus: number | null, storageMib: number | null): OsResources {
  return {
    memoryMib,
    ...(vcpus === null ? {} : { vcpus }),
    ...(storageMib === null ? {} : { storageMib }),
  };
}

function likes(memoryMib: number, storageMib: number): OsResources {
  return { memoryMib, storageMib };
}

const RHEL9_RESOURCES: OsProfile['resources'] = {
  all: { minimum: needs(1536, 1, 10240), recommended: likes(1536, 20480) },
  x86_64: {
    minimum: needs(1536, null, 10240),
    recommended: likes(1536, 20480),
    maximum: { memoryMib: 25165824, vcpus: 768 },
  },
  aarch64: {
    minimum: needs(2048, null, 10240),
    recommended: { storageMib: 20480 },
    maximum: { memoryMib: 1572864, vcpus: 256 },
  },
  ppc64le: {
    minimum: needs(2048, 1, 10240),
    recommended: likes(2048, 20480),
    maximum: { memoryMib: 33554432, vcpus: 768 },
  },
  s390x: {
    minimum: needs(1024, null, 10240),
    recommended: { storageMib: 20480 },
    maximum: { memoryMib: 16777216, vcpus: 340 },
  },
};

const DEBIAN_2022: OsProfile['resources'] = {
  all: { minimum: needs(1024, 1, 10240), recommended: likes(1024, 20480) },
};
const DEBIAN_2023: OsProfile['resources'] = {
  all: { minimum: needs(1024, 1, 10240), recommended: likes(2048, 20480) },
};

function debian(version: string, codename: string, resources: OsProfile['resources']): Entry {
  return {
    id: `http://debian.org/debian/${version}`,
    shortIds: [`debian${version}`, `debian${codename}`],
    name: `Debian ${version}`,
    version,
    family: 'linux',
    distro: 'debian',
    devices: DEBIAN,
    firmware: efi('x86_64', 'i686'),
    resources,
  };
}

function ubuntu(version: string, codename: string, rest: Pick<Entry, 'devices' | 'resources'>): Entry {
  return {
    id: `http://ubuntu.com/ubuntu/${version}`,
    shortIds: [`ubuntu${version}`, `ubuntu${codename}`],
    name: `Ubuntu ${version} LTS`,
    version,
    family: 'linux',
    distro: 'ubuntu',
    firmware: efi('x86_64'),
    ...rest,
  };
}

function fedora(version: string, minimum: OsResources, recommended: OsResources, devices: readonly string[]): Entry {
  return {
    id: `http://fedoraproject.org/fedora/${version}`,
    shortIds: [`fedora${version}`],
    name: `Fedora Linux ${version}`,
    version,
    family: 'linux',
    distro: 'fedora',
    devices,
    firmware: efi('x86_64', 'i686'),
    resources: { all: { minimum, recommended } },
  };
}

function rhel(version: string, devices: readonly string[]): Entry {
  return {
    id: `http://redhat.com/rhel/${version}`,
    shortIds: [`rhel${version}`],
    name: `Red Hat Enterprise Linux ${version}`,
    version,
    family: 'linux',
    distro: 'rhel',
    devices,
    firmware: efi('x86_64'),
    resources: RHEL9_RESOURCES,
  };
}

function freebsd(version: string): Entry {
  return {
    id: `http://freebsd.org/freebsd/${version}`,
    shortIds: [`freebsd${version}`],
    name: `FreeBSD ${version}`,
    version,
    family: 'freebsd',
    distro: 'freebsd',
    devices: FREEBSD,
    firmware: [],
    resources: {},
  };
}

function windows(
  release: string,
  name: string,
  version: string,
  devices: readonly string[],
  resources: OsProfile['resources'],
  firmware: readonly OsFirmware[] = [],
): Entry {
  return {
    id: `http://microsoft.com/win/${release}`,
    shortIds: [`win${release}`],
    name: `Microsoft Windows ${name}`,
    version,
    family: 'winnt',
    distro: 'win',
    devices,
    firmware,
    resources,
  };
}

const SERVER: OsProfile['resources'] = {
  x86_64: {
    minimum: needs(512, 1, 32768),
    recommended: likes(2048, 40960),
    maximum: { memoryMib: 25165824 },
  },
};

const ENTRIES: readonly Entry[] = [
  {
    id: 'http://alpinelinux.org/alpinelinux/3.20',
    shortIds: ['alpinelinux3.20'],
    name: 'Alpine Linux 3.20',
    version: '3.20',
    family: 'linux',
    distro: 'alpinelinux',
    devices: ALPINE,
    firmware: [],
    resources: {
      all: { minimum: needs(128, 1, 1024), recommended: needs(768, 1, 4096) },
    },
  },
  {
    id: 'http://centos.org/centos/6.10',
    shortIds: ['centos6.10'],
    name: 'CentOS 6.10',
    version: '6.10',
    family: 'linux',
    distro: 'centos',
    devices: [Q35, 'e1000e', 'tablet', 'virtio-block', 'virtio-net', 'virtio-console', 'ich9-hda', 'ich6'],
    firmware: efi('x86_64', 'i686'),
    resources: { all: { minimum: needs(512, 1, null), recommended: likes(1024, 9216) } },
  },
  {
    id: 'http://centos.org/centos-stream/9',
    shortIds: ['centos-stream9'],
    name: 'CentOS Stream 9',
    version: '9',
    family: 'linux',
    distro: 'centos',
    devices: STREAM,
    firmware: efi('x86_64'),
    resources: { all: { minimum: needs(1536, 1, 10240), recommended: likes(1536, 20480) } },
  },
  debian('11', 'bullseye', DEBIAN_2022),
  debian('12', 'bookworm', DEBIAN_2023),
  debian('13', 'trixie', DEBIAN_2023),
  fedora('37', needs(1024, 1, 10240), likes(2048, 20480), DEBIAN),
  fedora('41', needs(2048, 1, 15360), likes(4096, 20480), [...DEBIAN, 'virtio1.0-vsock', 'virtio1.0-mem']),
  freebsd('13.1'),
  freebsd('14.1'),
  {
    id: 'http://libosinfo.org/linux/2022',
    shortIds: ['linux2022'],
    name: 'Generic Linux 2022',
    version: '2022',
    family: 'linux',
    distro: null,
    devices: [...UBUNTU, 'virtio1.0-gpu'],
    firmware: efi('x86_64'),
    resources: { all: { minimum: needs(2048, 1, 10240), recommended: likes(4096, 25600) } },
  },
  rhel('9.1', RHEL9),
  rhel('9.4', [...RHEL9, 'virtio1.0-vsock', 'virtio1.0-mem']),
  // the database takes the virtio GPU of its ancestors back for 22.04 and gives it to 24.04 again
  ubuntu('22.04', 'jammy', {
    devices: UBUNTU,
    resources: { all: { minimum: needs(2048, 1, 10240), recommended: likes(4096, 25600) } },
  }),
  ubuntu('24.04', 'noble', {
    devices: [...UBUNTU, 'virtio1.0-gpu'],
    resources: { all: { minimum: needs(3072, 1, 20480), recommended: likes(4096, 25600) } },
  }),
  windows('xp', 'XP', '5.1', NT5, {
    i686: { minimum: needs(64, 1, 1536), recommended: likes(512, 10240) },
    x86_64: { minimum: needs(256, 1, 1536), recommended: likes(512, 10240) },
  }),
  windows('2k3', 'Server 2003', '5.2', NT5, {
    i686: { minimum: needs(128, 1, 2048), recommended: likes(256, 4096) },
    x86_64: {
      minimum: needs(512, 1, 4096),
      recommended: { storageMib: 8192 },
      maximum: { memoryMib: 1048576 },
    },
  }),
  windows('7', '7', '6.1', NT6, {
    i686: { minimum: needs(1024, 1, 16384) },
    x86_64: { minimum: needs(2048, 1, 20480), maximum: { memoryMib: 196608 } },
  }),
  windows('10', '10', '10.0', NT10, {
    i686: { minimum: needs(1024, 1, 16384) },
    x86_64: { minimum: needs(2048, 1, 20480), maximum: { memoryMib: 6291456 } },
  }),
  windows('11', '11', '11.0', NT10, { x86_64: { minimum: needs(4096, 2, 65536) } }, [
    ...efi('x86_64'),
    { architecture: 'x86_64', type: 'bios', supported: false, recommended: false },
  ]),
  windows('2k16', 'Server 2016', '10.0', NT10, SERVER),
  windows('2k19', 'Server 2019', '10.0', NT10, SERVER),
  windows('2k22', 'Server 2022', '10.0', NT10, SERVER),
];

const UNSAID = {
  vendor: null,
  codename: null,
  releaseStatus: 'released',
  releaseDate: null,
  eolDate: null,
  variants: [],
  drivers: [],
  images: [],
  trees: [],
} as const;

export const SNAPSHOT: readonly OsProfile[] = ENTRIES.map((entry) => ({
  ...entry,
  ...UNSAID,
  database: 'snapshot',
  pointer: `/${entry.shortIds[0]}`,
}));
