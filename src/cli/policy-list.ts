import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { keyPath, type Strength } from '../facts/index.ts';
import type { Effect, EffectiveRule, Place, Policy } from '../policy/index.ts';
import { type ListedSeverity, listPolicy, PRESET_NAMES } from '../policy/index.ts';
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
  const { documents, ...rest } = listPolicy(policy);
  const { rules, off, severities, waivers } = rest;
  if (args.json === true) {
    const listed = { documents, settings: policy.settings, ...rest, presets: PRESET_NAMES };
    io.stdout.write(jsonText(listed, withoutPrograms));
    return EXIT.ok;
  }
  const sections: (readonly [title: string, lines: readonly string[]])[] = [
    ['Documents, later ones win', documents.map(documentLine)],
    ['Settings', settingLines(policy.settings)],
    ['Rules, later ones win', rules.flatMap((rule) => ruleLines(rule, args.verbose === true))],
    ['Switched off', off.flatMap((rule) => ruleLines(rule, args.verbose === true))],
    ['Severities of findings', severities.flatMap(severityLines)],
    ['Waivers', waivers.map(({ path, mode, ...at }) => `${path}${marked(mode)} (${placeOf(at)})`)],
    ['Presets that come with vm-import', [PRESET_NAMES.map((name) => `preset:${name}`).join(', ')]],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  io.stdout.write(shown.map(([title, lines]) => `${title}\n${lines.map(indented).join('')}`).join('\n'));
  return EXIT.ok;
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
  return [
    `${id}${marked(mode)}${locked ? ' [locked]' : ''} at ${placeOf(rule)}`,
    ...(title === null ? [] : [`    ${title}`]),
    ...effectsOf(rule).map((effect) => `    ${effect}`),
    ...(verbose && when !== null ? [`    when ${when.text.replace(/\s+/g, ' ').trim()}`] : []),
    ...(targets === null ? [] : [`    only for ${targets.join(', ')}`]),
    ...changes.map(({ what, ...at }) => `    ${what} by ${placeOf(at)}`),
    ...replaced.map((place) => `    ${insteadOf(mode)} ${placeOf(place)}`),
  ];
}

const marked = (mode: EffectiveRule['mode']): string => (mode === 'audit' ? ' [audit]' : '');

const insteadOf = (mode: EffectiveRule['mode']): string => (mode === 'audit' ? 'tried out in place of' : 'in place of');

function severityLines({ code, severity, mode, replaced, ...at }: ListedSeverity): readonly string[] {
  return [
    `${code}${marked(mode)}: ${severity} (${placeOf(at)})`,
    ...replaced.map((before) => `    ${insteadOf(mode)} ${before.severity} (${placeOf(before)})`),
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
