import { counts } from '../diagnostics/verdict.ts';
import { type Decision, keyPath, parseValue, type Value } from '../facts/index.ts';
import { type Planned, plan } from '../pipeline/index.ts';
import type { Trial } from '../report/argue-decision.ts';
import type { Prepared } from './stages.ts';

/** More would not be read. */
const MOST = 4;

const decisionLike = ({ decisions }: Planned, of: Decision) =>
  decisions.find(({ key, subject }) => key === of.key && subject === of.subject);

/** Plans again with `--set` for each other value that somebody named, and tells what came of it. */
export async function trialsOf(decision: Decision, planned: Planned, prepared: Prepared): Promise<readonly Trial[]> {
  const { key, subject, value: decided, winner, agreed, lost } = decision;
  const choices = [winner, ...agreed, ...lost].flatMap((vote) =>
    vote !== null && (vote.strength === 'recommended' || vote.strength === 'required') ? vote.values : [],
  );
  // what nearly was it comes first; what only a policy may write cannot be tried
  const values = [...new Set([...lost.map(({ value }) => value), ...choices])].filter(
    (value) => choices.includes(value) && value !== decided && parseValue(key, value) !== undefined,
  );
  const path = keyPath(key, subject);
  const known = new Set(tellingsOf(planned).map(({ told }) => told));
  const trials: Trial[] = [];
  for (const value of values.slice(0, MOST)) {
    const { evidence, options } = prepared;
    const other = await plan(evidence, { ...options, set: [...(options.set ?? []), [path, value, '--set']] });
    const news = tellingsOf(other).filter(({ told }) => !known.has(told));
    const codes = [...new Set(news.map(({ code }) => code))];
    trials.push({ value, outcome: outcomeOf(value, decided, other, decision), codes });
  }
  return trials;
}

/** Warnings and errors that count, and what makes two of them the same. */
function tellingsOf({ findings }: Planned): { readonly code: string; readonly told: string }[] {
  return findings
    .filter((finding) => finding.severity !== 'info' && counts(finding))
    .map(({ code, args, rule }) => ({ code, told: JSON.stringify([code, args, rule]) }));
}

function outcomeOf(wanted: Value, decided: Value | null, other: Planned, decision: Decision): Trial['outcome'] {
  const value = decisionLike(other, decision)?.value ?? null;
  if (other.judgement.exit === 0 && value === wanted) return 'works';
  return value !== null && value === decided ? 'no-effect' : 'refused';
}
