import type { Finding } from '../../diagnostics/index.ts';
import { shown } from '../../facts/text.ts';
import { idProperty, type Part } from './boot.ts';
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
    property: 'ramdisk_id',
    needs: 'kernel_id',
    broken: (of) => of['ramdisk_id'] !== undefined && of['kernel_id'] === undefined,
  },
  {
    property: 'os_command_line',
    needs: 'kernel_id',
    broken: (of) => of['os_command_line'] !== undefined && of['kernel_id'] === undefined,
  },
];

/** `image_property_quota` of Glance. */
const MAX_PROPERTIES = 128;
const MAX_NAME = 255;
/** A TEXT column of MySQL, bytes of UTF-8. */
const MAX_VALUE_BYTES = 65_535;

/**
 * Attributes of the image itself (Image API v2.17). As a property of that name the client would rename the image or
 * change its owner; the others are answered with 400 or 403.
 */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'id',
  'name',
  'owner',
  'visibility',
  'disk_format',
  'container_format',
  'min_disk',
  'min_ram',
  'protected',
  'os_hidden',
  'tags',
  'locations',
  'location',
  'status',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'size',
  'virtual_size',
  'created_at',
  'updated_at',
  'deleted',
  'deleted_at',
  'self',
  'file',
  'schema',
  'direct_url',
  'stores',
]);

/** Text that reads as it is: no control characters, line separators, or marks that turn the direction of writing. */
export function isPlainLine(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u.test(text);
}

/** What Glance refuses in text (characters beyond the BMP), and what does not survive every client. */
export function isGlanceText(text: string): boolean {
  return isPlainLine(text) && !/[\u{10000}-\u{10ffff}]/u.test(text);
}

/** Whether a client can set a property of that name: `NAME=VALUE` is cut at the first `=`. */
function isPropertyName(name: string): boolean {
  if (name === '' || name.length > MAX_NAME || name.startsWith('-') || name.includes('=')) return false;
  return isGlanceText(name) && !ATTRIBUTES.has(name) && !name.startsWith('os_glance');
}

const isPropertyValue = (value: string): boolean => isGlanceText(value) && Buffer.byteLength(value) <= MAX_VALUE_BYTES;

/** Why Glance or Nova would not take the properties. `startsWith` are the images whose ids are set beside them. */
export function propertyFindings(properties: Properties, startsWith: readonly Part[] = []): readonly Finding[] {
  const all = { ...properties, ...Object.fromEntries(startsWith.map((part) => [idProperty(part), ''])) };
  return [
    ...RULES.filter((rule) => rule.broken(all)).map(({ property, needs }) =>
      diagnostics.combination({ property, needs }),
    ),
    ...Object.entries(all)
      .filter(([name, value], index) => index >= MAX_PROPERTIES || !isPropertyName(name) || !isPropertyValue(value))
      .map(([property]) => diagnostics.property({ property: shown(property) })),
  ];
}
