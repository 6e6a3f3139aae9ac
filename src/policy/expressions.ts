import { SETTLED_FIRST } from '../facts/index.ts';
import type { Code } from './cel/code.ts';
import type { LocatedExpression, RuleReading } from './document.ts';
import { offsetInScalar } from './places.ts';
import type { Problems } from './problems.ts';

/** What is run for each expression. */
export type Codes = ReadonlyMap<LocatedExpression, Code>;

/**
 * Checks the conditions and messages of all rules; brings in the CEL engine only when there is one. Code is there for
 * all in which nothing is wrong.
 */
export async function expressionsOf(rules: readonly RuleReading[], text: string, problems: Problems): Promise<Codes> {
  const codes = new Map<LocatedExpression, Code>();
  const inserted = ({ announcement, message }: RuleReading) =>
    [...announcement, ...(message ?? [])].filter((part) => typeof part !== 'string');
  const expressions = rules.flatMap((rule) => [...(rule.when === null ? [] : [rule.when]), ...inserted(rule)]);
  if (expressions.length === 0) return codes;
  const { bringPatterns, expressionProblem } = await import('./conditions.ts');
  await bringPatterns(expressions);
  for (const rule of rules) {
    const check = (expression: LocatedExpression, wants: 'bool' | 'text') => {
      const use = { phase: rule.phase, wants, barred: barredFor(rule) };
      const found = expressionProblem(expression.text, use, (code) => codes.set(expression, code));
      if (found === undefined) return;
      const at = offsetInScalar(text, expression.scalar, expression.index + found.index);
      problems.condition({ problem: found.problem, hint: found.hint }, at, rule.id);
    };
    if (rule.when !== null) check(rule.when, 'bool');
    for (const part of inserted(rule)) check(part, 'text');
  }
  return codes;
}

function barredFor(rule: RuleReading): Readonly<Record<string, string>> {
  const voted = SETTLED_FIRST.filter((key) => rule.effects.some((effect) => effect.key === key));
  const [first] = voted;
  if (first === undefined) return {};
  const reason = `a rule that votes on ${first} is heard before os and architecture are settled`;
  return Object.fromEntries(SETTLED_FIRST.map((name) => [name, reason]));
}
