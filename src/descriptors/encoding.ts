/** What the text of an XML document is, and how that was found. */
export interface DecodedXml {
  readonly text: string;
  /** The encoding its bytes have, by its usual label. */
  readonly encoding: string;
  /** The encoding its declaration names; null without one. */
  readonly declared: string | null;
}

const DECLARATION_BYTES = 1024;
const ENCODING = /<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']/;

/**
 * Decodes an XML document by what its bytes are: a byte-order mark, then the zeros that UTF-16 puts beside ASCII, then
 * whether they are valid UTF-8. The declaration is believed last, as producers write one for the string they had in
 * memory. Undefined when no encoding fits.
 */
export function decodeXml(bytes: Buffer): DecodedXml | undefined {
  const marked = byMark(bytes);
  if (marked !== undefined) return decoded(bytes, [marked]);
  const wide = byZeros(bytes);
  if (wide !== undefined) return decoded(bytes, [wide]);
  const declared = ENCODING.exec(bytes.subarray(0, DECLARATION_BYTES).toString('latin1'))?.[1]?.toLowerCase();
  const believed = declared === undefined || declared.startsWith('utf-') ? [] : [declared];
  return decoded(bytes, ['utf-8', ...believed]);
}

function byMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** An XML document starts with ASCII: '<' or a blank. */
function byZeros(bytes: Buffer): string | undefined {
  if (bytes.length < 2) return undefined;
  if (bytes[0] !== 0 && bytes[1] === 0) return 'utf-16le';
  return bytes[0] === 0 && bytes[1] !== 0 ? 'utf-16be' : undefined;
}

function decoded(bytes: Buffer, encodings: readonly string[]): DecodedXml | undefined {
  for (const encoding of encodings) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return { text, encoding, declared: ENCODING.exec(text.slice(0, DECLARATION_BYTES))?.[1]?.toLowerCase() ?? null };
    } catch {
      // an unknown label, or bytes that are not of that encoding
    }
  }
  return undefined;
}
