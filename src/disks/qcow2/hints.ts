import type { ByteSource } from '../../bytes/index.ts';
import type { Finding } from '../../diagnostics/index.ts';
import type { RawHints } from '../format.ts';
import { headerAt } from '../header.ts';
import { dataOf, EXTENSION, type ExtensionArea } from './extensions.ts';
import { diagnostics } from './hint-diagnostics.ts';
import { decodePayload, documentOffset, MAX_PAYLOAD } from './hint-extension.ts';

interface HintReading {
  readonly document: RawHints | null;
  readonly findings: readonly Finding[];
}

const NOTHING: HintReading = { document: null, findings: [] };

/** The hint document in the header, if there is one. Trouble with it never stops the import. */
export async function readHints(source: ByteSource, area: ExtensionArea): Promise<HintReading> {
  const [extension, second] = area.list.filter(({ type }) => type === EXTENSION.hints);
  if (extension === undefined) return NOTHING;
  const at = headerAt(source.uri, extension.offset);
  const damaged = (problem: string): HintReading => ({
    document: null,
    findings: [diagnostics['hint-extension-damaged']({ problem }, at)],
  });
  if (second !== undefined) return damaged('it is there more than once');
  if (extension.length > MAX_PAYLOAD) return damaged(`it has ${extension.length} bytes, more than ${MAX_PAYLOAD}`);
  const decoded = decodePayload(await dataOf(source, extension));
  if (typeof decoded === 'string') return damaged(decoded);
  const { current, slots, slotSize } = decoded;
  const hurt = slots.some(({ state }) => state === 'damaged');
  if (current === null) return hurt ? damaged('neither slot passes its checksum') : NOTHING;
  const findings = hurt ? [diagnostics['hint-slot-damaged']({}, at)] : [];
  const slot = slots[current];
  if (slot.state !== 'valid' || slot.document.length === 0) return { document: null, findings };
  const offset = extension.offset + 8 + documentOffset(slotSize, current);
  return { document: { bytes: slot.document, pointer: `header-extension+0x${offset.toString(16)}` }, findings };
}
