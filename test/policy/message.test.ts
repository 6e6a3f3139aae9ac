import { describe, expect, it } from 'vitest';
import { vote } from '../../src/policy/engine.ts';
import { splitMessage } from '../../src/policy/message.ts';
import { evidence, policyOf } from './evidence.ts';

/** Expressions in angle brackets, the text around them as it is. */
function split(text: string): string {
  const found = splitMessage(text);
  if ('problem' in found) return `${found.problem} at ${found.index}`;
  return found.parts.map((part) => ('literal' in part ? part.literal : `<${part.expression}>`)).join('');
}

describe('where an expression of a message ends', () => {
  it.each([
    ['{{ os }} and {{os}}', '<os> and <os>'],
    ['x {{ "}}" }} y', 'x <"}}"> y'],
    ["{{ '}}' + r'\\' + \"\\\"}}\" }}!", "<'}}' + r'\\' + \"\\\"}}\">!"],
    ['{{ """a"}}\n""" }}!', '<"""a"}}\n""">!'],
    ['{{ {"a": {"b": 1}}.a.b }}!', '<{"a": {"b": 1}}.a.b>!'],
    ['{{ {"a": {"b": 1}}}}!', '<{"a": {"b": 1}}>!'],
    ['{{ "{{" }} os }}', '<"{{"> os }}'],
    ["it's {{ os }}, isn't it {{ os }}", "it's <os>, isn't it <os>"],
    // wrong expressions, for the parser to tell
    ['{{ "a }} b', '<"a> b'],
    ["{{ os' }} or\n{{ '' }}", "<os'> or\n<''>"],
    ['{{ {"a": 1 }} b', '<{"a": 1> b'],
    ['{{ } }} b', '<}> b'],
    ['a {{ b }', 'a {{ without }} at 2'],
    ['{{ }}', 'nothing between {{ and }} at 0'],
  ])('%s', (text, expected) => expect(split(text)).toBe(expected));

  it('in a time that grows with the text', () => {
    const start = performance.now();
    for (const text of ['{{{{}}', '{{"}}', '{{r"""}}', "{{'\\"]) splitMessage(text.repeat(50_000));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

it('braces and their like can be written in a message', async () => {
  const policy = await policyOf(
    `  - id: site.a\n    deny: '{{ "{{" }} {{ {"a": {"b": 1}}.a.b }} {{ "}}" }}'\n    remedy: Ask.\n`,
  );
  const { findings } = await vote(policy, { evidence: evidence(), os: null, architecture: null });
  expect(findings.map(({ args }) => args['message'])).toEqual(['{{ 1 }}']);
});
