import { readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { diagnostics } from './diagnostics.ts';
import { isBochs } from './signature.ts';

const HEADER = 512;
/** Where the size in bytes is, by version: version 2 has a time stamp before it (qemu block/bochs.c). */
const SIZE_AT: Readonly<Record<number, number>> = { 65536: 84, 131072: 88 };

/** Names a Bochs disk and its size, and refuses it. */
export const reader: DiskReader = {
  async read(source) {
    const at = (offset: number) =>
      [{ origin: 'content', uri: source.uri, pointer: `header+0x${offset.toString(16)}` }] as const;
    const head = await readUpTo(source, 0, HEADER);
    if (head.length < HEADER || !isBochs(head)) {
      const problem =
        head.length < HEADER ? `${HEADER} bytes are needed, ${head.length} are there` : 'it has another signature';
      throw new VmImportError(diagnostics['bad-header']({ problem }, at(0)));
    }
    const version = head.readUInt32LE(64);
    const sizeAt = SIZE_AT[version];
    const size = sizeAt === undefined ? null : Number(head.readBigUInt64LE(sizeAt));
    return {
      format: 'bochs',
      virtualSize: size === null || !Number.isSafeInteger(size) ? null : size - (size % 512),
      backing: null,
      encrypted: false,
      details: { version: `0x${version.toString(16)}`, type: word(head, 32), subtype: word(head, 48) },
      votes: [],
      findings: [diagnostics.unsupported({}, at(0))],
      hints: null,
      guest: () => null,
    };
  },
};

/** A field of 16 bytes, printable up to its NUL, or null. */
function word(head: Buffer, offset: number): string | null {
  return /^[ -~]+/.exec(head.toString('latin1', offset, offset + 16))?.[0] ?? null;
}
