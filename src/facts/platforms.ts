/** Architectures and machine types: the vocabulary's names for them, and what QEMU and libvirt call them. */

export const ARCHITECTURES = [
  'x86_64',
  'i686',
  'aarch64',
  'armv7l',
  'ppc64le',
  'ppc64',
  's390x',
  'riscv64',
  'loongarch64',
] as const;

/** Architectures that QEMU has under another name than the vocabulary and libvirt: one emulator serves several. */
const QEMU_ARCHITECTURES: { readonly [architecture: string]: string } = {
  i686: 'i386',
  armv7l: 'arm',
  ppc64le: 'ppc64',
};

/** What QEMU calls an architecture, in the names of its emulators and in firmware descriptors. */
export function qemuArchitecture(architecture: string): string {
  return QEMU_ARCHITECTURES[architecture] ?? architecture;
}

/** Machine type families; a versioned name (`pc-q35-9.0`) is folded by `machineFamily`. */
export const MACHINE_FAMILIES = ['q35', 'i440fx', 'virt', 'pseries', 's390-ccw-virtio'] as const;

/** Versioned machine names (`pc-q35-9.0`, `pc-i440fx-rhel7.6.0`, `virt-8.2`): only a policy may pin one. */
const VERSIONED_MACHINE = /^(pc-q35|pc-i440fx|pc|virt|pseries|s390-ccw-virtio)-[a-z]*\d[A-Za-z0-9.]*$/;

export function isVersionedMachine(name: string): boolean {
  return VERSIONED_MACHINE.test(name);
}

/** Family of a machine name, versioned or not; undefined when it is none that we know. */
export function machineFamily(name: string): (typeof MACHINE_FAMILIES)[number] | undefined {
  if (name === 'pc') return 'i440fx';
  const known = MACHINE_FAMILIES.find((family) => family === name);
  if (known !== undefined) return known;
  const versioned = VERSIONED_MACHINE.exec(name)?.[1];
  if (versioned === undefined) return undefined;
  if (versioned === 'pc-q35') return 'q35';
  if (versioned === 'pc' || versioned === 'pc-i440fx') return 'i440fx';
  return MACHINE_FAMILIES.find((family) => family === versioned);
}

/** The name of a machine family in QEMU and libvirt; a versioned name is its own. */
export function machineName(machine: string): string {
  return machine === 'i440fx' ? 'pc' : machine;
}
