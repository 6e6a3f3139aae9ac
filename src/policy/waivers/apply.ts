import type { ExitStatus, Finding } from '../../diagnostics/index.ts';
import { policyPlace } from '../diagnostics.ts';
import { diagnostics } from './diagnostics.ts';
import type { Group } from './groups.ts';
import { grouped, nameOf } from './groups.ts';
import type { Coverage, Subject } from './scope.ts';
import { coverages, together } from './scope.ts';
import type { Waiver } from './waiver.ts';

export interface Waiving {
  readonly waivers: readonly Waiver[];
  /** The image that the findings are about. */
  readonly subject: Subject;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * What is told about the waivers themselves: `nothing`; what there is to say `so-far`; or `all`, when these are all
   * findings there will be, and what waived nothing was not needed.
   */
  readonly tell: 'nothing' | 'so-far' | 'all';
}

/**
 * Marks what is waived, and adds what there is to say about waivers. Applied to its own result it gives that result
 * again: what it said before is said anew. The order of waivers means nothing.
 */
export function applyWaivers(found: readonly Finding[], waiving: Waiving): readonly Finding[] {
  const findings = found.filter(({ code }) => !OWN.has(code));
  const groups = grouped(findings, waiving.subject);
  const byName = new Map<string, Set<Group>>();
  for (const group of groups) byName.set(group.name, (byName.get(group.name) ?? new Set()).add(group));
  const waivers = waiving.waivers.toSorted(byPlace);
  const attempts = waivers.map((waiver) => attempt(waiver, [...(byName.get(whatOf(waiver)) ?? [])], waiving));
  const waived = new Map<Group, Waiver>();
  for (const { waiver, expired, covered } of attempts) {
    if (expired) continue;
    for (const group of covered) {
      const other = waived.get(group);
      // of several the one that lasts longest
      if (other === undefined || other.expires < waiver.expires) waived.set(group, waiver);
    }
  }
  const marked = findings.map((finding, index) => {
    const group = groups[index];
    return { ...finding, waiver: noteOf(group === undefined ? undefined : waived.get(group)) };
  });
  if (waiving.tell === 'nothing') return marked;
  return [...marked, ...attempts.flatMap((tried) => remarks(tried, waived, waiving))];
}

const OWN = new Set(Object.values(diagnostics).map(({ code }) => code));

/** What a waiver finds to do. */
interface Attempt {
  readonly waiver: Waiver;
  readonly expired: boolean;
  /** Whether it is meant for any part of the machine. */
  readonly concerned: boolean;
  /** In its scope, and such that they can be waived. */
  readonly covered: readonly Group[];
  /** In its scope if only the digest is right. */
  readonly undecided: readonly Group[];
  /** In its scope, and nothing is left to go on with. */
  readonly failures: readonly Group[];
}

function attempt(waiver: Waiver, named: readonly Group[], { subject, now }: Waiving): Attempt {
  const each = coverages(waiver, subject);
  const within = (wanted: Coverage) => named.filter(({ sources }) => together(each, sources) === wanted);
  const may = ({ objection }: Group) => objection && waiver.powerless === null;
  return {
    waiver,
    expired: now >= Date.parse(waiver.expires),
    concerned: each.includes('covered'),
    covered: within('covered').filter(may),
    undecided: within('unknown').filter(may),
    failures: within('covered').filter((group) => !may(group)),
  };
}

function whatOf({ rule, code }: Waiver): string {
  return nameOf(rule, code);
}

function noteOf(waiver: Waiver | undefined): Finding['waiver'] {
  if (waiver === undefined) return null;
  const { reason, owner, ticket, expires, uri, pointer } = waiver;
  return { reason, owner, ticket, expires, uri, pointer };
}

function remarks(tried: Attempt, waived: ReadonlyMap<Group, Waiver>, { subject, tell }: Waiving): readonly Finding[] {
  const { waiver, expired, concerned, covered, undecided, failures } = tried;
  const at = policyPlace(waiver);
  const what = whatOf(waiver);
  const missed = (groups: readonly Group[]) => groups.some((group) => group.serious && !waived.has(group));
  const [failure] = failures;
  if (failure !== undefined) {
    return [diagnostics['no-effect']({ what, reason: waiver.powerless ?? REASONS[failure.exit] }, at)];
  }
  if (expired && covered.length > 0) return [missed(covered) ? late(waiver) : asNote(late(waiver))];
  if (!expired && missed(undecided)) {
    const source = subject.sources.find(({ digest }) => digest === null)?.uri ?? '';
    return [diagnostics['needs-digest']({ what, source }, at)];
  }
  return tell === 'all' && covered.length === 0 && concerned ? [asNote(idle(tried))] : [];
}

/** What there is to say of a waiver that is meant for the image and found nothing to waive. */
function idle({ waiver, expired }: Attempt): Finding {
  const at = policyPlace(waiver);
  const what = whatOf(waiver);
  if (!waiver.possible)
    return diagnostics['no-effect']({ what, reason: 'behind such a finding something is missing' }, at);
  return expired ? late(waiver) : diagnostics.unused({ what }, at);
}

function late(waiver: Waiver): Finding {
  const { expires, owner } = waiver;
  return diagnostics.expired({ what: whatOf(waiver), expires, owner }, policyPlace(waiver));
}

function asNote(finding: Finding): Finding {
  return { ...finding, severity: 'info' };
}

/** Why a finding cannot be waived, by the status it leads to. */
const REASONS: Readonly<Record<ExitStatus, string>> = {
  0: 'there is nothing to waive',
  1: 'what it forbids was not written',
  2: 'what was asked for could not be understood',
  3: 'behind it, a part of the input is missing or was not read',
  4: 'behind it, something is undecided or cannot be written',
  5: 'a command failed',
  70: 'it is a bug',
};

function byPlace(a: Waiver, b: Waiver): number {
  const order = (one: string, other: string) => (one < other ? -1 : Number(one > other));
  const [line = 0, column = 0] = a.pointer.split(':').map(Number);
  const [otherLine = 0, otherColumn = 0] = b.pointer.split(':').map(Number);
  return order(a.uri, b.uri) || line - otherLine || column - otherColumn;
}
