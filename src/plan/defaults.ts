import { type HostCapabilities, type Key, type Value, type Vote, vote } from '../facts/index.ts';
import { defaultPlacement, type Storage } from './placement.ts';

/**
 * What is written when nobody votes (contract, section 3). Every list is ordered: the first value is the default, the
 * others are what it falls back to where the first does not fit.
 */
function votesOf(lists: Partial<Record<Key, readonly Value[]>>): Vote[] {
  return Object.entries(lists).map(([key, values]) =>
    vote({ key: key as Key, strength: 'recommended', values, origin: 'default' }),
  );
}

/** Defaults of the keys that are settled first. A host that was named decides whether it is kvm or emulation. */
export function settlingDefaults(host: HostCapabilities | null): Vote[] {
  const types = new Set([
    ...(host?.domains ?? []).map((domain) => domain.virtType as string),
    ...(host?.guests ?? []).flatMap((guest) => guest.virtTypes),
  ]);
  const offered = ['kvm', 'qemu'].filter((type) => types.has(type));
  return votesOf({ architecture: ['x86_64'], 'virt-type': offered.length === 0 ? ['kvm'] : offered });
}

export interface Settled {
  readonly architecture: string;
  readonly virtType: string;
  readonly disks: readonly Storage[];
  /** Numbers of vCPUs that somebody's CPU topology multiplies to. */
  readonly topologies: readonly number[];
}

const X86 = ['x86_64', 'i686'];
const POWER = ['ppc64', 'ppc64le'];

function machinesFor(architecture: string): readonly string[] {
  if (X86.includes(architecture)) return ['q35', 'i440fx'];
  if (POWER.includes(architecture)) return ['pseries'];
  return architecture === 's390x' ? ['s390-ccw-virtio'] : ['virt'];
}

/** pseries and s390x boot through firmware of their own that nobody chooses. */
function firmwareFor(architecture: string): readonly string[] | undefined {
  if (X86.includes(architecture)) return ['bios', 'uefi'];
  return POWER.includes(architecture) || architecture === 's390x' ? undefined : ['uefi'];
}

function tpmModelsFor(architecture: string): readonly string[] | undefined {
  if (X86.includes(architecture)) return ['tpm-crb', 'tpm-tis'];
  if (architecture === 's390x') return undefined;
  return POWER.includes(architecture) ? ['tpm-spapr'] : ['tpm-tis'];
}

/**
 * QEMU emulates no `maximum` processor for POWER, and for riscv64 only since 8.2: there the machine's own default is
 * taken, which nobody writes.
 */
function cpuModesFor(architecture: string, virtType: string): readonly string[] | undefined {
  if (virtType === 'kvm') return ['host-model', 'host-passthrough'];
  return POWER.includes(architecture) || architecture === 'riscv64' ? undefined : ['maximum', 'host-model'];
}

/** Defaults of everything else, for the architecture and virtualisation type that were settled. */
export function defaults(settled: Settled): Vote[] {
  const { architecture } = settled;
  const x86 = X86.includes(architecture);
  const s390 = architecture === 's390x';
  const firmware = firmwareFor(architecture);
  const tpmModels = tpmModelsFor(architecture);
  const cpuModes = cpuModesFor(architecture, settled.virtType);
  const placement = settled.disks.map((disk) =>
    vote({
      key: 'disk-placement',
      subject: disk.id,
      strength: 'recommended',
      values: [defaultPlacement(disk)],
      origin: 'default',
    }),
  );
  const lists = votesOf({
    machine: machinesFor(architecture),
    ...(firmware === undefined ? {} : { firmware }),
    'secure-boot': [false, true],
    // true comes first: Secure Boot without keys would not be enforced, and without Secure Boot true does not fit
    'enrolled-keys': [true, false],
    tpm: ['none', '2.0', '1.2'],
    ...(tpmModels === undefined ? {} : { 'tpm-model': tpmModels }),
    'memory-mib': [2048],
    // a topology that somebody asks for brings its number with it
    vcpus: [...new Set([2, ...settled.topologies])],
    ...(cpuModes === undefined ? {} : { 'cpu-mode': cpuModes }),
    // never usb: hardly any guest boots from it unless somebody knows that it does
    'disk-bus': ['virtio', 'sata', 'scsi', 'ide'],
    'scsi-model': ['virtio-scsi', 'lsilogic'],
    // ide before sata: it fits only where a machine has it, and there it is what old systems can read
    // UEFI on arm has no SATA driver
    'cdrom-bus': x86 ? ['ide', 'sata', 'scsi', 'usb'] : ['scsi', 'usb', 'sata'],
    'nic-model': ['virtio', 'e1000e', 'e1000', 'rtl8139'],
    network: ['default'],
    'video-model': ['virtio', 'vga', 'bochs'],
    graphics: ['vnc', 'spice', 'none'],
    'sound-model': ['none', ...(x86 ? ['ich9', 'ich6', 'ac97'] : ['usb'])],
    rng: ['virtio', 'none'],
    'guest-agent': [false, true],
    memballoon: ['virtio', 'none'],
    'usb-controller': s390 ? ['none'] : ['qemu-xhci', 'ich9-ehci1', 'piix3-uhci', 'none'],
    'input-bus': s390 ? ['virtio'] : ['usb', 'virtio', 'ps2'],
    watchdog: ['none', s390 ? 'diag288' : 'i6300esb'],
    serial: [true, false],
    'clock-offset': ['utc', 'localtime'],
    hyperv: [false, true],
    'launch-security': ['none'],
  });
  return [...lists, ...placement];
}
