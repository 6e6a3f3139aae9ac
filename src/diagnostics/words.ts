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
