import type { Expression, MessagePart } from './policy.ts';

/** One piece of a message before its place in the file is known. */
export type RawPart = { readonly literal: string } | { readonly expression: string; readonly index: number };

export type SplitMessage =
  | { readonly parts: readonly RawPart[] }
  | { readonly problem: string; readonly index: number };

/** A text of CEL, raw or not, or a brace outside of one. A text without its end is none. */
const SIGNS =
  /(?<!\w)r(?:"{3}.*?"{3}|'{3}.*?'{3}|"[^"\n]*"|'[^'\n]*')|"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{}]/gis;

/** An expression is not looked for further than this, in characters: no message is as long. */
const MAX_LOOKED_THROUGH = 2000;

/** Where the `}}` is that ends the expression from `start` on, not one of its texts and maps; below 0 without any. */
function endOf(text: string, start: number): number {
  const within = text.slice(start, start + MAX_LOOKED_THROUGH);
  let open = 0;
  for (const { 0: sign, index } of within.matchAll(SIGNS)) {
    if (sign === '{') open++;
    else if (sign === '}' && open-- === 0) return within[index + 1] === '}' ? start + index : -1;
  }
  return -1;
}

/** Splits `{{ CEL }}` from the text around it. */
export function splitMessage(text: string): SplitMessage {
  const parts: RawPart[] = [];
  let at = 0;
  let isSound = true;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    let close = isSound ? endOf(text, open + 2) : -1;
    if (close < 0) {
      // its braces do not match, which is for the parser to tell; looking on would cost time in a text made for it
      isSound = false;
      close = text.indexOf('}}', open + 2);
    }
    if (close < 0) return { problem: 'a {{ without }}', index: open };
    const inner = text.slice(open + 2, close);
    if (inner.trim() === '') return { problem: 'nothing between {{ and }}', index: open };
    if (open > at) parts.push({ literal: text.slice(at, open) });
    const leading = inner.length - inner.trimStart().length;
    parts.push({ expression: inner.trim(), index: open + 2 + leading });
    at = close + 2;
  }
  if (at < text.length) parts.push({ literal: text.slice(at) });
  return { parts };
}

/** Longest text that one `{{ }}` may insert: it can come from an image. */
const MAX_INSERT = 200;

/** Fills a message in. `value` says what an expression came to; null where it failed, and the expression stays. */
export function fillMessage(
  parts: readonly MessagePart[],
  value: (expression: Expression) => { readonly value: unknown } | null,
): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const found = value(part);
      return found === null ? `{{ ${part.text} }}` : shown(found.value);
    })
    .join('')
    .trim();
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'unknown';
  // lists inside lists could grow without end on their way to text
  if (typeof value === 'object') return Array.isArray(value) ? `a list of ${value.length}` : 'a map';
  const text = String(value);
  return text.length > MAX_INSERT ? `${text.slice(0, MAX_INSERT)}...` : text;
}
