import { printable } from '../words.ts';

/**
 * A plain text message (SARIF 2.1.0, 3.11). In it braces stand for arguments unless they are doubled (3.11.5), and
 * `[text](target)` is a link (3.11.6): a text from an image gets none.
 */
export function plainText(text: string): string {
  return printable(text).replace(/[{}]/g, '$&$&').replaceAll('](', '] (');
}
