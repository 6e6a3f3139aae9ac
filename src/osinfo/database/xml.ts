import { child, readXml, type XmlElement, type XmlLimits, XmlProblem } from '../../facts/xml.ts';

/** The largest file of osinfo-db has 23 KiB, 6 levels and fewer than 2000 elements. */
export const MAX_FILE_BYTES = 1024 * 1024;
const LIMITS: XmlLimits = { depth: 32, elements: 50_000, attributes: 64, text: Number.POSITIVE_INFINITY };

/** Reads a document into elements, without translations. Throws XmlProblem on the first thing that is wrong. */
export function readDocument(bytes: Buffer): XmlElement {
  return readXml(decode(bytes), LIMITS, (_name, attributes) => attributes['xml:lang'] !== undefined);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new XmlProblem('it is not UTF-8', '1:1');
  }
}

/** Text of the first child of that name; null where there is none, or no text in it. */
export function textOf(of: XmlElement, name: string): string | null {
  const text = child(of, name)?.text ?? '';
  return text === '' ? null : text;
}
