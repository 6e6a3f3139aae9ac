import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/policy/index.ts';
import { loadPolicies, PRESET_NAMES } from '../../src/policy/index.ts';
import { load } from './evidence.ts';

type Rule = Policy['rules'][number];

const page = (name: string) => readFile(`docs/policies/${name}.md`, 'utf8');

async function ownRules(name: string): Promise<readonly Rule[]> {
  const { policy } = await loadPolicies([`preset:${name}`], { readText: () => Promise.reject(new Error('no file')) });
  return (policy?.rules ?? []).filter(({ uri }) => uri === `preset:${name}`);
}

const FINDINGS = { error: 'deny', warning: 'warn', info: 'note' } as const;
const VOTES: Readonly<Record<string, string>> = {
  'policy-set required': 'set',
  'policy-prefer required': 'require',
  'policy-prefer recommended': 'prefer',
  'policy-default recommended': 'default',
  'policy-prefer forbidden': 'forbid',
};

/** What the page says a rule does: `warn`, or `prefer` and the keys. */
function effectOf({ announcement, effects, phase, severity }: Rule): string {
  const keys = new Map<string, string[]>();
  for (const { key, strength, origin } of effects) {
    const name = VOTES[`${origin} ${strength}`] ?? 'limit';
    keys.set(name, [...(keys.get(name) ?? []), `\`${key}\``]);
  }
  const told = [...keys].map(([name, named]) => `${name} ${[...new Set(named)].join(', ')}`).join('; ');
  if (announcement !== null) return FINDINGS[severity];
  return phase === 'verify' ? `${told} (${FINDINGS[severity]})` : told;
}

const cells = (line: string) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));

describe.each(PRESET_NAMES)('docs/policies/%s.md', async (name) => {
  const text = await page(name);
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));

  it('has a row for every rule and no other, in their order', async () => {
    const rules = await ownRules(name);
    expect(rows.map((row) => cells(row).slice(0, 3))).toEqual(
      rules.map((rule) => [`\`${rule.id}\``, effectOf(rule), rule.title]),
    );
  });

  it('gives every rule a reason', () => {
    expect(rows.filter((row) => (cells(row)[3]?.length ?? 0) < 20)).toEqual([]);
  });

  it('shows a policy that starts from it and replaces its rules', async () => {
    const [example = ''] = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml]) => yaml);
    const { policy, findings } = await load({ 'site.yaml': example });
    expect(findings).toEqual([]);
    expect(policy?.rules.filter(({ replaced }) => replaced.length > 0).map(({ id }) => id)).not.toEqual([]);
  });

  it('is linked from the page about policies', async () => {
    expect(await page('README')).toContain(`| [${name}](${name}.md) |`);
  });
});

describe('docs/policies/README.md', () => {
  it('shows policies that load', async () => {
    const examples = [...(await page('README')).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) => yaml);
    expect(examples.length).toBeGreaterThan(2);
    for (const example of examples) {
      expect((await load({ 'site.yaml': example, 'waivers.yaml': '' })).findings).toEqual([]);
    }
  });
});
