import {
  type DiagnosticSpec,
  EXIT,
  type Finding,
  isObjection,
  type Origin,
  type Provenance,
  VmImportError,
} from '../diagnostics/index.ts';
import { diagnostics as diskDiagnostics } from '../disks/diagnostics.ts';
import { type Evidence, type EvidenceDocument, keyPath, parseKeyPath, parseValue, type Vote } from '../facts/index.ts';
import { pointerStep, shown } from '../facts/text.ts';
import * as planning from '../plan/index.ts';
import type { Policy } from '../policy/index.ts';
import { diagnostics } from './saved-diagnostics.ts';

/** Bytes of a document: a machine with a hundred disks and their partitions has less than one MiB. */
export const MAX_EVIDENCE_BYTES = 16 * 1024 * 1024;
/** Levels of lists and objects; details of a format may nest, and what reads them recurses. */
const MAX_DEPTH = 64;
/** The resolver weighs each vote against each device; honest evidence has a few hundred votes. */
const MOST = { sources: 128, disks: 128, nics: 128, drivers: 128, osNames: 128, votes: 4000, findings: 4000 } as const;
const MAX_LABELS = 1000;
const MAX_PROBLEMS = 20;

export interface SavedEvidence {
  /** null when there are findings. */
  readonly evidence: Evidence | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads back what `inspect --json` printed. It may come from an enemy: every problem is a finding (exit 2) with the
 * JSON pointer of its place. `specOf` knows every finding of this version by its code.
 */
export async function readEvidence(
  bytes: Uint8Array,
  uri: string,
  specOf: (code: string) => DiagnosticSpec | undefined,
): Promise<SavedEvidence> {
  const at = (pointer: string | null): readonly Provenance[] => [{ origin: 'content', uri, pointer }];
  const parsed = parseJson(bytes, at(null));
  if ('code' in parsed) return { evidence: null, findings: [parsed] };
  const { evidenceSchema } = await import('../facts/evidence-schema.ts');
  const checked = evidenceSchema.safeParse(parsed.value);
  const problems = checked.success
    ? [...problemsOf(checked.data)]
    : checked.error.issues.map((issue) => ({ path: issue.path, problem: issue.message }));
  const findings: Finding[] = problems.slice(0, MAX_PROBLEMS).map(({ path, problem }) => {
    const pointer = pointerOf(path);
    return diagnostics['wrong-value']({ problem: asClause(problem) }, at(pointer));
  });
  if (!checked.success || findings.length > 0) return { evidence: null, findings };
  const revived = checked.data.findings.map((finding, index) => revive(finding, specOf(finding.code), index, at));
  const unknown = revived.filter(({ code }) => code === diagnostics['unknown-finding'].code);
  if (unknown.length > 0) return { evidence: null, findings: unknown.slice(0, MAX_PROBLEMS) };
  const { schema: _, ...evidence } = checked.data;
  return { evidence: { ...evidence, findings: revived }, findings: [] };
}

function parseJson(bytes: Uint8Array, at: readonly Provenance[]): { readonly value: unknown } | Finding {
  if (bytes.byteLength > MAX_EVIDENCE_BYTES) return diagnostics['too-large']({ limit: MAX_EVIDENCE_BYTES }, at);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return diagnostics['not-json']({ reason: 'it is not UTF-8' }, at);
  }
  if (isDeep(text)) return diagnostics['not-json']({ reason: `it nests more than ${MAX_DEPTH} levels` }, at);
  try {
    return { value: JSON.parse(text) };
  } catch {
    // engines word the reason each in their own way
    return diagnostics['not-json']({ reason: 'it is not JSON' }, at);
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Before anything recurses into it. */
function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (quoted && character === BACKSLASH) at++;
    else if (character === QUOTE) quoted = !quoted;
    else if (!quoted && OPENING.has(character)) depth++;
    else if (!quoted && CLOSING.has(character)) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

/** What the schema cannot say: ids that name one device each, and votes that reading can give. */
function* problemsOf(document: EvidenceDocument): Iterable<Problem> {
  const { machine, disks, nics, votes } = document;
  for (const [name, most] of Object.entries(MOST)) {
    if (document[name as keyof typeof MOST].length > most) yield { path: [name], problem: `more than ${most} entries` };
  }
  if (Object.keys(machine.labels).length > MAX_LABELS) {
    yield { path: ['machine', 'labels'], problem: `more than ${MAX_LABELS} entries` };
  }
  try {
    planning.checkName(machine.name);
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    yield { path: ['machine', 'name'], problem: 'no machine can have this name' };
  }
  yield* idProblems('disks', disks);
  yield* idProblems('nics', nics);
  for (const [index, vote] of votes.entries()) yield* voteProblems(vote, ['votes', index]);
}

function* idProblems(list: 'disks' | 'nics', devices: readonly { readonly id: string }[]): Iterable<Problem> {
  const seen = new Set<string>();
  const key = list === 'disks' ? 'disk-bus' : 'nic-model';
  for (const [index, { id }] of devices.entries()) {
    const path = [list, index, 'id'];
    if (parseKeyPath(keyPath(key, id)) === undefined) yield { path, problem: `${shown(id)} is no id of a device` };
    if (seen.has(id)) yield { path, problem: `${shown(id)} is there twice` };
    seen.add(id);
  }
}

/** Who speaks while sources are read. Everybody else speaks in the run that plans. */
const READ: readonly Origin[] = ['hints', 'descriptor', 'content', 'source-hardware'];

function* voteProblems(vote: Vote, path: readonly PropertyKey[]): Iterable<Problem> {
  const { key, subject, values, origin, strength, rule, locked } = vote;
  if (!READ.includes(origin)) yield { path: [...path, 'origin'], problem: `no vote of ${origin} comes from reading` };
  if (rule !== null || locked) yield { path, problem: 'a vote of a policy rule does not come from reading' };
  if (parseKeyPath(keyPath(key, subject)) === undefined) {
    yield { path: [...path, 'subject'], problem: `${key} is no key of ${subject}` };
  }
  const bound = strength === 'minimum' || strength === 'maximum';
  if (bound && (values.length !== 1 || typeof values[0] !== 'number')) {
    yield { path: [...path, 'values'], problem: 'a bound is one number' };
  }
  for (const [index, value] of values.entries()) {
    if (parseValue(key, value) === value) continue;
    yield { path: [...path, 'values', index], problem: `${shown(String(value))} is no value of ${key}` };
  }
}

/**
 * The finding behind its words. Template, exit and safety are those of this version; whether it was waived or audited,
 * and by which rule, is for the policy of this run to say. A safety finding is never less than it was declared.
 */
function revive(
  finding: EvidenceDocument['findings'][number],
  spec: DiagnosticSpec | undefined,
  index: number,
  at: (pointer: string) => readonly Provenance[],
): Finding {
  const { code, args } = finding;
  const refuse = (problem: string) => diagnostics['unknown-finding']({ problem }, at(`/findings/${index}`));
  if (spec === undefined) return refuse(`there is none with the code ${shown(code)}`);
  const missing = [...`${spec.message} ${spec.remedy}`.matchAll(/\{([a-zA-Z]+)\}/g)].find(
    ([, name = '']) => !Object.hasOwn(args, name),
  );
  if (missing !== undefined) return refuse(`${code} lacks its argument ${missing[1]}`);
  const safety = spec.safety === true;
  return {
    code,
    severity: safety ? spec.severity : finding.severity,
    ...(safety || finding.said === undefined ? {} : { said: finding.said }),
    exit: spec.exit,
    safety,
    args,
    at: finding.at,
    message: spec.message,
    remedy: spec.remedy,
    rule: null,
    waiver: null,
    audited: false,
    // whether the reader could go on behind an error is not in the document
    objection: isObjection({ severity: finding.severity, exit: spec.exit }),
  };
}

/** What the policy of this run refuses although the run that read the image let it in. */
export function refusedSince(evidence: Evidence, policy: Policy, allowBacking: boolean): Evidence {
  if (allowBacking || policy.settings.backingFiles !== 'refuse') return evidence;
  // of a chain that was not followed the run that read it has said why
  const unread = evidence.findings.some(({ severity, exit }) => severity === 'error' && exit === EXIT.input);
  const refused = evidence.disks.flatMap(({ uri, backing }) => {
    const [layer] = backing ?? [];
    if (layer === undefined || (layer.path === null && unread)) return [];
    return [diskDiagnostics['backing-file']({ name: layer.name }, [{ origin: 'content', uri, pointer: null }])];
  });
  return { ...evidence, findings: [...evidence.findings, ...refused] };
}

/** A JSON pointer (RFC 6901), names shortened: they are the document's. */
function pointerOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => pointerStep(shown(String(step))));
  return steps.length === 0 ? '/' : steps.map((step) => `/${step}`).join('');
}

/** `Invalid input: expected string` reads as the second half of a sentence. */
function asClause(message: string): string {
  if (message.endsWith('received undefined')) return 'it is missing';
  const text = shown(message);
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
