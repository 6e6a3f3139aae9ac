import { type Key, machineFamily, type Value } from '../facts/index.ts';

/**
 * What cannot go together, whoever wants it. Each row names the keys it looks at, gives the reason a person would
 * give, and holds for every combination it does not know to fail. Sources: libvirt and qemu as measured, see the
 * facts page of libvirt.
 */
export interface CompatibilityRow {
  readonly id: string;
  readonly keys: readonly Key[];
  readonly reason: string;
  /** The row concerns disks that are booted from only. */
  readonly boot?: true;
  /** A flag or a policy `set` on one of the keys settles it against the row. */
  readonly yields?: true;
  /** Values in the order of `keys`; undefined where nobody decides that key. */
  readonly holds: (...values: readonly (Value | undefined)[]) => boolean;
}

const X86 = ['x86_64', 'i686'];
const POWER = ['ppc64', 'ppc64le'];
const USB = ['qemu-xhci', 'nec-xhci', 'ich9-ehci1', 'piix3-uhci'];
const WITH_UEFI = [...X86, 'aarch64', 'armv7l', 'riscv64', 'loongarch64'];

const MACHINES_OF: { readonly [architecture: string]: readonly string[] } = {
  x86_64: ['q35', 'i440fx'],
  i686: ['q35', 'i440fx'],
  aarch64: ['virt'],
  armv7l: ['virt'],
  riscv64: ['virt'],
  loongarch64: ['virt'],
  ppc64: ['pseries'],
  ppc64le: ['pseries'],
  s390x: ['s390-ccw-virtio'],
};

const among = (value: Value | undefined, list: readonly Value[]): boolean =>
  value === undefined || list.includes(value);
const family = (machine: Value | undefined): string | undefined =>
  machine === undefined ? undefined : machineFamily(String(machine));

/** `when` one value is chosen, the other key must be among those listed (or undecided). */
function implies(
  id: string,
  key: Key,
  values: readonly Value[],
  other: Key,
  allowed: readonly Value[],
  reason: string,
): CompatibilityRow {
  return {
    id,
    keys: [key, other],
    reason,
    holds: (value, otherValue) => {
      if (value === undefined || !values.includes(value)) return true;
      return among(other === 'machine' ? family(otherValue) : otherValue, allowed);
    },
  };
}

/** vCPUs of `sockets:cores:threads`. */
export function topologyProduct(topology: Value): number {
  return String(topology)
    .split(':')
    .reduce((product, part) => product * Number(part), 1);
}

export const COMPATIBILITY: readonly CompatibilityRow[] = [
  {
    id: 'machine-of-architecture',
    keys: ['architecture', 'machine'],
    reason: 'the machine type does not exist for that architecture',
    holds: (architecture, machine) =>
      architecture === undefined ||
      machine === undefined ||
      (MACHINES_OF[String(architecture)] ?? []).includes(family(machine) ?? ''),
  },
  implies('bios-is-x86', 'firmware', ['bios'], 'architecture', X86, 'only x86 machines have a BIOS'),
  implies(
    'uefi-architecture',
    'firmware',
    ['uefi'],
    'architecture',
    WITH_UEFI,
    'there is no UEFI firmware for that architecture',
  ),
  implies('secure-boot-needs-uefi', 'secure-boot', [true], 'firmware', ['uefi'], 'Secure Boot is a function of UEFI'),
  {
    id: 'secure-boot-needs-q35',
    keys: ['secure-boot', 'architecture', 'machine'],
    reason: 'on x86, enforced Secure Boot needs SMM, which only q35 has',
    holds: (secureBoot, architecture, machine) =>
      secureBoot !== true ||
      architecture === undefined ||
      !X86.includes(String(architecture)) ||
      among(family(machine), ['q35']),
  },
  implies(
    'secure-boot-architecture',
    'secure-boot',
    [true],
    'architecture',
    ['x86_64', 'i686', 'aarch64'],
    'there is no Secure Boot firmware for that architecture',
  ),
  implies(
    'enrolled-keys-need-secure-boot',
    'enrolled-keys',
    [true],
    'secure-boot',
    [true],
    'libvirt refuses enrolled keys without Secure Boot',
  ),
  implies('no-ide-disk', 'disk-bus', ['ide'], 'machine', ['i440fx'], 'only i440fx has an IDE controller'),
  implies('no-ide-cdrom', 'cdrom-bus', ['ide'], 'machine', ['i440fx'], 'only i440fx has an IDE controller'),
  {
    id: 's390-disk-bus',
    keys: ['architecture', 'disk-bus'],
    reason: 's390x has neither SATA, IDE nor USB',
    holds: (architecture, bus) => architecture !== 's390x' || among(bus, ['virtio', 'scsi']),
  },
  {
    id: 's390-cdrom-bus',
    keys: ['architecture', 'cdrom-bus'],
    reason: 's390x has neither SATA, IDE nor USB',
    holds: (architecture, bus) => architecture !== 's390x' || among(bus, ['scsi']),
  },
  implies('usb-disk-needs-usb', 'disk-bus', ['usb'], 'usb-controller', USB, 'a USB disk needs a USB controller'),
  implies('usb-input-needs-usb', 'input-bus', ['usb'], 'usb-controller', USB, 'a USB pointer needs a USB controller'),
  {
    id: 's390-usb',
    keys: ['architecture', 'usb-controller'],
    reason: 's390x has no USB',
    holds: (architecture, usb) => architecture !== 's390x' || among(usb, ['none']),
  },
  implies('ps2-is-x86', 'input-bus', ['ps2'], 'architecture', X86, 'only x86 machines have PS/2 ports'),
  {
    id: 'uefi-scsi-boot',
    keys: ['firmware', 'scsi-model', 'disk-bus'],
    boot: true,
    reason: 'UEFI firmware has no driver for that SCSI controller, so it never reaches the loader',
    holds: (firmware, model, bus) => firmware !== 'uefi' || bus !== 'scsi' || among(model, ['virtio-scsi']),
  },
  {
    id: 'arm-sata-boot',
    keys: ['architecture', 'disk-bus'],
    boot: true,
    reason: 'the UEFI firmware of that architecture has no SATA driver, so it never reaches the loader',
    holds: (architecture, bus) =>
      !['aarch64', 'armv7l', 'riscv64', 'loongarch64'].includes(String(architecture)) || bus !== 'sata',
  },
  {
    id: 'tpm-crb',
    keys: ['tpm', 'tpm-model', 'architecture'],
    reason: 'tpm-crb exists for TPM 2.0 on x86 only',
    holds: (tpm, model, architecture) =>
      tpm === 'none' || model !== 'tpm-crb' || (among(tpm, ['2.0']) && among(architecture, X86)),
  },
  {
    id: 'tpm-spapr-is-pseries',
    keys: ['tpm', 'tpm-model', 'architecture'],
    reason: 'tpm-spapr exists on pseries only, and is the only model there',
    holds: (tpm, model, architecture) =>
      tpm === 'none' ||
      model === undefined ||
      architecture === undefined ||
      (model === 'tpm-spapr') === POWER.includes(String(architecture)),
  },
  {
    id: 'no-tpm-on-s390',
    keys: ['architecture', 'tpm'],
    reason: 's390x has no emulated TPM',
    holds: (architecture, tpm) => architecture !== 's390x' || among(tpm, ['none']),
  },
  implies('hyperv-is-x86', 'hyperv', [true], 'architecture', X86, 'Hyper-V enlightenments exist on x86 only'),
  implies(
    'qxl-is-x86',
    'video-model',
    ['qxl', 'cirrus', 'vmvga'],
    'architecture',
    X86,
    'that adapter exists on x86 only',
  ),
  implies(
    'vga-architecture',
    'video-model',
    ['vga'],
    'architecture',
    [...X86, 'ppc64', 'ppc64le'],
    'a VGA adapter does not work on that architecture',
  ),
  {
    id: 's390-video',
    keys: ['architecture', 'video-model'],
    reason: 's390x has no other adapter than virtio',
    holds: (architecture, video) => architecture !== 's390x' || among(video, ['virtio', 'none']),
  },
  {
    id: 's390-nic',
    keys: ['architecture', 'nic-model'],
    reason: 's390x has no other network card than virtio',
    holds: (architecture, model) => architecture !== 's390x' || among(model, ['virtio']),
  },
  implies(
    'spapr-vlan-is-pseries',
    'nic-model',
    ['spapr-vlan'],
    'architecture',
    POWER,
    'spapr-vlan exists on pseries only',
  ),
  implies('sb16-is-isa', 'sound-model', ['sb16'], 'architecture', X86, 'sb16 is an ISA device'),
  implies(
    'usb-sound-needs-usb',
    'sound-model',
    ['usb'],
    'usb-controller',
    USB,
    'a USB sound device needs a USB controller',
  ),
  implies('usb-cdrom-needs-usb', 'cdrom-bus', ['usb'], 'usb-controller', USB, 'a USB drive needs a USB controller'),
  implies('ibmvscsi-is-pseries', 'scsi-model', ['ibmvscsi'], 'architecture', POWER, 'ibmvscsi exists on pseries only'),
  {
    id: 'disk-target-of-bus',
    keys: ['disk-target', 'disk-bus'],
    reason: 'target names tell the bus: vd is virtio, hd is ide, sd is everything else',
    holds: (target, bus) => {
      if (target === undefined || bus === undefined) return true;
      const prefix = bus === 'virtio' ? 'vd' : bus === 'ide' ? 'hd' : 'sd';
      return String(target).startsWith(prefix);
    },
  },
  {
    id: 'x86-vcpus',
    keys: ['architecture', 'vcpus'],
    reason: 'more than 255 vCPUs need an interrupt-remapping IOMMU, which no plan has',
    holds: (architecture, vcpus) => !X86.includes(String(architecture)) || Number(vcpus ?? 0) <= 255,
  },
  {
    id: 'secure-boot-needs-keys',
    keys: ['secure-boot', 'enrolled-keys'],
    yields: true,
    reason: 'Secure Boot without enrolled keys enforces nothing',
    holds: (secureBoot, keys) => secureBoot !== true || keys !== false,
  },
  implies('ib700-is-isa', 'watchdog', ['ib700'], 'architecture', X86, 'ib700 is an ISA device'),
  implies('diag288-is-s390', 'watchdog', ['diag288'], 'architecture', ['s390x'], 'diag288 is an s390x instruction'),
  {
    id: 's390-watchdog',
    keys: ['architecture', 'watchdog'],
    reason: 's390x has no other watchdog than diag288',
    holds: (architecture, watchdog) => architecture !== 's390x' || among(watchdog, ['none', 'diag288']),
  },
  {
    id: 'confidential-computing-needs-kvm',
    keys: ['launch-security', 'virt-type'],
    reason: 'confidential computing is done by the processor, not by emulation',
    holds: (security, virtType) => security === undefined || security === 'none' || among(virtType, ['kvm']),
  },
  {
    id: 'x86-confidential-computing',
    keys: ['launch-security', 'architecture', 'machine', 'firmware'],
    reason: 'SEV and TDX need x86_64, q35 and UEFI',
    holds: (security, architecture, machine, firmware) =>
      !['sev', 'sev-snp', 'tdx'].includes(String(security)) ||
      (among(architecture, ['x86_64']) && among(family(machine), ['q35']) && among(firmware, ['uefi'])),
  },
  implies(
    's390-pv-is-s390',
    'launch-security',
    ['s390-pv'],
    'architecture',
    ['s390x'],
    'Secure Execution exists on s390x only',
  ),
  implies(
    'passthrough-needs-kvm',
    'cpu-mode',
    ['host-passthrough'],
    'virt-type',
    ['kvm'],
    'emulation cannot pass the host processor through',
  ),
  implies(
    'host-model-architecture',
    'cpu-mode',
    ['host-model'],
    'architecture',
    [...X86, 'ppc64', 'ppc64le', 's390x'],
    'libvirt has no host-model for that architecture',
  ),
  implies(
    'maximum-architecture',
    'cpu-mode',
    ['maximum'],
    'architecture',
    [...X86, 'aarch64', 'armv7l', 's390x', 'riscv64', 'loongarch64'],
    'QEMU has no maximum processor for POWER',
  ),
  {
    id: 'topology-product',
    keys: ['cpu-topology', 'vcpus'],
    reason: 'sockets x cores x threads must be the number of vCPUs',
    holds: (topology, vcpus) => topology === undefined || vcpus === undefined || topologyProduct(topology) === vcpus,
  },
];
