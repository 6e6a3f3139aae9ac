import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText } from '../../src/report/words.ts';
import { decision, finding, rendered } from './documents.ts';
import { hostile } from './hostile.ts';

it('has nothing in it that a terminal hides or turns round, and says the same', async () => {
  const value = 'a\u202egpj\u200b\u2066\u{e0041}\u2028\u009b2J\u007f';
  const text = await rendered('json', {
    decisions: [decision({ value })],
    findings: [finding({ args: { name: value } })],
  });
  expect(text).toContain('\\u202egpj\\u200b\\u2066\\udb40\\udc41\\u2028\\u009b2J\\u007f');
  expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(JSON.parse(text).decisions[0].value).toBe(value);
});

it('whatever the text is', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const written = jsonText({ [text]: [text] });
      expect(JSON.parse(written)).toEqual({ [text]: [text] });
      expect(written.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});
