import { defineDiagnostics } from '../diagnostics/index.ts';

const DAMAGED_TABLE =
  'Compare the size and checksum of the image with those of the publisher, then repair the table with gdisk.';

/** What the guest-visible bytes of a disk say that somebody should know. */
export const diagnostics = defineDiagnostics('content', {
  'read-budget': {
    severity: 'info',
    exit: 3,
    message: 'The disk was not looked at further after {reads} reads or {bytes} bytes.',
    remedy: 'Say with flags or hints what was not found: --set firmware=uefi, --os ID.',
    explain:
      'Inspection reads partition tables, boot code and the directory of boot loaders, never whole disks. A disk with very many partitions or scattered directories can need more reads than that; what lies behind them is unknown, not absent.',
  },
  'gpt-primary-damaged': {
    severity: 'warning',
    exit: 3,
    message: 'The GUID partition table at the start of the disk is damaged; its backup at the end was used.',
    remedy: DAMAGED_TABLE,
    explain:
      'A GPT exists twice and carries checksums. UEFI firmware repairs the primary copy from the backup, but Linux ignores the backup unless told otherwise (kernel parameter gpt), so that a guest may start its loader and then find no partitions.',
  },
  'gpt-backup-damaged': {
    severity: 'warning',
    exit: 3,
    message: 'The backup of the GUID partition table at the end of the disk is {problem}.',
    remedy: DAMAGED_TABLE,
    explain:
      'The disk starts from the primary copy. A backup that is missing, damaged or different often means that the image was cut, was copied onto a disk of another size, or was changed with a tool that knows only MBR tables.',
  },
  'gpt-backup-not-at-end': {
    severity: 'info',
    exit: 3,
    message: 'The backup of the GUID partition table is not in the last sector: the disk has been enlarged.',
    remedy: 'Nothing needs to be done; sgdisk -e moves the backup, and cloud images do it themselves at first boot.',
    explain:
      'After qemu-img resize the backup stays where the old end was. Firmware and kernels accept that; partitioning tools warn about it.',
  },
  'disk-cut-off': {
    severity: 'warning',
    exit: 3,
    message: 'The partition table describes a disk of at least {needed} bytes, but the disk ends at {size}.',
    remedy: 'The image is incomplete: fetch it again, and compare size and checksum with those of the publisher.',
    explain:
      'A partition or the backup of the table lies behind the end of the disk. That is what an interrupted download, a shrunk image or a wrong size field in a header looks like. A guest would meet I/O errors, perhaps only days later.',
  },
  'gpt-damaged': {
    severity: 'warning',
    exit: 3,
    message: 'The disk has a protective MBR, but neither copy of its GUID partition table can be read.',
    remedy: DAMAGED_TABLE,
    explain:
      'Firmware and kernel would see a disk without partitions. Nothing could be concluded about the system on it.',
  },
  'gpt-not-protected': {
    severity: 'warning',
    exit: 3,
    message: 'There is a GUID partition table, but no protective MBR entry: firmware and Linux ignore the table.',
    remedy:
      'If the GPT is the right one, write a protective MBR with gdisk; if the MBR is, remove the rests of the GPT with sgdisk -z.',
    explain:
      'UEFI demands an MBR entry of type 0xEE that starts at sector 1 before a GPT counts. Without it the GPT is usually the rest of an earlier installation, and tools that look only at the GPT see another disk than the guest does.',
  },
  'gpt-table-large': {
    severity: 'info',
    exit: 3,
    message:
      'The GUID partition table has {count} entries; the first {read} were read and its checksum was not verified.',
    remedy: 'Nothing needs to be done unless a partition is missed.',
    explain: 'Tools write 128 entries. A larger table is legal but is not read whole, because reading is bounded.',
  },
  'hybrid-mbr': {
    severity: 'info',
    exit: 3,
    message: 'The MBR lists {count} partitions beside the protective entry of the GPT (a hybrid MBR).',
    remedy: 'Nothing needs to be done; the GPT was used.',
    explain:
      'A hybrid MBR shows some partitions to systems that know no GPT. UEFI firmware and Linux use the GPT, Windows and BIOS boot code the MBR. Where the two disagree, guest and tools see different disks.',
  },
  'logical-partitions': {
    severity: 'warning',
    exit: 3,
    message: 'The chain of logical partitions was left at offset {offset}: {problem}.',
    remedy: 'If the chain is damaged, repair it in a copy with fdisk. Other partitions are not affected.',
    explain:
      'Logical partitions form a linked list over the disk. It is followed for a few links only, and only forwards; a list that turns back would keep its reader busy for ever.',
  },
  'stale-filesystem': {
    severity: 'info',
    exit: 3,
    message: 'The disk has a partition table, but also the signature of {filesystem} that fills the whole disk.',
    remedy: 'Nothing needs to be done; wipefs shows and removes such rests.',
    explain:
      'Partitioning a disk that held a file system leaves its signature behind where the new table does not overwrite it. The table was used, as a kernel does.',
  },
  'boot-code-without-target': {
    severity: 'info',
    exit: 3,
    message: 'The first sector holds boot code ({code}), but {problem}: it does not boot through BIOS.',
    remedy: 'Nothing needs to be done for a data disk or one that boots through UEFI.',
    explain:
      'Generic boot code looks for an active partition and starts the code in its first sector; GRUB loads its core image from a fixed sector. Windows and parted write generic code on every disk they initialise, so that the code alone proves nothing.',
  },
  'bios-boot-unused': {
    severity: 'info',
    exit: 3,
    message:
      'There is a BIOS boot partition, but no boot code in the first sector: the disk does not boot through BIOS.',
    remedy: 'Nothing needs to be done; grub-install for i386-pc would make the disk boot through BIOS as well.',
    explain:
      'The partition only has room for the core image of GRUB. Without code in the first sector nothing ever loads it. Some installers create the partition on every disk.',
  },
  'needs-nvram': {
    severity: 'warning',
    exit: 3,
    message: 'No fallback loader ({fallback}): on an empty variable store UEFI finds none of {loaders}.',
    remedy:
      'Bring the NVRAM of the source machine along (--set nvram=FILE), make a boot entry in the firmware menu after the first start, or copy a loader to {fallback}.',
    explain:
      'UEFI starts a disk either through a boot entry, which is kept in the NVRAM of the machine and not on the disk, or, where there is no entry, through the removable-media path EFI/BOOT/BOOT<arch>.EFI. This disk has loaders only elsewhere. A new machine with an empty variable store ends in the firmware menu or the UEFI shell. Losing the NVRAM is harmful here; where a fallback loader exists it is harmless.',
  },
  'nvram-not-needed': {
    severity: 'info',
    exit: 3,
    message:
      'The disk has a fallback loader, {fallback}: losing the NVRAM of the source machine is harmless for booting.',
    remedy: 'Nothing needs to be done.',
    explain:
      'Firmware without boot entries starts EFI/BOOT/BOOT<arch>.EFI. Entries that the source machine kept for other loaders are lost with its NVRAM; systems recreate theirs. Keys enrolled by the owner and BitLocker seals are another matter.',
  },
  'ia32-loader': {
    severity: 'warning',
    exit: 3,
    message: 'The only fallback loader, {path}, is for 32-bit x86 firmware; 64-bit UEFI does not start it.',
    remedy: 'Use a host with 32-bit OVMF (--set architecture=i686), or BIOS if the system can boot so.',
    explain:
      'UEFI firmware starts loaders of its own width only. The common OVMF builds are 64-bit. A 32-bit loader says nothing about the width of the system that it loads.',
  },
  'not-a-loader': {
    severity: 'warning',
    exit: 3,
    message: '{path} is not an EFI program for {expected}: firmware will refuse it.',
    remedy: 'Reinstall the boot loader in the guest, or copy the right one there.',
    explain:
      'The file stands where firmware looks for its fallback loader, but its header is not that of an EFI program for that machine. Empty files are common after a full or damaged partition.',
  },
  'esp-unreadable': {
    severity: 'warning',
    exit: 3,
    message: 'Partition {partition} is an EFI system partition, but it holds no FAT file system that can be read.',
    remedy:
      'If it is encrypted or damaged, firmware cannot read it either; else say what the disk needs: --set firmware=uefi.',
    explain:
      'Firmware reads boot loaders from FAT only. What this partition holds is not FAT, or its boot sector is damaged.',
  },
  encrypted: {
    severity: 'info',
    exit: 3,
    message: '{where} is encrypted ({kind}); what is inside cannot be read.',
    remedy:
      'Say with flags or hints what the system needs. BitLocker asks for its recovery key when the TPM or the firmware changes: have it at hand.',
    explain:
      'Partition tables and boot loaders are in clear, the system is not. A volume whose key is sealed to the TPM of the old machine opens on the new one only with its recovery key or passphrase.',
  },
  'composed-volume': {
    severity: 'info',
    exit: 3,
    message: '{where} is part of {kind}; what is inside was not looked at.',
    remedy: 'Give all disks of the set as sources of one machine.',
    explain:
      'LVM, RAID and ZFS build volumes from one or more disks. If other members are missing, the system does not start; which members there are is not checked.',
  },
  'windows-drivers-unproven': {
    severity: 'info',
    exit: 3,
    message:
      'The disk bears the marks of Windows. That virtio drivers are ready to boot from could not be proven: it gets {devices}.',
    remedy:
      'It starts as it is. For speed: install virtio-win in the guest, start it once with a small second disk on virtio, then move the system disk: --set disk-bus=virtio.',
    explain:
      'Windows stops with 0x7B (INACCESSIBLE_BOOT_DEVICE) when the driver of its boot disk is not marked as boot-start. Installing virtio-win is not enough: Windows enables the driver for booting only after it has seen such a device once. The staged switch is: attach a small virtio disk besides the present one, start Windows so that it binds viostor, shut down, and only then move the system disk to virtio. The registry is not read here, so nothing proves that this has been done.',
  },
});
