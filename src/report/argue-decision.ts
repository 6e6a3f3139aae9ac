import { ORIGINS } from '../diagnostics/index.ts';
import { describeDemand } from '../facts/describe-vote.ts';
import {
  type Decision,
  keyPath,
  type Loser,
  type Obstacle,
  type RuleCheck,
  rank,
  type Value,
  type Winner,
} from '../facts/index.ts';
import { boundsOf, REASON } from './argue.ts';
import { placed, printable } from './words.ts';
import { wrap } from './wrap.ts';

/** What came of forcing another value with `--set`, tried for the very same sources, policy and host. */
export interface Trial {
  readonly value: Value;
  readonly outcome: 'works' | 'no-effect' | 'refused';
  /** Codes of the warnings and errors that came with it. */
  readonly codes: readonly string[];
}

export interface Argument {
  readonly checks: readonly RuleCheck[];
  readonly trials: readonly Trial[];
}

const isLimit = ({ strength }: Winner) => strength === 'forbidden' || strength === 'minimum' || strength === 'maximum';

const heading = (decision: Decision): string => {
  const { key, subject, value } = decision;
  const bounds = boundsOf(decision);
  const shown = value === null ? 'undecided' : printable(String(value));
  return `${keyPath(key, subject)} is ${shown}${bounds === null ? '' : ` (${bounds})`}`;
};

/**
 * One decision as a person would argue it: the value and who asked for it, who else is content with it, what bounds
 * it, what every other value lost to and who wanted that, and what would change it. Fits 80 columns, but for paths.
 */
export function argueDecision(decision: Decision, { checks, trials }: Argument): string {
  const { value, winner, agreed, lost } = decision;
  const places = new Places(checks);
  const said = (vote: Winner, indent: number, about: Value | null = value) => [
    ...wrap(demand(vote, about), indent, 2),
    ...places.of(vote, indent + 2),
  ];
  const list = (title: string, votes: readonly Winner[]) =>
    votes.length === 0 ? [] : [`  ${title}`, ...votes.flatMap((vote) => said(vote, 4))];
  const against = lost.filter(isLimit);
  const lines = [
    heading(decision),
    ...(winner === null ? [] : [...wrap(`because ${demand(winner, value)}`, 2, 2), ...places.of(winner, 4)]),
    ...list(
      'content with it',
      agreed.filter((vote) => !isLimit(vote)),
    ),
    ...list('limits that hold', agreed.filter(isLimit)),
    ...losingValues(lost.filter((loser) => !isLimit(loser))).flatMap((group) => losing(group, said, places)),
    ...against.flatMap((loser) => [
      `  not heard: ${REASON[loser.why]}`,
      ...obstacleLines(loser.removedBy, 4, places),
      ...said(loser, 4),
    ]),
    ...laterChoices(decision),
    ...changes(decision, trials),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const ORDINALS = ['first', 'second', 'third'];

/** `the OS profile recommends virtio or sata (its second choice)`. */
function demand(vote: Winner, about: Value | null): string {
  const place = about === null ? -1 : vote.values.indexOf(about);
  const ranked = vote.strength === 'recommended' && vote.values.length > 1 && place >= 0;
  if (vote.said !== undefined) {
    return printable(`${describeDemand({ ...vote, strength: vote.said })}, which counts as a recommendation here`);
  }
  return printable(`${describeDemand(vote)}${ranked ? ` (its ${ORDINALS[place] ?? `${place + 1}th`} choice)` : ''}`);
}

/** Never wrapped, so that it can be copied. Of a file, the place inside it has a line of its own: paths are long. */
function standing(place: string, uri: string, indent: number): string[] {
  const margin = ' '.repeat(indent);
  const file = printable(uri);
  const inside = place.slice(file.length + 1);
  return uri.startsWith('/') && place[file.length] === ' '
    ? [`${margin}${file}`, `${margin}  ${inside}`]
    : [`${margin}${place}`];
}

type Standing = Pick<Winner, 'uri' | 'pointer' | 'rule'>;

/** Where votes stand and what their rules are called; each place is told once. */
class Places {
  readonly #checks: readonly RuleCheck[];
  readonly #told = new Set<string>();

  constructor(checks: readonly RuleCheck[]) {
    this.#checks = checks;
  }

  of({ uri, pointer, rule }: Standing, indent: number): string[] {
    const place = uri === null ? null : placed(uri, pointer);
    if (place === null || this.#told.has(place)) return [];
    this.#told.add(place);
    // who is told of has a say: not what is tried out under the same id
    const known = this.#checks.filter((check) => check.rule === rule);
    const check = known.find(({ audited }) => !audited) ?? known[0];
    return [...standing(place, uri ?? '', indent), ...(check === undefined ? [] : ruleWords(check, indent))];
  }
}

/** What the author of a rule says of it. */
function ruleWords({ title, message }: RuleCheck, indent: number): string[] {
  const words = [title === null ? null : `"${title}"`, message];
  return words.flatMap((text) => (text === null ? [] : wrap(printable(text), indent, 1)));
}

interface Losing {
  readonly value: Value;
  readonly losers: readonly Loser[];
}

/** By value; the value that came closest, which the highest rank wanted, is first. */
function losingValues(lost: readonly Loser[]): Losing[] {
  const values = [...new Set(lost.map(({ value }) => value))];
  return values.map((value) => ({ value, losers: lost.filter((loser) => loser.value === value) }));
}

/** A requirement on the very same key does not weigh less or more: it leaves no room. */
const reasonOf = ({ why, removedBy }: Loser): string =>
  why === 'weaker' && removedBy !== null ? 'ruled out' : REASON[why];

/** Why one value is not it, and who wanted it. The same reason is told once. */
function losing(
  { value, losers }: Losing,
  said: (vote: Winner, indent: number, about: Value) => string[],
  places: Places,
): string[] {
  // what rank alone decided is said last, if nothing else stopped the value
  const stopped = losers.filter(({ removedBy }) => removedBy !== null);
  const reasons = [...new Set((stopped.length > 0 ? stopped : losers).map(reasonOf))];
  const obstacles = new Map(stopped.map(({ removedBy }) => [JSON.stringify(removedBy), removedBy]));
  return [
    `  not ${printable(String(value))}: ${reasons.join(', ')}`,
    ...[...obstacles.values()].flatMap((obstacle) => obstacleLines(obstacle, 4, places)),
    '    wanted by',
    ...losers.flatMap((loser) => said(loser, 6, value)),
  ];
}

function obstacleLines(obstacle: Obstacle | null, indent: number, places: Places): string[] {
  if (obstacle === null) return [];
  const { kind, id, reason, uri, pointer } = obstacle;
  const row = kind === 'compatibility' && id !== null ? ` [${id}]` : '';
  const rule = ORIGINS.some((origin) => origin === kind) ? id : null;
  return [...wrap(printable(`${reason}${row}`), indent, 2), ...places.of({ uri, pointer, rule }, indent + 2)];
}

/** Values that were named behind the one that was taken, and had nothing to lose. */
function laterChoices({ value, winner, agreed, lost }: Decision): string[] {
  if (value === null) return [];
  const named = [winner, ...agreed].flatMap((vote) => (vote === null || isLimit(vote) ? [] : vote.values));
  const told = new Set<Value>([value, ...lost.map((loser) => loser.value)]);
  const rest = [...new Set(named)].filter((other) => !told.has(other));
  return rest.length === 0 ? [] : wrap(`behind it, never tried: ${printable(rest.join(', '))}`, 2, 2);
}

const OUTCOMES = { works: 'would do it', 'no-effect': 'would change nothing', refused: 'would be refused' } as const;

/** What was tried, and whose word would have counted more. */
function changes(decision: Decision, trials: readonly Trial[]): string[] {
  const path = keyPath(decision.key, decision.subject);
  const tried = trials.flatMap(({ value, outcome, codes }) => {
    const told = codes.length === 0 ? '' : ` [${codes.join(', ')}]`;
    return wrap(printable(`--set ${path}=${value} ${OUTCOMES[outcome]}${told}`), 4, 2);
  });
  const { winner } = decision;
  const above = winner?.strength === 'recommended' ? ORIGINS.slice(0, rank(winner.origin) - 1) : [];
  const higher = above.filter((origin) => origin !== 'source-hardware');
  const ranks = higher.length === 0 ? [] : wrap(`a vote of higher rank would win: ${higher.join(', ')}`, 4, 2);
  return tried.length + ranks.length === 0 ? [] : ['  what would change it', ...tried, ...ranks];
}
