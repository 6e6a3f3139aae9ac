import { printable } from '../words.ts';

/** Words and small numbers that mean nothing to any Markdown. */
const PLAIN = /^(?:\p{L}+(?:['\u2019-]\p{L}+)*|\d{1,6})$/u;
/** Letters that can be the beginning of a commit's name. */
const COMMIT = /^[a-f]{7,}$/i;
/** A word with the marks around it that are no part of what it names. */
const WORD = /^(["'(]*)(.*?)(["').,;:!?]*)$/su;

/**
 * Text as a code span, the one place where neither Markdown, nor GitHub, nor GitLab looks for anything: no markup, no
 * link, no mention, no reference to an issue or commit, no emoji, no formula. `|` would end the cell of a table even
 * there, and parsers disagree on how to escape it after a backslash, so it is shown as its code.
 */
export function code(text: string): string {
  const shown = printable(text).replaceAll('|', '\\x7c');
  if (shown === '') return '""';
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  // a parser takes away one space at each end, but for text of nothing else; a backtick must not touch the fence
  const padding = /^[` ]|[` ]$/.test(shown) && !/^ +$/.test(shown) ? ' ' : '';
  return `${fence}${padding}${shown}${padding}${fence}`;
}

interface Span {
  readonly before: string;
  readonly text: string;
  readonly plain: boolean;
  readonly after: string;
}

/**
 * Sentences of ours with names and values of an image in them. Plain words stay words; all else becomes a code span, so
 * that nothing has to be escaped and nothing can be forgotten.
 */
export function prose(text: string): string {
  const spans: Span[] = [];
  for (const word of printable(text).split(/ +/)) {
    if (word === '') continue;
    const span = spanOf(word);
    const last = spans.at(-1);
    // neighbours share a code span: a name with a space in it is one name
    if (last === undefined || last.plain || span.plain || last.after + span.before !== '') spans.push(span);
    else spans[spans.length - 1] = { ...span, text: `${last.text} ${span.text}`, before: last.before };
  }
  return spans
    .map(({ before, text: inner, plain, after }) => `${before}${plain ? inner : code(inner)}${after}`)
    .join(' ');
}

function spanOf(word: string): Span {
  const [, before = '', text = '', after = ''] = WORD.exec(word) ?? [];
  if (text === '') return { before: '', text: word, plain: false, after: '' };
  if (PLAIN.test(text) && !COMMIT.test(text)) return { before, text, plain: true, after };
  // a code span is its own pair of quotes
  const quoted = /["']$/.test(before) && after.startsWith(before.slice(-1));
  return { before: quoted ? before.slice(0, -1) : before, text, plain: false, after: quoted ? after.slice(1) : after };
}
