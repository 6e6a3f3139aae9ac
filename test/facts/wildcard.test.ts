import { describe, expect, it } from 'vitest';
import { wildcardMatches } from '../../src/facts/wildcard.ts';

describe('a pattern of machine types', () => {
  it.each([
    ['pc-q35-*', 'pc-q35-7.2', true],
    ['pc-q35-*', 'pc-i440fx-7.2', false],
    ['*', 'virt-7.2', true],
    ['virt-?.?', 'virt-7.2', true],
    ['virt-7.2', 'virt-7.2', true],
    ['virt', 'virt-7.2', false],
    ['*-7.*2*', 'pc-q35-7.2', true],
    ['', '', true],
    ['?', '', false],
  ])('%j holds for %j: %s', (pattern, name, holds) => {
    expect(wildcardMatches(pattern, name)).toBe(holds);
  });

  it('made to be slow is not', () => {
    const start = performance.now();
    expect(wildcardMatches(`${'*a'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
