import * as facts from '../facts/text.ts';

/** Format characters, joiners among them: names of devices and systems need none. */
const FORMAT = /\p{Cf}/gu;

/** One line of text out of a document: without control characters, at most `length` UTF-16 units. */
export function cleanLine(text: string, length = 256): string {
  return cut(
    facts
      .cleanLine(text.slice(0, 4 * length))
      .replace(FORMAT, '')
      .trim(),
    length,
  );
}

/** Like `cleanLine`, but keeps line breaks. */
export function cleanText(text: string, length = 4096): string {
  return cut(
    facts
      .cleanText(text.slice(0, 4 * length))
      .replace(FORMAT, '')
      .trim(),
    length,
  );
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/\p{Cs}$/u, '')}…`;
}
