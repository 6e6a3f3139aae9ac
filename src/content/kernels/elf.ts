import type { Architecture } from '../../facts/content.ts';
import { u8 } from '../peek.ts';

/** e_machine at 18, in the byte order that e_ident[5] names (ELF specification, "ELF Header"). */
export function elfArchitecture(head: Buffer): Architecture | null {
  const wide = u8(head, 4) === 2;
  const little = u8(head, 5) === 1;
  if (head.length < 20) return null;
  switch (little ? head.readUInt16LE(18) : head.readUInt16BE(18)) {
    case 3:
      return 'i686';
    case 62:
      return 'x86_64';
    case 40:
      return 'armv7l';
    case 183:
      return 'aarch64';
    case 21:
      return little ? 'ppc64le' : 'ppc64';
    case 22:
      return wide ? 's390x' : null;
    case 243:
      return wide ? 'riscv64' : null;
    case 258:
      return wide ? 'loongarch64' : null;
    default:
      return null;
  }
}
