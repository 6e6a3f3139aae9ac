import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/policy/yaml.ts';

const MILLION = 1_000_000;
const filled = (part: string) => part.repeat(Math.ceil(MILLION / part.length));
const problemOf = (text: string) => readYaml(text).problems[0]?.problem;

describe('a megabyte of almost nothing is refused while it is read', () => {
  it.each(['[', '{', '- ', '? ', ': ', 'a: '])('levels made of %j', (part) => {
    const { tree, problems, place } = readYaml(filled(part));
    expect(tree).toBeNull();
    expect(problems.map(({ problem }) => problem)).toEqual(['more than 32 levels of nesting']);
    expect(place(problems[0]?.at ?? 0)).toMatch(/^1:\d{2,3}$/);
  });

  it.each<[string, string]>([
    ['[', '[],'],
    ['[', ','],
    ['[', 'a: b,'],
    ...['-\n', '\n', '#\n', 'a: b\n', '- *a\n', '---\n', '!a ', '&a ', '%a\n'].map((part): [string, string] => [
      '',
      part,
    ]),
  ])('%j and then %j', (start, part) => {
    expect(problemOf(`${start}${filled(part)}`)).toBe('more than 200000 words, signs and lines');
  });

  it('one text of a megabyte is none of that', () => {
    expect(readYaml(`"${filled('[')}"`).problems).toEqual([]);
    expect(readYaml(`a: |\n  ${filled('[- ')}\n`).problems).toEqual([]);
  });
});

describe('as many values as there may be fit', () => {
  const pairs = Array.from({ length: 9_000 }, (_, index) => [`key${index}`, 'some words'] as const);
  it.each<[string, string]>([
    ['in JSON', JSON.stringify(Object.fromEntries(pairs), null, 2)],
    ['in YAML with a comment each', pairs.map(([key, value]) => `# about it\n${key}: ${value}\n`).join('')],
  ])('%s', (_, text) => {
    const { tree, problems } = readYaml(text);
    expect(problems).toEqual([]);
    expect(tree?.kind === 'map' ? tree.entries.size : 0).toBe(9_000);
  });

  it('and problems by the hundred thousand are not all told', () => {
    expect(readYaml('a: b\n'.repeat(25_000)).problems).toHaveLength(50);
  });
});
