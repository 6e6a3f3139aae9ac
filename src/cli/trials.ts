import { counts } from '../diagnostics/verdict.ts';
import { type Decision, keyPath, parseValue } from '../facts/index.ts';
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
    const got = decisionLike(other, decision)?.value ?? null;
    // what is wrong without it too says nothing about it
    const works = got === value && !news.some(({ isError }) => isError);
    const outcome = works ? 'works' : got !== null && got === decided ? 'no-effect' : 'refused';
    trials.push({ value, outcome, codes });
  }
  return trials;
}

/** Warnings and errors that count, and what makes two of them the same. */
function tellingsOf({
  findings,
}: Planned): { readonly code: string; readonly isError: boolean; readonly told: string }[] {
  return findings
    .filter((finding) => finding.severity !== 'info' && counts(finding))
    .map(({ code, severity, args, rule }) => ({
      code,
      isError: severity === 'error',
      told: JSON.stringify([code, severity, args, rule]),
    }));
}
