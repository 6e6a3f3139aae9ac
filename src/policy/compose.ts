import type { Finding, Severity } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import type { PolicySettings } from '../facts/index.ts';
import { DEFAULT_SETTINGS } from '../facts/index.ts';
import { contradictionsOf } from './contradictions.ts';
import { byRule, diagnostics, policyPlace } from './diagnostics.ts';
import type {
  DocumentSummary,
  EffectiveRule,
  Mode,
  Place,
  Policy,
  PolicyDocument,
  Rule,
  RuleOverride,
  WaiverFile,
} from './policy.ts';

/** A document with what the loader resolved of it. */
export interface LoadedDocument {
  readonly document: PolicyDocument;
  /** audit also where the document is only reached through one in audit mode. */
  readonly mode: Mode;
  readonly waivers: readonly WaiverFile[];
}

export interface Composed {
  readonly policy: Policy;
  readonly findings: readonly Finding[];
}

/**
 * One policy of several documents, in the order in which later ones win: of what is enforced, or of all as if it were
 * enforced. `beside` are waivers that no document names.
 */
export function compose(
  documents: readonly LoadedDocument[],
  beside: readonly WaiverFile[],
  tried: 'enforced' | 'all',
): Composed {
  const findings: Finding[] = [];
  const rules = new Map<string, EffectiveRule>();
  const off = new Set<string>();
  /** What stood there before, by id. */
  const below = new Map<string, EffectiveRule>();
  let settings: PolicySettings = DEFAULT_SETTINGS;
  for (const { document, mode: inherited } of documents) {
    settings = { ...settings, ...document.settings };
    for (const rule of document.rules) {
      const mode = rule.mode ?? inherited;
      // what is only tried out takes the place of nothing that is enforced
      if (tried === 'enforced' && rule.mode === 'audit') continue;
      const earlier = rules.get(rule.id);
      if (earlier?.locked === true) {
        const { uri, pointer } = earlier.lockedAt ?? earlier;
        findings.push(byRule(diagnostics['locked-rule']({ rule: rule.id, uri, pointer }, policyPlace(rule)), rule.id));
        continue;
      }
      // deleted first, so that the newcomer takes its own place in the order
      rules.delete(rule.id);
      off.delete(rule.id);
      if (earlier !== undefined) below.set(rule.id, earlier);
      const replaced = earlier === undefined ? [] : [placeOf(earlier), ...earlier.replaced];
      rules.set(rule.id, effective(rule, mode, replaced));
    }
    for (const override of document.overrides) {
      const rule = rules.get(override.rule);
      if (rule === undefined) {
        if (tried === 'all') findings.push(unknownRule(override, [...rules.keys()]));
        continue;
      }
      const problem = overrideProblem(override, rule);
      if (problem !== undefined) {
        findings.push(problem);
        continue;
      }
      const changed = overridden(rule, override);
      if (tried === 'enforced' && changed.mode === 'audit') {
        rules.delete(rule.id);
        // what is only tried out takes the place of nothing that is enforced
        const before = below.get(rule.id);
        if (before !== undefined && document.uri === rule.uri) rules.set(rule.id, before);
        continue;
      }
      rules.set(rule.id, changed);
      if (override.severity === 'off') off.add(rule.id);
      else if (override.severity !== null) off.delete(rule.id);
    }
  }
  const policy: Policy = {
    documents: documents.map(summarise),
    settings,
    rules: [...rules.values()].filter(({ id }) => !off.has(id)),
    off: [...rules.values()].filter(({ id }) => off.has(id)),
    severities: documents.flatMap(({ document }) => document.severities),
    waivers: [...documents.flatMap(({ waivers }) => waivers), ...beside],
    trial: null,
  };
  return { policy, findings: [...findings, ...contradictionsOf(policy.rules)] };
}

/** Written out: copying a rule by spreading it costs a program that has just started many times as much. */
function effective(rule: Rule, mode: Mode, replaced: readonly Place[]): EffectiveRule {
  const { id, title, phase, when, effects, announcement, message, targets } = rule;
  const { severity, remedy, docs, tags, locked, uri, pointer } = rule;
  return {
    id,
    title,
    phase,
    when,
    effects,
    announcement,
    message,
    targets,
    mode,
    severity,
    remedy,
    docs,
    tags,
    locked,
    uri,
    pointer,
    replaced,
    changes: [],
    lockedAt: null,
  };
}

const RANKS: readonly (Severity | 'off')[] = ['off', 'info', 'warning', 'error'];

function overrideProblem(override: RuleOverride, rule: EffectiveRule): Finding | undefined {
  const at = policyPlace(override);
  const { id } = rule;
  const { severity, mode } = override;
  const raises = rule.announcement !== null || (rule.phase === 'verify' && rule.effects.length > 0);
  if (severity !== null && severity !== 'off' && !raises) {
    return byRule(diagnostics['no-severity']({ rule: id, severity }, at), id);
  }
  if (!rule.locked) return undefined;
  const lower = severity !== null && RANKS.indexOf(severity) < RANKS.indexOf(rule.severity);
  const what = lower ? `severity ${severity}` : mode === 'audit' && rule.mode === 'enforce' ? 'mode audit' : undefined;
  const { uri, pointer } = rule.lockedAt ?? rule;
  return what === undefined
    ? undefined
    : byRule(diagnostics['weakens-locked']({ rule: id, uri, pointer, what }, at), id);
}

function overridden(rule: EffectiveRule, override: RuleOverride): EffectiveRule {
  const { severity, mode, lock, uri, pointer } = override;
  const what = [
    ...(severity === 'off' ? ['off'] : severity === null ? [] : [`severity ${severity}`]),
    ...(mode === null ? [] : [`mode ${mode}`]),
    ...(lock ? ['locked'] : []),
  ].join(', ');
  return {
    ...rule,
    severity: severity === null || severity === 'off' ? rule.severity : severity,
    mode: mode ?? rule.mode,
    locked: rule.locked || lock,
    lockedAt: rule.locked ? rule.lockedAt : lock ? { uri, pointer } : null,
    changes: [...rule.changes, { what, uri, pointer }],
  };
}

function unknownRule(override: RuleOverride, known: readonly string[]): Finding {
  const near = didYouMean(override.rule, known);
  const hint = near === undefined ? 'Name a rule of a policy that comes before this one.' : `Did you mean ${near}?`;
  return diagnostics['unknown-rule']({ rule: override.rule, hint }, policyPlace(override));
}

/**
 * Trying a policy out does not unlock what it extends: the locked rules of documents that are not in audit mode
 * themselves hold, whichever way they are reached.
 */
export function withLocks(enforced: Policy, documents: readonly LoadedDocument[]): Policy {
  const plain = documents.flatMap((loaded) =>
    loaded.document.mode === 'audit' ? [] : [{ ...loaded, mode: 'enforce' as const }],
  );
  const { rules: all } = compose(plain, [], 'enforced').policy;
  const places = new Map(all.map(({ id }, index) => [id, index]));
  const locks = new Map(all.flatMap((rule) => (rule.locked ? [[rule.id, rule]] : [])));
  // a lock holds against what comes after it, so that each keeps its place
  const rules = enforced.rules.map((rule) => locks.get(rule.id) ?? rule);
  for (const lock of locks.values()) {
    if (rules.some(({ id }) => id === lock.id)) continue;
    const next = rules.findIndex(({ id }) => (places.get(id) ?? -1) > (places.get(lock.id) ?? -1));
    rules.splice(next < 0 ? rules.length : next, 0, lock);
  }
  return { ...enforced, rules };
}

/** Marks in the complete list what is enforced and what is only tried. */
export function withModes(all: readonly EffectiveRule[], enforced: readonly EffectiveRule[]): readonly EffectiveRule[] {
  const places = new Set(enforced.map(({ id, uri, pointer }) => `${id} ${uri} ${pointer}`));
  const modeOf = ({ id, uri, pointer }: EffectiveRule): Mode =>
    places.has(`${id} ${uri} ${pointer}`) ? 'enforce' : 'audit';
  return all.map((rule) => ({ ...rule, mode: modeOf(rule) }));
}

function placeOf({ uri, pointer }: Place): Place {
  return { uri, pointer };
}

export function summarise({ document: { uri, name, rules }, mode }: LoadedDocument): DocumentSummary {
  return { uri, name, rules: rules.length, mode };
}
