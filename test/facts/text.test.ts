import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, labelText, shown } from '../../src/facts/text.ts';

it.each([
  ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
  ['a window title', '\u001b]0;evil\u0007text', 'text'],
  ['a hyperlink', '\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['8-bit control sequences', '\u009b2Jtext\u009d0;t\u009c!', 'text!'],
  ['a sequence that does not end', 'text\u001b[', 'text'],
  ['a bidi override', 'a\u202egpj.exe\u202c', 'agpj.exe'],
  ['isolates and marks', '\u2066a\u2069\u200e\u061cb', 'ab'],
  ['tags and invisible filler', 'a\u{e0041}\u200b\u2060\ufeffb', 'ab'],
  ['noncharacters', 'a\uffff\u{1fffe}b', 'ab'],
  ['line breaks', 'a\r\nb\u2028c\td', 'a b c d'],
  ['right-to-left text and joiners, which stay', 'שלום ‍👩‍💻', 'שלום ‍👩‍💻'],
])('one line without %s', (_, text, clean) => {
  expect(cleanLine(text)).toBe(clean);
});

it('a text keeps its lines', () => {
  expect(cleanText(' a\r\n\u001b[2Jb\u0000\n\nc\t ')).toBe('a\nb\n\nc');
});

it('a name in a message is short and whole', () => {
  expect(shown('x'.repeat(100))).toBe(`${'x'.repeat(64)}…`);
  expect(shown(`${'x'.repeat(63)}😀😀`)).toBe(`${'x'.repeat(63)}…`);
});

describe('the text of a label', () => {
  it('is clean, keeps its lines and ends somewhere', () => {
    expect(labelText('one\r\n\u001b[31mtwo\u202e ')).toBe('one\ntwo');
    expect(labelText('a'.repeat(4096))).toHaveLength(4096);
    expect(labelText('a'.repeat(5000))).toBe(`${'a'.repeat(4096)}…`);
    expect(labelText('😀'.repeat(3000)).isWellFormed()).toBe(true);
  });
});
