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

const VERB: { readonly [strength in Strength]: readonly [verb: string, bound: string] } = {
  required: ['requires', ''],
  recommended: ['recommends', ''],
  forbidden: ['forbids', ''],
  minimum: ['asks for', 'at least '],
  maximum: ['allows', 'at most '],
};

/** `requires q35`; with a key `requires machine q35`, `asks for memory-mib of at least 4096`. */
export function describeAsked({ origin, strength, values }: Omit<Said, 'rule'>, key: string | null): string {
  const [verb, bound] = origin === 'policy-set' || origin === 'flag' ? ['sets', ''] : VERB[strength];
  const about = key === null ? '' : bound === '' ? `${key} ` : `${key} of `;
  return `${verb} ${about}${bound}${listValues(values)}`;
}

type Said = Pick<Vote, 'origin' | 'rule' | 'strength' | 'values'>;

/** `the policy rule site.q35 (site.yaml 12:5)`. */
export function describeSource(vote: Pick<Vote, 'origin' | 'uri' | 'pointer' | 'rule'>): string {
  const who = vote.rule === null ? WHO[vote.origin] : `${WHO[vote.origin]} rule ${vote.rule}`;
  return describeAt(who, vote);
}

/** The end of a long path says more than its start. */
function shortened(text: string): string {
  return text.length > 160 ? `...${text.slice(-150)}` : text;
}

/** `the hint document (...) requires machine q35 or i440fx`. */
export function describeVote(vote: Vote): string {
  return `${describeSource(vote)} ${describeAsked(vote, vote.key)}`;
}

/** The same without its place, which is told beside it: `the policy rule site.q35 requires q35`. */
export function describeDemand(vote: Said, key: string | null = null): string {
  return `${describeSource({ ...vote, uri: null, pointer: null })} ${describeAsked(vote, key)}`;
}

/** `the host offers tpm 2.0 (caps.xml)`: something said, and where. */
export function describeAt(said: string, { uri, pointer }: Pick<Vote, 'uri' | 'pointer'>): string {
  const place = [uri, pointer]
    .filter((part) => part !== null)
    .map(shortened)
    .join(' ');
  return place === '' ? said : `${said} (${place})`;
}

export function listValues(values: readonly Value[]): string {
  const [last, ...before] = values.toReversed();
  return before.length === 0 ? String(last) : `${before.toReversed().join(', ')} or ${last}`;
}
