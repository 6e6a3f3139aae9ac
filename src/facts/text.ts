/** Escape sequences a terminal acts on: CSI, OSC and the other string types, then two-character ones (ECMA-48). */
const ESCAPE_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /(?:\u001b\[|\u009b)[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]?|(?:\u001b[P\]X^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[\u0020-\u007e]?/g;

/**
 * C0, DEL, C1; bidi marks, embeddings, overrides and isolates, which can make a text read as another; line and
 * paragraph separators; invisible filler, tags and noncharacters, some of which XML 1.0 cannot hold. Joiners stay:
 * scripts and emoji need them.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\p{Noncharacter_Code_Point}\p{Surrogate}\u{e0000}-\u{e0fff}]/gu;

/** One line of text that is safe on a terminal, in XML and in a table. */
export function cleanLine(text: string): string {
  return text
    .replace(ESCAPE_SEQUENCES, '')
    .replace(/[\t\n\v\f\r\p{Z}]+/gu, ' ')
    .replace(HIDDEN, '')
    .trim();
}

/** Like `cleanLine`, but keeps line breaks. */
export function cleanText(text: string): string {
  return text
    .replace(ESCAPE_SEQUENCES, '')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replaceAll('\t', ' ').replace(HIDDEN, '').trimEnd())
    .join('\n')
    .trim();
}

const SHOWN = 64;

/** A name or value out of a document, short and clean enough for a message. */
export function shown(text: string): string {
  return bounded(text, SHOWN, cleanLine);
}

/** In UTF-16 units; an EULA is longer, and nobody reads more of it in a report. */
const LABEL = 4096;

/** Free text out of a document, for a label: clean, and of bounded length. */
export function labelText(text: string): string {
  return bounded(text, LABEL, cleanText);
}

/** No more is cleaned than can be shown, escape sequences included. */
function bounded(text: string, length: number, clean: (text: string) => string): string {
  const cleaned = clean(text.length > 4 * length ? text.slice(0, 4 * length) : text);
  return cleaned.length > length ? `${cleaned.slice(0, length).replace(/\p{Surrogate}$/u, '')}…` : cleaned;
}

/** A name as one step of a JSON pointer (RFC 6901). */
export function pointerStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
