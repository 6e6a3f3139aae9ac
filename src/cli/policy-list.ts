import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { keyPath, type Strength } from '../facts/index.ts';
import type { Effect, EffectiveRule, Place, Policy } from '../policy/index.ts';
import { PRESET_NAMES } from '../policy/index.ts';
import { counted } from '../report/quantities.ts';
import { jsonText, placed, printable } from '../report/words.ts';
import type { Io } from './io.ts';
import type { TalkArguments } from './options.ts';
import { policyOf } from './stages.ts';

export interface PolicyListArguments extends TalkArguments {
  readonly policies: readonly string[];
  readonly json?: boolean | undefined;
}

/** Every rule in effect, with the file and line that set it, what it replaced and what changed it. */
export async function policyListCommand(io: Io, args: PolicyListArguments): Promise<ExitStatus> {
  const policy = await policyOf(io, args.policies);
  if (policy === undefined) return EXIT.usage;
  // what is tried out is in effect too, as far as being told goes
  const { severities, waivers } = policy.trial ?? policy;
  const { documents, rules, off } = inEffect(policy);
  if (args.json === true) {
    const listed = { documents, settings: policy.settings, rules, off, severities, waivers, presets: PRESET_NAMES };
    io.stdout.write(jsonText(listed, withoutPrograms));
    return EXIT.ok;
  }
  const sections: (readonly [title: string, lines: readonly string[]])[] = [
    ['Documents, later ones win', documents.map(documentLine)],
    ['Settings', settingLines(policy.settings)],
    ['Rules, later ones win', rules.flatMap((rule) => ruleLines(rule, args.verbose === true))],
    ['Switched off', off.flatMap((rule) => ruleLines(rule, args.verbose === true))],
    ['Severities of findings', severities.map(({ code, severity, ...at }) => `${code}: ${severity} (${placeOf(at)})`)],
    ['Waivers', waivers.map(({ path, ...at }) => `${path} (${placeOf(at)})`)],
    ['Presets that come with vm-import', [PRESET_NAMES.map((name) => `preset:${name}`).join(', ')]],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  io.stdout.write(shown.map(([title, lines]) => `${title}\n${lines.map(indented).join('')}`).join('\n'));
  return EXIT.ok;
}

/**
 * What is listed under which heading. A document that is enforced on one way and tried out on another is enforced, and
 * a rule that is switched off only in what is tried out is on.
 */
function inEffect(policy: Policy): Pick<Policy, 'documents' | 'rules' | 'off'> {
  const { trial } = policy;
  if (trial === null) return policy;
  const kept = new Map(policy.rules.map((rule) => [rule.id, rule]));
  const stillOn = trial.off.flatMap((tried) => {
    const rule = kept.get(tried.id);
    if (rule === undefined) return [];
    const known = new Set(rule.changes.map(placeOf));
    const changes = tried.changes.filter((change) => !known.has(placeOf(change)));
    const onlyTried = changes.map(({ what, ...at }) => ({ what: `in audit mode ${what}`, ...at }));
    return [{ ...rule, changes: [...rule.changes, ...onlyTried] }];
  });
  return {
    documents: trial.documents.map((document) =>
      policy.documents.some(({ uri }) => uri === document.uri) ? { ...document, mode: 'enforce' } : document,
    ),
    rules: [...trial.rules, ...stillOn],
    off: trial.off.filter(({ id }) => !kept.has(id)),
  };
}

/** Expressions are shown as they are written; what is run for them is no part of the document. */
const withoutPrograms = (name: string, value: unknown): unknown =>
  name === 'code' && Array.isArray(value) ? undefined : value;

const indented = (line: string): string => `  ${printable(line)}\n`;

function documentLine({ uri, name, rules, mode }: Policy['documents'][number]): string {
  const tried = mode === 'audit' ? ', in audit mode: tried out, without effect' : '';
  return `${uri} (${name}): ${counted(rules, 'rule')}${tried}`;
}

function ruleLines(rule: EffectiveRule, verbose: boolean): readonly string[] {
  const { id, title, when, targets, mode, locked, replaced, changes } = rule;
  const marks = [...(mode === 'audit' ? ['audit'] : []), ...(locked ? ['locked'] : [])];
  return [
    `${id}${marks.map((mark) => ` [${mark}]`).join('')} at ${placeOf(rule)}`,
    ...(title === null ? [] : [`    ${title}`]),
    ...effectsOf(rule).map((effect) => `    ${effect}`),
    ...(verbose && when !== null ? [`    when ${when.text.replace(/\s+/g, ' ').trim()}`] : []),
    ...(targets === null ? [] : [`    only for ${targets.join(', ')}`]),
    ...changes.map(({ what, ...at }) => `    ${what} by ${placeOf(at)}`),
    ...replaced.map((place) => `    in place of ${placeOf(place)}`),
  ];
}

/** What a rule does, in the words of the language. */
function effectsOf({ effects, announcement, severity, phase }: EffectiveRule): readonly string[] {
  const lines = effects.map((effect) =>
    phase === 'verify' ? `${effectLine(effect)}, else ${severity}` : effectLine(effect),
  );
  return announcement === null ? lines : [`${announcement.kind} (${severity})`, ...lines];
}

const BY_STRENGTH: Readonly<Record<Strength, string>> = {
  required: 'require',
  recommended: 'prefer',
  forbidden: 'forbid',
  minimum: 'limit',
  maximum: 'limit',
};
const BOUNDS: { readonly [strength in Strength]?: string } = { minimum: 'at least ', maximum: 'at most ' };

function effectLine({ key, subject, values, origin, strength }: Effect): string {
  const word = origin === 'policy-set' ? 'set' : origin === 'policy-default' ? 'default' : BY_STRENGTH[strength];
  return `${word} ${keyPath(key, subject)}: ${BOUNDS[strength] ?? ''}${values.join(', ')}`;
}

/** Settings under the names they have in a policy. */
function settingLines({ trustHints, disagreement, backingFiles, osinfo }: Policy['settings']): readonly string[] {
  return [
    `trust.hints: ${trustHints}`,
    `disagreement: ${disagreement}`,
    `allow.backing-files: ${backingFiles === 'refuse' ? 'no' : backingFiles}`,
    `osinfo: ${osinfo}`,
  ];
}

const placeOf = ({ uri, pointer }: Place): string => placed(uri, pointer);
