import type { Origin } from '../diagnostics/index.ts';
import type { Value } from './keys.ts';
import type { Strength, Vote } from './vote.ts';

const WHO: { readonly [origin in Origin]: string } = {
  'policy-set': 'the policy',
  flag: 'the flag',
  'policy-prefer': 'the policy',
  hints: 'the hint document',
  descriptor: 'the descriptor',
  content: 'the disk content',
  'policy-default': 'the policy default',
  osinfo: 'the OS profile',
  'source-hardware': 'the source hardware',
  default: 'the built-in default',
};

const VERB: { readonly [strength in Strength]: string } = {
  required: 'requires',
  recommended: 'recommends',
  forbidden: 'forbids',
  minimum: 'asks for at least',
  maximum: 'allows at most',
};

/** `the policy rule site.q35 (site.yaml 12:5)`. */
export function describeSource(vote: Pick<Vote, 'origin' | 'uri' | 'pointer' | 'rule'>): string {
  const who = vote.rule === null ? WHO[vote.origin] : `${WHO[vote.origin]} rule ${vote.rule}`;
  const place = [vote.uri, vote.pointer]
    .filter((part) => part !== null)
    .map(shortened)
    .join(' ');
  return place === '' ? who : `${who} (${place})`;
}

/** The end of a long path says more than its start. */
function shortened(text: string): string {
  return text.length > 160 ? `...${text.slice(-150)}` : text;
}

/** `the hint document (...) requires machine q35 or i440fx`. */
export function describeVote(vote: Vote): string {
  const verb = vote.origin === 'policy-set' || vote.origin === 'flag' ? 'sets' : VERB[vote.strength];
  return `${describeSource(vote)} ${verb} ${vote.key} ${listValues(vote.values)}`;
}

/** The same without its place, which is told beside it: `the policy rule site.q35 requires q35`. */
export function describeDemand(vote: Pick<Vote, 'origin' | 'rule' | 'strength' | 'values'>): string {
  const { origin, rule, strength, values } = vote;
  const verb = origin === 'policy-set' || origin === 'flag' ? 'sets' : VERB[strength];
  return `${describeSource({ origin, rule, uri: null, pointer: null })} ${verb} ${listValues(values)}`;
}

export function listValues(values: readonly Value[]): string {
  const [last, ...before] = values.toReversed();
  return before.length === 0 ? String(last) : `${before.toReversed().join(', ')} or ${last}`;
}
