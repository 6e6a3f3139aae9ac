import type { Finding } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';

/** Names and values as Glance stores them. */
export interface Properties {
  readonly [name: string]: string;
}

/** `property` is set in a way that is broken unless `needs` holds. */
interface Rule {
  readonly property: string;
  readonly needs: string;
  readonly broken: (of: Properties) => boolean;
}

const isQ35 = (of: Properties): boolean => of['hw_machine_type']?.includes('q35') === true;
const isVirt = (of: Properties): boolean => /^virt(-|$)/.test(of['hw_machine_type'] ?? '');
const isUefi = (of: Properties): boolean => of['hw_firmware_type'] === 'uefi';

/**
 * Combinations that Nova refuses or fails on (nova/virt/hardware.py, nova/virt/libvirt/driver.py, guest.py). Glance
 * accepts them all. Also those with properties this target does not write yet.
 */
const RULES: readonly Rule[] = [
  {
    property: 'os_secure_boot=required',
    needs: 'hw_firmware_type=uefi',
    broken: (of) => of['os_secure_boot'] === 'required' && !isUefi(of),
  },
  {
    property: 'os_secure_boot=required',
    needs: 'hw_machine_type=q35',
    broken: (of) => of['os_secure_boot'] === 'required' && of['hw_architecture'] === 'x86_64' && !isQ35(of),
  },
  {
    property: 'hw_disk_bus=ide',
    needs: 'a machine type with IDE, which q35 is not',
    broken: (of) => of['hw_disk_bus'] === 'ide' && isQ35(of),
  },
  {
    property: 'hw_cdrom_bus=ide',
    needs: 'a machine type with IDE, which q35 is not',
    broken: (of) => of['hw_cdrom_bus'] === 'ide' && isQ35(of),
  },
  {
    property: 'hw_firmware_type=bios',
    needs: 'an architecture that has one, which aarch64 is not',
    broken: (of) => of['hw_firmware_type'] === 'bios' && of['hw_architecture'] === 'aarch64',
  },
  {
    property: 'hw_tpm_model',
    needs: 'hw_tpm_version',
    broken: (of) => of['hw_tpm_model'] !== undefined && of['hw_tpm_version'] === undefined,
  },
  {
    property: 'hw_tpm_model=tpm-crb',
    needs: 'hw_tpm_version=2.0',
    broken: (of) => of['hw_tpm_model'] === 'tpm-crb' && of['hw_tpm_version'] === '1.2',
  },
  {
    property: 'hw_scsi_model',
    needs: 'hw_disk_bus=scsi',
    broken: (of) => of['hw_scsi_model'] !== undefined && of['hw_disk_bus'] !== 'scsi',
  },
  {
    property: 'hw_mem_encryption',
    needs: 'hw_firmware_type=uefi and hw_machine_type=q35',
    broken: (of) => of['hw_mem_encryption'] === 'true' && !(isUefi(of) && isQ35(of)),
  },
  {
    property: 'hw_mem_encryption_model=amd-sev-snp',
    needs: 'hw_firmware_stateless=true',
    broken: (of) => of['hw_mem_encryption_model'] === 'amd-sev-snp' && of['hw_firmware_stateless'] !== 'true',
  },
  {
    property: 'hw_viommu_model=intel',
    needs: 'hw_machine_type=q35',
    broken: (of) => of['hw_viommu_model'] === 'intel' && !isQ35(of),
  },
  {
    property: 'hw_viommu_model=smmuv3',
    needs: 'hw_machine_type=virt',
    broken: (of) => of['hw_viommu_model'] === 'smmuv3' && !isVirt(of),
  },
  {
    property: 'hw_locked_memory',
    needs: 'hw_mem_page_size',
    broken: (of) => of['hw_locked_memory'] === 'true' && of['hw_mem_page_size'] === undefined,
  },
  {
    property: 'os_require_quiesce',
    needs: 'hw_qemu_guest_agent=yes',
    broken: (of) => of['os_require_quiesce'] !== undefined && of['hw_qemu_guest_agent'] !== 'yes',
  },
  {
    property: 'hw_video_ram',
    needs: 'the maximum of the flavor (hw_video:ram_max_mb), which a plan does not know',
    broken: (of) => of['hw_video_ram'] !== undefined,
  },
  {
    property: 'kernel_id',
    needs: 'an AMI-style image',
    broken: (of) => of['kernel_id'] !== undefined || of['ramdisk_id'] !== undefined,
  },
  {
    property: 'os_command_line',
    needs: 'kernel_id',
    broken: (of) => of['os_command_line'] !== undefined && of['kernel_id'] === undefined,
  },
];

/** `image_property_quota` of Glance. */
const MAX_PROPERTIES = 128;

/** What Glance refuses in text (characters beyond the BMP), and what does not survive every client. */
export function isGlanceText(text: string): boolean {
  return !/[\p{Cc}\u{10000}-\u{10ffff}]|\p{Cs}/u.test(text);
}

/** Why Glance or Nova would not take the properties. */
export function propertyFindings(properties: Properties): readonly Finding[] {
  const names = Object.keys(properties);
  return [
    ...RULES.filter((rule) => rule.broken(properties)).map(({ property, needs }) =>
      diagnostics.combination({ property, needs }),
    ),
    ...names
      .filter((name, index) => index >= MAX_PROPERTIES || !isGlanceText(properties[name] ?? ''))
      .map((property) => diagnostics.property({ property })),
  ];
}
