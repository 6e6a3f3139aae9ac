import type { KernelDetails } from '../../facts/content.ts';
import { has, printable, u8, u16, u32, u32be } from '../peek.ts';
import { elfArchitecture } from './elf.ts';

export interface Kernel extends KernelDetails {
  /** Where the signature stands, for proofs. */
  readonly offset: number;
  readonly length: number;
}

/**
 * A kernel image by its first bytes, or null. These come before any look at a partition table: a bzImage carries the
 * boot signature 0xAA55 and would pass for an MBR disk. Plain EFI programs are told by the PE reader, not here.
 */
export function identifyKernel(head: Buffer): Kernel | null {
  // Documentation/arch/x86/boot.rst: "HdrS" at 0x202, boot flag at 0x1FE
  if (has(head, 0x202, 'HdrS') && u16(head, 0x1fe) === 0xaa55) return bzImage(head);
  // Documentation/arch/arm64/booting.rst: "ARM\x64" at 56
  if (has(head, 56, 'ARMd')) return kernel('arm64-image', 'aarch64', 56, 4);
  // Documentation/arch/riscv/boot-image-header.rst: "RISCV\0\0\0" at 48, "RSC\x05" at 56
  if (has(head, 56, 'RSC\x05')) return kernel('riscv-image', 'riscv64', 48, 12);
  // drivers/firmware/efi/libstub/zboot-header.S: "MZ", then "zimg" at 4
  if (has(head, 0, 'MZ') && has(head, 4, 'zimg')) return kernel('efi-zboot', peArchitecture(head), 4, 4);
  // arch/arm/boot/compressed/head.S: magic at 0x24
  if (u32(head, 0x24) === 0x016f2818) return kernel('zimage', 'armv7l', 0x24, 4);
  if (has(head, 0, '\x7fELF')) return kernel('elf', elfArchitecture(head), 0, 20);
  if (has(head, 0x10008, 'S390EP')) return kernel('s390-image', 's390x', 0x10008, 6);
  if (u32be(head, 0) === 0x27051956) return kernel('uimage', uImageArchitecture(head), 0, 32);
  // a flattened device tree is a FIT image only by its content; its version field is 17 since 2007
  if (u32be(head, 0) === 0xd00dfeed && u32be(head, 20) === 17) return kernel('fit', null, 0, 24);
  return null;
}

function kernel(kind: string, architecture: Kernel['architecture'], offset: number, length: number): Kernel {
  return { kind, architecture, version: null, offset, length };
}

function bzImage(head: Buffer): Kernel {
  // xloadflags bit 0: the kernel has a 64-bit entry point (protocol 2.12); before it nothing tells
  const protocol = u16(head, 0x206) ?? 0;
  const xloadflags = u16(head, 0x236) ?? 0;
  const architecture = protocol < 0x20c ? null : (xloadflags & 1) === 1 ? 'x86_64' : 'i686';
  const pointer = u16(head, 0x20e) ?? 0;
  const text = pointer === 0 ? '' : head.toString('latin1', pointer + 0x200, pointer + 0x200 + 128);
  const version = printable(text).split(' ', 1)[0] ?? '';
  return { kind: 'bzimage', architecture, version: version === '' ? null : version, offset: 0x1fe, length: 10 };
}

/** Only the machine field: zboot images are PE files with a fixed layout. */
function peArchitecture(head: Buffer): Kernel['architecture'] {
  const pe = u32(head, 0x3c) ?? 0;
  if (!has(head, pe, 'PE\0\0')) return null;
  switch (u16(head, pe + 4)) {
    case 0xaa64:
      return 'aarch64';
    case 0x5064:
      return 'riscv64';
    case 0x6264:
      return 'loongarch64';
    default:
      return null;
  }
}

/** IH_ARCH_* of U-Boot's include/image.h, byte 29 of the legacy header. */
function uImageArchitecture(head: Buffer): Kernel['architecture'] {
  switch (u8(head, 29)) {
    case 2:
      return 'armv7l';
    case 22:
      return 'aarch64';
    case 24:
      return 'x86_64';
    default:
      return null;
  }
}
