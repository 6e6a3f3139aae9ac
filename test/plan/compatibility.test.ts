import { describe, expect, it } from 'vitest';
import { keySpec, parseValue, type Value } from '../../src/facts/index.ts';
import { COMPATIBILITY } from '../../src/plan/compatibility.ts';

type Combination = readonly (Value | undefined)[];

/** By row: combinations in the order of its keys that go together, and that do not. */
const CASES: {
  readonly [id: string]: { readonly fits: readonly Combination[]; readonly breaks: readonly Combination[] };
} = {
  'machine-of-architecture': {
    fits: [
      ['x86_64', 'q35'],
      ['x86_64', 'pc-q35-9.0'],
      ['aarch64', 'virt'],
      ['s390x', 's390-ccw-virtio'],
    ],
    breaks: [
      ['x86_64', 'virt'],
      ['aarch64', 'q35'],
      ['ppc64le', 'virt'],
    ],
  },
  'bios-is-x86': {
    fits: [
      ['bios', 'i686'],
      ['uefi', 'aarch64'],
    ],
    breaks: [['bios', 'aarch64']],
  },
  'uefi-architecture': {
    fits: [['uefi', 'riscv64']],
    breaks: [
      ['uefi', 'ppc64le'],
      ['uefi', 's390x'],
    ],
  },
  'secure-boot-needs-uefi': {
    fits: [
      [true, 'uefi'],
      [false, 'bios'],
    ],
    breaks: [[true, 'bios']],
  },
  'secure-boot-needs-q35': {
    fits: [
      [true, 'x86_64', 'q35'],
      [true, 'aarch64', 'virt'],
      [false, 'x86_64', 'i440fx'],
    ],
    breaks: [
      [true, 'x86_64', 'i440fx'],
      [true, 'i686', 'pc-i440fx-7.2'],
    ],
  },
  'secure-boot-architecture': { fits: [[true, 'aarch64']], breaks: [[true, 'riscv64']] },
  'enrolled-keys-need-secure-boot': {
    fits: [
      [true, true],
      [false, false],
    ],
    breaks: [[true, false]],
  },
  'secure-boot-needs-keys': {
    fits: [
      [true, true],
      [true, undefined],
      [false, false],
    ],
    breaks: [[true, false]],
  },
  'no-ide-disk': {
    fits: [
      ['ide', 'i440fx'],
      ['sata', 'q35'],
    ],
    breaks: [
      ['ide', 'q35'],
      ['ide', 'virt'],
    ],
  },
  'no-ide-cdrom': { fits: [['ide', 'i440fx']], breaks: [['ide', 'q35']] },
  's390-disk-bus': {
    fits: [
      ['s390x', 'virtio'],
      ['x86_64', 'sata'],
    ],
    breaks: [
      ['s390x', 'sata'],
      ['s390x', 'usb'],
    ],
  },
  's390-cdrom-bus': { fits: [['s390x', 'scsi']], breaks: [['s390x', 'sata']] },
  'usb-disk-needs-usb': {
    fits: [
      ['usb', 'qemu-xhci'],
      ['sata', 'none'],
    ],
    breaks: [['usb', 'none']],
  },
  'usb-input-needs-usb': {
    fits: [
      ['usb', 'qemu-xhci'],
      ['virtio', 'none'],
    ],
    breaks: [['usb', 'none']],
  },
  'usb-sound-needs-usb': {
    fits: [
      ['usb', 'nec-xhci'],
      ['ich9', 'none'],
    ],
    breaks: [['usb', 'none']],
  },
  'usb-cdrom-needs-usb': { fits: [['usb', 'qemu-xhci']], breaks: [['usb', 'none']] },
  's390-usb': {
    fits: [
      ['s390x', 'none'],
      ['x86_64', 'qemu-xhci'],
    ],
    breaks: [['s390x', 'qemu-xhci']],
  },
  'ps2-is-x86': { fits: [['ps2', 'x86_64']], breaks: [['ps2', 'aarch64']] },
  'uefi-scsi-boot': {
    fits: [
      ['uefi', 'virtio-scsi', 'scsi'],
      ['bios', 'lsilogic', 'scsi'],
      ['uefi', 'lsilogic', 'virtio'],
    ],
    breaks: [
      ['uefi', 'lsilogic', 'scsi'],
      ['uefi', 'vmpvscsi', 'scsi'],
    ],
  },
  'arm-sata-boot': {
    fits: [
      ['x86_64', 'sata'],
      ['aarch64', 'virtio'],
    ],
    breaks: [
      ['aarch64', 'sata'],
      ['riscv64', 'sata'],
    ],
  },
  'tpm-crb': {
    fits: [
      ['2.0', 'tpm-crb', 'x86_64'],
      ['none', 'tpm-crb', 'aarch64'],
      ['1.2', 'tpm-tis', 'x86_64'],
    ],
    breaks: [
      ['1.2', 'tpm-crb', 'x86_64'],
      ['2.0', 'tpm-crb', 'aarch64'],
    ],
  },
  'tpm-spapr-is-pseries': {
    fits: [
      ['2.0', 'tpm-spapr', 'ppc64le'],
      ['none', 'tpm-tis', 'ppc64le'],
      ['2.0', 'tpm-tis', 'x86_64'],
    ],
    breaks: [
      ['2.0', 'tpm-spapr', 'x86_64'],
      ['2.0', 'tpm-tis', 'ppc64le'],
    ],
  },
  'no-tpm-on-s390': {
    fits: [
      ['s390x', 'none'],
      ['x86_64', '2.0'],
    ],
    breaks: [['s390x', '2.0']],
  },
  'hyperv-is-x86': {
    fits: [
      [true, 'x86_64'],
      [false, 'aarch64'],
    ],
    breaks: [[true, 'aarch64']],
  },
  'qxl-is-x86': {
    fits: [
      ['qxl', 'x86_64'],
      ['virtio', 'aarch64'],
    ],
    breaks: [
      ['qxl', 'aarch64'],
      ['cirrus', 'ppc64le'],
    ],
  },
  'vga-architecture': {
    fits: [
      ['vga', 'ppc64le'],
      ['vga', 'x86_64'],
    ],
    breaks: [['vga', 'aarch64']],
  },
  's390-video': {
    fits: [
      ['s390x', 'virtio'],
      ['s390x', 'none'],
    ],
    breaks: [['s390x', 'vga']],
  },
  's390-nic': { fits: [['s390x', 'virtio']], breaks: [['s390x', 'e1000']] },
  'spapr-vlan-is-pseries': { fits: [['spapr-vlan', 'ppc64le']], breaks: [['spapr-vlan', 'x86_64']] },
  'ibmvscsi-is-pseries': { fits: [['ibmvscsi', 'ppc64']], breaks: [['ibmvscsi', 'x86_64']] },
  'ib700-is-isa': { fits: [['ib700', 'x86_64']], breaks: [['ib700', 'aarch64']] },
  'sb16-is-isa': { fits: [['sb16', 'i686']], breaks: [['sb16', 'aarch64']] },
  'diag288-is-s390': { fits: [['diag288', 's390x']], breaks: [['diag288', 'x86_64']] },
  's390-watchdog': {
    fits: [
      ['s390x', 'none'],
      ['s390x', 'diag288'],
    ],
    breaks: [['s390x', 'i6300esb']],
  },
  'confidential-computing-needs-kvm': {
    fits: [
      ['sev', 'kvm'],
      ['none', 'qemu'],
    ],
    breaks: [
      ['sev', 'qemu'],
      ['s390-pv', 'qemu'],
    ],
  },
  'x86-confidential-computing': {
    fits: [
      ['sev', 'x86_64', 'q35', 'uefi'],
      ['none', 'aarch64', 'virt', 'uefi'],
    ],
    breaks: [
      ['sev', 'x86_64', 'i440fx', 'uefi'],
      ['tdx', 'x86_64', 'q35', 'bios'],
      ['sev-snp', 'aarch64', 'virt', 'uefi'],
    ],
  },
  's390-pv-is-s390': { fits: [['s390-pv', 's390x']], breaks: [['s390-pv', 'x86_64']] },
  'passthrough-needs-kvm': {
    fits: [
      ['host-passthrough', 'kvm'],
      ['maximum', 'qemu'],
    ],
    breaks: [['host-passthrough', 'qemu']],
  },
  'host-model-architecture': { fits: [['host-model', 's390x']], breaks: [['host-model', 'aarch64']] },
  'maximum-architecture': { fits: [['maximum', 's390x']], breaks: [['maximum', 'ppc64le']] },
  'topology-product': {
    fits: [
      ['1:2:2', 4],
      [undefined, 3],
    ],
    breaks: [['1:2:2', 2]],
  },
  'disk-target-of-bus': {
    fits: [
      ['vda', 'virtio'],
      ['sda', 'scsi'],
      ['sdb', 'usb'],
      ['hda', 'ide'],
    ],
    breaks: [
      ['hda', 'sata'],
      ['vda', 'sata'],
      ['sda', 'virtio'],
    ],
  },
  'x86-vcpus': {
    fits: [
      ['x86_64', 255],
      ['aarch64', 300],
    ],
    breaks: [['x86_64', 256]],
  },
};

describe('the compatibility table', () => {
  it('has cases for every row, and no case for a row that is gone', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(COMPATIBILITY.map(({ id }) => id).toSorted());
  });

  it.each(COMPATIBILITY.map((row) => [row.id, row] as const))('%s', (id, row) => {
    const { fits = [], breaks = [] } = CASES[id] ?? {};
    for (const combination of [...fits, ...breaks]) {
      expect(combination).toHaveLength(row.keys.length);
      for (const [index, key] of row.keys.entries()) {
        const value = combination[index];
        if (value !== undefined) expect([key, parseValue(key, value, { pinned: true })]).toEqual([key, value]);
      }
    }
    for (const combination of fits) expect([combination, row.holds(...combination)]).toEqual([combination, true]);
    for (const combination of breaks) expect([combination, row.holds(...combination)]).toEqual([combination, false]);
    expect(fits.length).toBeGreaterThan(0);
    expect(breaks.length).toBeGreaterThan(0);
  });

  it.each(COMPATIBILITY.map((row) => [row.id, row] as const))('%s holds where nobody decided anything', (_id, row) => {
    expect(row.holds(...row.keys.map(() => undefined))).toBe(true);
    expect(row.reason.length).toBeGreaterThan(15);
    // a row looks at the keys of one kind of device, because it stands once for each device
    expect(new Set(row.keys.map((key) => keySpec(key).scope).filter((scope) => scope !== 'machine')).size).toBeLessThan(
      2,
    );
  });
});
