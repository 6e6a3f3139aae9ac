import type { Arg } from './index.ts';

// control characters, invisible format characters that can reorder or hide text on a terminal (bidi, zero width, tags),
// line and paragraph separators, lone surrogates
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const LONGEST = 4000;

/** Text from an input, made safe to print: control characters are shown as escapes, and it ends somewhere. */
export function printable(text: string): string {
  const safe = text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
  if (safe.length <= LONGEST) return safe;
  // not between the halves of a character, which would leave what was just taken out
  return `${safe.slice(0, LONGEST).replace(/\p{Cs}$/u, '')}...`;
}

// JSON.stringify escapes the control characters below the space, and halves of characters
const UNSAFE_IN_JSON = /[\p{Cf}\p{Zl}\p{Zp}\x7f-\x9f]/gu;

/** A document for programs. It means the same, and on a terminal nothing in it hides or turns round what follows. */
export function jsonText(document: unknown, replacer?: (name: string, value: unknown) => unknown): string {
  const text = JSON.stringify(document, replacer, 2).replace(UNSAFE_IN_JSON, (character) =>
    // a tag character has two halves
    character.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
  return `${text}\n`;
}

/** Puts arguments, made printable, in the places of a template. */
export function fill(template: string, args: Readonly<Record<string, Arg>>): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(args, name) ? printable(String(args[name])) : whole,
  );
}

/** The words of a policy's author may lack the stop that the next sentence needs. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
