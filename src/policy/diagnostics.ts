import type { Finding, Provenance } from '../diagnostics/index.ts';
import { defineDiagnostics } from '../diagnostics/index.ts';
import type { Place } from './policy.ts';

const WHOLE =
  'A policy is applied as a whole or not at all: a file that was understood only in part could let through what its author meant to stop. `vm-import policy check FILE` lists every problem of a file at once.';

const EXPRESSION =
  'Conditions are CEL, the Common Expression Language. Voting rules see `evidence`, `disks`, `nics`, `os` and `architecture`; rules of phase verify also see `plan`.';

export const diagnostics = defineDiagnostics('policy', {
  unreadable: {
    severity: 'error',
    exit: 2,
    message: 'The policy {ref} cannot be read: {reason}.',
    remedy: 'Check the path; it is taken relative to the file that extends it.',
    explain: `${WHOLE} Policies are local files or presets that ship with vm-import; nothing is fetched.`,
  },
  'unknown-preset': {
    severity: 'error',
    exit: 2,
    message: 'There is no preset named {name}.',
    remedy: '{hint}',
    explain: 'Presets ship with vm-import and are named `preset:NAME`. `vm-import policy list` shows them.',
  },
  'too-large': {
    severity: 'error',
    exit: 2,
    message: '{document} has {size} bytes; at most {limit} are read.',
    remedy: '{hint}',
    explain: WHOLE,
  },
  syntax: {
    severity: 'error',
    exit: 2,
    message: '{document} is not valid YAML or JSON: {problem}.',
    remedy: 'Correct the file at this place.',
    explain: `${WHOLE} Policies are YAML 1.2 or JSON with one document a file, string keys, no duplicate keys, no custom tags, no directives and limited nesting and aliases.`,
  },
  'unknown-key': {
    severity: 'error',
    exit: 2,
    message: '{key} is not a key of {where}.',
    remedy: '{hint}',
    explain: `${WHOLE} Unknown keys are refused because a misspelt rule would otherwise be a rule that never applies. The JSON Schema that \`vm-import policy schema\` prints gives completion in editors.`,
  },
  'missing-key': {
    severity: 'error',
    exit: 2,
    message: '{where} lacks {key}.',
    remedy: 'Add {key}.',
    explain: WHOLE,
  },
  'wrong-value': {
    severity: 'error',
    exit: 2,
    message: '{value} is not a value of {key}: expected {expected}.',
    remedy: '{hint}',
    explain: `${WHOLE} Every value is checked against the vocabulary when the policy is loaded, whether its rule applies or not.`,
  },
  'not-allowed-here': {
    severity: 'error',
    exit: 2,
    message: '{key} cannot stand in {where}: {reason}.',
    remedy: '{hint}',
    explain:
      'A rule has at least one effect. Rules of phase verify see the finished plan, so they may only deny, warn or limit; rules that vote see evidence, never the plan they vote on.',
  },
  'duplicate-rule': {
    severity: 'error',
    exit: 2,
    message: 'The rule id {rule} is used twice in this file, first at {first}.',
    remedy: 'Give one of the rules another id.',
    explain:
      'A rule of a later policy takes the place of an earlier one with the same id; inside one file that is a mistake.',
  },
  'locked-rule': {
    severity: 'error',
    exit: 2,
    message: 'The rule {rule} is locked by {uri} ({pointer}) and cannot be replaced.',
    remedy: 'Choose another id, or change the locked rule where it stands.',
    explain: 'A rule with `locked: true` cannot be weakened: not by a flag, and not by a later policy.',
  },
  'extends-loop': {
    severity: 'error',
    exit: 2,
    message: 'The policy extends itself: {chain}.',
    remedy: 'Remove one of the `extends`.',
    explain: WHOLE,
  },
  'extends-depth': {
    severity: 'error',
    exit: 2,
    message: 'Policies extend each other more than {limit} deep, or are more than {documents} files.',
    remedy: 'Merge some of the files.',
    explain: WHOLE,
  },
  'condition-syntax': {
    severity: 'error',
    exit: 2,
    message: 'The expression cannot be used: {problem}.',
    remedy: 'Correct the expression at this place. {hint}',
    explain: `${EXPRESSION} Expressions are parsed and type-checked when the policy is loaded. Their length, nesting and regular expressions are limited, so that no image can make a rule run for long.`,
  },
  'condition-failed': {
    severity: 'error',
    exit: 2,
    message: 'The rule {rule} cannot be evaluated: {problem}.',
    remedy:
      'Test for what may be missing first: `x != null && ...`, or `has(d.details.x) && ...` for a field that only some formats have.',
    explain: `${EXPRESSION} A rule that cannot be evaluated must not let anything pass, so the run ends. Unknown facts are null, and null cannot be ordered or calculated with.`,
  },
  'condition-unknown': {
    severity: 'warning',
    exit: 2,
    message: 'The rule {rule} was not applied, because a fact it asks about is unknown: {problem}.',
    remedy: 'Say in the rule what an unknown fact means: `x != null && ...` or `x == null || ...`.',
    explain: `${EXPRESSION} This rule only recommends or warns, so the run goes on without it. The same in a rule that denies, sets, requires, forbids or limits is the error policy/condition-failed.`,
  },
  'message-failed': {
    severity: 'warning',
    exit: 2,
    message: 'The message of rule {rule} has an expression that cannot be evaluated: {problem}.',
    remedy: 'Correct the expression in the message.',
    explain: 'The rule took effect; only a part of its message could not be filled in and is shown as it was written.',
  },
  denied: {
    severity: 'error',
    exit: 1,
    message: '{message}',
    remedy: '{remedy}',
    explain:
      'A rule of the policy denies this import. `vm-import policy list` shows the rule and the file it stands in.',
  },
  warned: {
    severity: 'warning',
    exit: 1,
    message: '{message}',
    remedy: '{remedy}',
    explain: 'A rule of the policy warns about this import. With --strict, warnings deny.',
  },
  limit: {
    severity: 'error',
    exit: 1,
    message: 'The plan has {key} {value}, {relation} the {bound} that the policy allows.',
    remedy: '{remedy}',
    explain:
      'A limit of phase verify looks at the finished plan and denies it, whoever chose the value. A limit of a voting rule only bounds the choice, and a flag may override it.',
  },
});

/** `at` of a finding about a policy. */
export function policyPlace(place: Place): readonly Provenance[] {
  return [{ origin: 'policy', uri: place.uri, pointer: place.pointer }];
}

export function byRule(finding: Finding, rule: string): Finding {
  return { ...finding, rule };
}
