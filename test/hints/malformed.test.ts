import { describe, expect, it } from 'vitest';
import { type HintCarrier, MAX_HEADER_HINT_BYTES, readHints } from '../../src/hints/index.ts';
import { BESIDE, read } from './carriers.ts';

const IN_IMAGE: HintCarrier = {
  kind: 'image',
  uri: 'file:///images/a.qcow2',
  pointer: 'header-extension+0x70',
  disk: 'disk0',
  maxBytes: MAX_HEADER_HINT_BYTES,
};

function nested(depth: number): string {
  return `{"vmHints":1,"extensions":{"org.example.deep":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
}

describe('a malformed document gives one error that leads to exit 3', () => {
  it.each([
    ['no document at all', '', 'malformed-json', { line: 1, column: 1 }],
    ['two documents', '{"vmHints":1} {}', 'malformed-json', { line: 1, column: 15 }],
    ['a comment', '{\n  "vmHints": 1, // one\n}', 'malformed-json', { line: 2, column: 17 }],
    ['a trailing comma', '{\n  "vmHints": 1,\n}', 'malformed-json', { line: 3, column: 1 }],
    ['single quotes', "{'vmHints':1}", 'malformed-json', { line: 1, column: 2 }],
    ['a string that does not end', '{"vmHints', 'malformed-json', { line: 1, column: 10 }],
    ['a raw control character', '{"title":"a\u0001"}', 'malformed-json', { line: 1, column: 12 }],
    ['a lone surrogate', '{"title":"\\ud800"}', 'malformed-json', { line: 1, column: 10 }],
    ['an unknown escape', '{"title":"\\x41"}', 'malformed-json', { line: 1, column: 11 }],
    ['a short escape', '{"title":"\\u12"}', 'malformed-json', { line: 1, column: 13 }],
    ['a number with a leading zero', '{"vmHints":01}', 'malformed-json', { line: 1, column: 13 }],
    ['NaN', '{"vmHints":NaN}', 'malformed-json', { line: 1, column: 12 }],
    ['an infinite number', '{"vmHints":1e999}', 'malformed-json', { line: 1, column: 12 }],
    ['an integer that would be rounded', '{"vmHints":9007199254740993}', 'malformed-json', { line: 1, column: 12 }],
    ['a byte-order mark in the middle', '{\ufeff"vmHints":1}', 'malformed-json', { line: 1, column: 2 }],
    ['a member given twice', '{"vmHints":1,\n"os":"a","os":"b"}', 'malformed-duplicate-key', { name: 'os', line: 2 }],
    [
      'a member given twice, once escaped',
      '{"vmHints":1,"os":"a","\\u006fs":"b"}',
      'malformed-duplicate-key',
      { name: 'os' },
    ],
    [
      'a member given twice inside an extension',
      '{"vmHints":1,"extensions":{"org.example.a":{"x":1,"x":1}}}',
      'malformed-duplicate-key',
      { name: 'x' },
    ],
    ['nesting without end', nested(5000), 'malformed-depth', { limit: 16 }],
    ['too many values', `[${'0,'.repeat(5000)}0]`, 'malformed-depth', { values: 4096 }],
    ['a list', '[1]', 'malformed-document', { kind: 'a list' }],
    ['a string', '"vmHints"', 'malformed-document', { kind: 'a string' }],
    ['null', 'null', 'malformed-document', { kind: 'null' }],
    ['a later version', '{"vmHints":2}', 'malformed-version', { found: '2' }],
    ['the version as text', '{"vmHints":"1"}', 'malformed-version', { found: '1' }],
    ['the version as a list', '{"vmHints":[1]}', 'malformed-version', { found: 'a list' }],
    ['some other JSON file', '{"name":"left-pad"}', 'malformed-version', { found: 'nothing' }],
    [
      'one hint in both spellings',
      '{"vmHints":1,"hardware":{"firmware":"uefi"},"hardware.firmware":"uefi"}',
      'malformed-collision',
      { first: '/hardware/firmware', second: '/hardware.firmware' },
    ],
    [
      'one hint under two flat names',
      '{"qemu.min-ram-MB":1,"vmHints":1,"hardware.memory-mib.minimum":2}',
      'malformed-collision',
      { name: 'memory-mib', first: '/qemu.min-ram-MB', second: '/hardware.memory-mib.minimum' },
    ],
    [
      'one extension in two places',
      '{"vmHints":1,"extensions":{"org.example.a":1},"org.example.a":1}',
      'malformed-collision',
      { second: '/org.example.a' },
    ],
  ])('%s', (_, text, code, args) => {
    const reading = read(text);
    expect(reading).toMatchObject({ document: null, votes: [], findings: [{ code: `hints/${code}`, args, exit: 3 }] });
    expect(reading.findings).toHaveLength(1);
    expect(reading.findings[0]?.severity).toBe('error');
  });

  it('bytes that are not UTF-8', () => {
    const latin1 = Buffer.from('{"vmHints":1,"title":"caf\u00e9"}', 'latin1');
    expect(readHints(latin1, BESIDE).findings.map(({ code }) => code)).toEqual(['hints/malformed-encoding']);
    const utf16 = Buffer.from('{"vmHints":1,"title":"\u00e9"}', 'utf16le');
    expect(readHints(utf16, BESIDE).document).toBeNull();
  });

  it('more bytes than the carrier may hold', () => {
    const text = JSON.stringify({ vmHints: 1, extensions: { 'org.example.a': 'x'.repeat(8000) } });
    const large = `${' '.repeat(10_000)}${text}`;
    expect(read(large).findings).toEqual([]);
    expect(read(large, IN_IMAGE).findings).toMatchObject([
      {
        code: 'hints/malformed-size',
        args: { size: large.length, limit: 16_384 },
        at: [{ pointer: IN_IMAGE.pointer }],
      },
    ]);
  });
});

it('a byte-order mark at the start is tolerated', () => {
  expect(read('\ufeff{"vmHints":1}')).toMatchObject({ document: { vmHints: 1 }, findings: [] });
});
