import type { Location, Result, Suppression } from 'sarif';
import type { WaiverNote } from '../../diagnostics/index.ts';
import type { FindingDocument, RuleCheck } from '../../facts/index.ts';
import { printable, sentence } from '../words.ts';
import { plainText } from './message.ts';
import { type ArtifactIndex, artifactLocation, locationOf } from './places.ts';
import { ruleIdOf } from './rules.ts';

export interface ResultContext {
  readonly ruleIndex: (id: string) => number;
  readonly artifactIndex: ArtifactIndex;
  /** What was looked at, for what has no place of its own. Null where nothing could be. */
  readonly subject: string | null;
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

export function resultOf(finding: FindingDocument, fingerprint: string, context: ResultContext): Result {
  const { severity, code, message, remedy, audited, waiver } = finding;
  const ruleId = ruleIdOf(finding);
  const [place, ...related] = placesOf(finding, context);
  return {
    ruleId,
    ruleIndex: context.ruleIndex(ruleId),
    level: audited ? 'note' : LEVELS[severity],
    message: { text: plainText(`${sentence(message)} ${sentence(remedy)}`) },
    ...(place === undefined ? {} : { locations: [place] }),
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    // the second name is the only one that GitHub compares
    partialFingerprints: { 'vmImportFinding/v1': fingerprint, primaryLocationLineHash: fingerprint },
    suppressions: waiver === null ? [] : [suppression(waiver, context)],
    properties: { code: printable(code), severity, audited },
  };
}

/** The first place in a document, then the others, each once. */
function placesOf({ at }: FindingDocument, context: ResultContext): readonly Location[] {
  const found = at.flatMap((place) => locationOf(place, context.artifactIndex) ?? []);
  const first = found.find(({ physicalLocation }) => physicalLocation !== undefined);
  const primary = first ?? ofSubject(context);
  const places = new Map([primary, ...found].flatMap((place) => (place === undefined ? [] : [[keyOf(place), place]])));
  return [...places.values()];
}

const keyOf = (place: Location) => JSON.stringify(place);

/** Consumers drop results that have no place; what is said of no file in particular is said of the first. */
function ofSubject({ subject, artifactIndex }: ResultContext): Location | undefined {
  if (subject === null) return undefined;
  return { physicalLocation: { artifactLocation: artifactLocation(subject, artifactIndex) } };
}

function suppression(
  { reason, owner, ticket, expires, uri, pointer }: WaiverNote,
  context: ResultContext,
): Suppression {
  const location = locationOf({ uri, pointer }, context.artifactIndex);
  return {
    kind: 'external',
    status: 'accepted',
    justification: plainText(reason),
    ...(location === undefined ? {} : { location }),
    properties: { owner: printable(owner), ticket: ticket === null ? null : printable(ticket), expires },
  };
}

/** A rule that looked and found nothing. */
export function passOf({ rule, title, audited, uri, pointer }: RuleCheck, context: ResultContext): Result {
  const ruleId = printable(rule);
  const location = locationOf({ uri, pointer }, context.artifactIndex);
  return {
    ruleId,
    ruleIndex: context.ruleIndex(ruleId),
    kind: 'pass',
    level: 'none',
    message: { text: plainText(`Passed${audited ? ' in audit mode' : ''}: ${sentence(title ?? rule)}`) },
    ...(location === undefined ? {} : { locations: [location] }),
    suppressions: [],
  };
}
