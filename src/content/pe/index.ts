import type { Architecture } from '../../facts/content.ts';
import { has, u16, u32 } from '../peek.ts';

/** Bytes from the start of a file that hold the headers and section table of every EFI program seen so far. */
export const PE_HEAD = 4096;

export interface PeImage {
  /** The machine field as it is. */
  readonly machine: number;
  readonly architecture: Architecture | null;
  /** Subsystem 10 application, 11 boot driver, 12 run-time driver: what EFI firmware starts. */
  readonly efi: boolean;
  /** A certificate table of more than its own header lies inside the file. Its signatures are not verified. */
  readonly signed: boolean;
  readonly uki: boolean;
  /** Byte offset of `PE\0\0`. */
  readonly at: number;
}

/** IMAGE_FILE_MACHINE_* (PE format specification, "Machine Types"). */
const MACHINES: Readonly<Record<number, Architecture>> = {
  332: 'i686',
  34404: 'x86_64',
  448: 'armv7l',
  450: 'armv7l',
  452: 'armv7l',
  43620: 'aarch64',
  20580: 'riscv64',
  25188: 'loongarch64',
};

const PE32 = 0x10b;
const PE32_PLUS = 0x20b;
/** The specification caps sections at 96 for the loader. */
const MAX_SECTIONS = 96;
/** WIN_CERTIFICATE without its certificate. */
const EMPTY_CERTIFICATE = 8;

/** What the headers of a PE file say, or null when it is none. `fileSize` bounds the certificate table. */
export function parsePe(head: Buffer, fileSize: number): PeImage | null {
  if (!has(head, 0, 'MZ')) return null;
  const at = u32(head, 0x3c) ?? 0;
  if (!has(head, at, 'PE\0\0')) return null;
  const machine = u16(head, at + 4);
  const sections = u16(head, at + 6);
  const optionalSize = u16(head, at + 20);
  const optional = at + 24;
  const magic = u16(head, optional);
  const subsystem = u16(head, optional + 68);
  if (machine === undefined || sections === undefined || optionalSize === undefined) return null;
  if (magic !== PE32 && magic !== PE32_PLUS) return null;
  const names = sectionNames(head, optional + optionalSize, Math.min(sections, MAX_SECTIONS));
  return {
    machine,
    architecture: MACHINES[machine] ?? null,
    efi: subsystem !== undefined && subsystem >= 10 && subsystem <= 12,
    signed: hasCertificates(head, optional, magic === PE32 ? 96 : 112, optionalSize, fileSize),
    uki: names.includes('.linux') && (names.includes('.initrd') || names.includes('.osrel')),
    at,
  };
}

/** Data directory 4; unlike the others it holds a file offset (PE format specification, "Attribute Certificates"). */
function hasCertificates(
  head: Buffer,
  optional: number,
  directories: number,
  optionalSize: number,
  fileSize: number,
): boolean {
  const count = u32(head, optional + directories - 4) ?? 0;
  const entry = directories + 4 * 8;
  if (count < 5 || entry + 8 > optionalSize) return false;
  const start = u32(head, optional + entry) ?? 0;
  const size = u32(head, optional + entry + 4) ?? 0;
  return start > 0 && size > EMPTY_CERTIFICATE && start + size <= fileSize;
}

function sectionNames(head: Buffer, table: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * 40;
    return head.toString('latin1', at, at + 8).replace(/\0+$/, '');
  });
}
