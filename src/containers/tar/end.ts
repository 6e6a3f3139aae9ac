import { readUpTo } from '../../bytes/index.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { Flow } from '../flow.ts';
import { diagnostics } from './diagnostics.ts';
import { BLOCK } from './header.ts';

/** Programs fill the last record up to 10 KiB by default; zeros behind that are looked at no further than this. */
const TAIL = 64 * 1024;

export function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** What is to say when a walk met `block`, which is cut short, empty or all zeros. */
export async function checkEnd(flow: Flow, block: Buffer, entries: number, uri: string): Promise<readonly Finding[]> {
  const end = flow.position - block.length;
  const at = [{ origin: 'content', uri, pointer: `0x${end.toString(16)}` }] as const;
  if (!isZero(block)) {
    const problem = `only ${block.length} of ${BLOCK} bytes are there`;
    throw new VmImportError(diagnostics['bad-header']({ problem }, at));
  }
  const empty = entries === 0 ? [diagnostics.empty({}, at)] : [];
  if (block.length < BLOCK) return [...empty, diagnostics['no-end']({}, at)];
  const second = await flow.read(BLOCK);
  // GNU tar and libarchive stop at a lone block of zeros, whatever follows
  const lone = second.length < BLOCK || !isZero(second) ? [diagnostics['no-end']({}, at)] : [];
  return [...empty, ...lone, ...(await trailing(flow, end, at))];
}

async function trailing(flow: Flow, end: number, at: Finding['at']): Promise<readonly Finding[]> {
  // in a compressed archive the tail is not unpacked for this
  if (flow.positioned === null) return [];
  const { source } = flow.positioned;
  const start = end + BLOCK;
  const bytes = source.size - start;
  const noise = !isZero(await readUpTo(source, start, TAIL));
  return noise ? [diagnostics['trailing-data']({ bytes }, at)] : [];
}
