import type { Severity } from '../diagnostics/index.ts';
import { describeDemand } from '../facts/describe-vote.ts';
import {
  type Decision,
  type FindingDocument,
  type Key,
  keyPath,
  type Loser,
  type RuleCheck,
  type RuleOutcome,
  type Strength,
  type Value,
  type Winner,
} from '../facts/index.ts';
import { REASON } from './argue.ts';
import { raisedBy } from './raiser.ts';
import { standing } from './standing.ts';
import { placed, printable } from './words.ts';
import { wrap } from './wrap.ts';

interface Place {
  readonly uri: string;
  readonly pointer: string;
}

interface Effect {
  readonly key: Key;
  readonly subject: string | null;
  readonly strength: Strength;
  readonly values: readonly Value[];
  readonly origin: string;
}

/** What is told of a rule; the rules of a loaded policy have all of it. */
export interface DescribedRule extends Place {
  readonly id: string;
  readonly title: string | null;
  readonly phase: 'vote' | 'verify';
  readonly when: { readonly text: string } | null;
  readonly effects: readonly Effect[];
  readonly announcement: {
    readonly kind: 'deny' | 'warn';
    readonly message: readonly (string | { readonly text: string })[];
  } | null;
  readonly severity: Severity;
  readonly remedy: string | null;
  readonly docs: string | null;
  readonly tags: readonly string[];
  readonly locked: boolean;
  readonly message: readonly (string | { readonly text: string })[] | null;
  readonly targets: readonly string[] | null;
  readonly mode: 'audit' | 'enforce';
  /** Rules of the same id that it took the place of. */
  readonly replaced: readonly Place[];
  /** Overrides that were applied to it. */
  readonly changes: readonly (Place & { readonly what: string })[];
}

const LABEL = 12;

/** `label   text`, wrapped behind the label; nothing for an empty text. */
function row(label: string, text: string | null): string[] {
  if (text === null || text === '') return [];
  return wrap(printable(text), LABEL + 2).map((line, index) =>
    index === 0 ? `  ${label.padEnd(LABEL)}${line.slice(LABEL + 2)}` : line,
  );
}

const rows = (label: string, texts: readonly string[]) =>
  texts.flatMap((text, index) => row(index === 0 ? label : '', text));

const at = ({ uri, pointer }: Place): string => placed(uri, pointer);

/** A rule in words: what it does, when, where it stands, and what it took the place of. */
export function describeRule(rule: DescribedRule): string {
  const { id, title, phase, when, severity, remedy, docs, tags, locked, replaced, targets, mode, changes } = rule;
  const lines = [
    ...wrap(printable(title === null ? id : `${id}: ${title}`)),
    '',
    ...row('stands in', at(rule)),
    ...row('asked', PHASES[phase]),
    ...row('applies if', when === null ? 'always' : when.text.replace(/\s+/g, ' ').trim()),
    ...rows('then it', actionsOf(rule)),
    ...row('because', rule.message === null ? null : wordsOf(rule.message)),
    ...row('only for', targets === null ? null : targets.join(', ')),
    ...row('mode', mode === 'audit' ? 'audit: what it would do is told, and has no effect' : null),
    ...row('severity', raises(rule) ? severity : null),
    ...row('remedy', remedy),
    ...row('docs', docs),
    ...row('tags', tags.join(', ')),
    ...row('locked', locked ? LOCKED : null),
    ...(mode === 'audit'
      ? rows(
          'replaces',
          replaced.map((place) => `${at(place)}, were it enforced`),
        )
      : rows('replaced', replaced.map(at))),
    ...rows(
      'changed',
      changes.map((change) => `${change.what} by ${at(change)}`),
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const LOCKED =
  'no later policy replaces it, and no later rule or flag weakens it; only a waiver given with --waivers lifts it';

const PHASES = {
  vote: 'before the plan is made; it sees the evidence',
  verify: 'when the plan is made; it sees the plan',
} as const;

const raises = ({ announcement, phase, effects }: DescribedRule) =>
  announcement !== null || (phase === 'verify' && effects.length > 0);

function actionsOf({ effects, announcement, phase }: DescribedRule): string[] {
  const said = announcement === null ? '' : wordsOf(announcement.message);
  return [
    ...effects.map((effect) => (phase === 'verify' ? check(effect) : vote(effect))),
    ...(announcement === null ? [] : [`${announcement.kind === 'deny' ? 'denies' : 'warns'}: ${said}`]),
  ];
}

const wordsOf = (message: readonly (string | { readonly text: string })[]): string =>
  message
    .map((part) => (typeof part === 'string' ? part : `{{ ${part.text} }}`))
    .join('')
    .trim();

const list = (values: readonly Value[]) => values.join(' or ');

function vote({ key, subject, strength, values, origin }: Effect): string {
  const path = keyPath(key, subject);
  if (origin === 'policy-set') return `sets ${path} to ${list(values)}, whatever flags and images say`;
  if (origin === 'policy-default') return `gives ${path} ${list(values)} when the image says nothing`;
  switch (strength) {
    case 'required':
      return `requires ${path} ${list(values)}`;
    case 'recommended':
      return `prefers ${path} ${list(values)}`;
    case 'forbidden':
      return `forbids ${path} ${list(values)}; only a locked rule before it brings it back`;
    case 'minimum':
      return `asks for ${path} of at least ${list(values)}`;
    case 'maximum':
      return `allows ${path} of at most ${list(values)}`;
  }
}

const check = ({ key, strength, values }: Effect): string =>
  `refuses a plan with ${key} ${strength === 'minimum' ? 'below' : 'above'} ${list(values)}`;

/** What of a run concerns rules. */
export interface RuleRun {
  readonly checks: readonly RuleCheck[];
  readonly findings: readonly FindingDocument[];
  readonly decisions: readonly Decision[];
}

type Asked = Place & { readonly id: string };

/** The check of one rule, and what it raised; not those of another that is tried out under the same id. */
export function ruleRun(
  rule: Asked,
  run: RuleRun | null,
): { readonly check: RuleCheck | null; readonly findings: readonly FindingDocument[] } {
  const check = run?.checks.find((one) => one.rule === rule.id && one.uri === rule.uri && one.pointer === rule.pointer);
  if (run === null || check === undefined) return { check: null, findings: [] };
  return { check, findings: raisedBy(run.checks, run.findings).get(check) ?? [] };
}

const OUTCOMES: { readonly [outcome in RuleOutcome]: string } = {
  passed: 'passed: it found nothing',
  failed: 'failed: it raised a finding',
  applied: 'applied: it voted',
  'not-applied': 'not applied: its condition does not hold',
  error: 'its condition could not be evaluated',
  skipped: 'not asked: the run ended before it, or it is for another target',
};

/** What came of the rule for one machine: its outcome, what it raised, and how its votes fared. */
export function argueRule(rule: Asked, run: RuleRun): string {
  const { check, findings } = ruleRun(rule, run);
  // what is only tried out votes on nothing
  const votes = check === null || check.audited ? [] : run.decisions.flatMap((decision) => fared(rule.id, decision));
  const lines = [
    '',
    ...row('here', check === null ? 'not asked' : `${OUTCOMES[check.outcome]}${check.audited ? ' (audit)' : ''}`),
    ...rows('it says', findings.map(said)),
    ...rows('its votes', votes),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function said(finding: FindingDocument): string {
  const kind = standing(finding);
  return `${finding.message}${kind === 'waived' || kind === 'audit' ? ` (${kind})` : ''}`;
}

function fared(id: string, { key, subject, value, winner, agreed, lost }: Decision): string[] {
  const path = keyPath(key, subject);
  const ours = ({ rule }: Winner) => rule === id;
  const limits = ({ strength }: Winner) => strength !== 'required' && strength !== 'recommended';
  return [
    ...(winner !== null && ours(winner) ? [`${path}: won with ${value}`] : []),
    ...agreed.filter(ours).map((one) => `${path}: ${limits(one) ? 'holds for' : 'content with'} ${value}`),
    ...lost
      .filter((loser) => loser.removedBy?.id === id && !ours(loser))
      .map((loser) => `${path}: ruled out ${loser.value}, for which was: ${describeDemand(loser)}`),
    ...lost
      .filter(ours)
      .map((loser) => `${path}: ${limits(loser) ? 'overruled' : `lost ${loser.value}`}${whyNot(loser)}`),
  ];
}

const whyNot = ({ why, removedBy }: Loser): string =>
  removedBy === null ? `, ${REASON[why]}` : `: ${removedBy.reason}`;
