/** Escape sequences a terminal acts on: CSI, the string types up to their end, then two-character ones (ECMA-48). */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /\u001b(?:\[[0-?]*[ -/]*[@-~]?|[P\]X^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -~])?/g;

/** Control and format characters, lone surrogates: they move a cursor, hide text, or turn its direction. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** One line of text out of a document: without control characters, at most `length` UTF-16 units. */
export function cleanLine(text: string, length = 256): string {
  const line = text
    .slice(0, 4 * length)
    .replace(ESCAPES, '')
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(HIDDEN, '')
    .trim();
  return cut(line, length);
}

/** Like `cleanLine`, but keeps line breaks. */
export function cleanText(text: string, length = 4096): string {
  const lines = text
    .slice(0, 4 * length)
    .replace(ESCAPES, '')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replaceAll('\t', ' ').replace(HIDDEN, '').trimEnd());
  return cut(lines.join('\n').trim(), length);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/\p{Cs}$/u, '')}…`;
}
