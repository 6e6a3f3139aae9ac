import { SETTLED_FIRST } from '../facts/index.ts';
import type { Code } from './cel/code.ts';
import type { ExpressionProblem, ExpressionUse } from './conditions.ts';
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
  // one condition in many rules is checked once, and is one piece of code
  const known = new Map<string, Checked>();
  const checkOnce = (text: string, use: ExpressionUse): Checked => {
    const key = JSON.stringify([use, text]);
    const before = known.get(key);
    if (before !== undefined) return before;
    let code: Code | undefined;
    const problem = expressionProblem(text, use, (sound) => {
      code = sound;
    });
    const checked = { problem, code };
    known.set(key, checked);
    return checked;
  };
  for (const rule of rules) {
    const barred = barredFor(rule);
    const check = (expression: LocatedExpression, wants: 'bool' | 'text') => {
      const { problem, code } = checkOnce(expression.text, { phase: rule.phase, wants, barred });
      if (code !== undefined) codes.set(expression, code);
      if (problem === undefined) return;
      const at = offsetInScalar(text, expression.scalar, expression.index + problem.index);
      problems.condition({ problem: problem.problem, hint: problem.hint }, at, rule.id);
    };
    if (rule.when !== null) check(rule.when, 'bool');
    for (const part of inserted(rule)) check(part, 'text');
  }
  return codes;
}

interface Checked {
  readonly problem: ExpressionProblem | undefined;
  readonly code: Code | undefined;
}

function barredFor(rule: RuleReading): Readonly<Record<string, string>> {
  const voted = SETTLED_FIRST.filter((key) => rule.effects.some((effect) => effect.key === key));
  const [first] = voted;
  if (first === undefined) return {};
  const reason = `a rule that votes on ${first} is heard before os and architecture are settled`;
  return Object.fromEntries(SETTLED_FIRST.map((name) => [name, reason]));
}
