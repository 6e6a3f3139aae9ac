import type { Finding, Provenance } from '../diagnostics/index.ts';
import { defineDiagnostics } from '../diagnostics/index.ts';
import type { Place } from './policy.ts';

const WHOLE =
  'A policy, with the waivers to it, is applied as a whole or not at all: a file that was understood only in part could let through what its author meant to stop. `vm-import policy check FILE` lists every problem of a file at once.';

const EXPRESSION =
  'Conditions are CEL, the Common Expression Language. Voting rules see `evidence`, `disks`, `nics`, `os` and `architecture`; rules of phase verify also see `plan`. docs/cel.md lists their fields, what an expression can do and what it may cost.';

export const diagnostics = defineDiagnostics('policy', {
  unreadable: {
    severity: 'error',
    exit: 2,
    message: 'The policy {ref} cannot be read: {reason}.',
    remedy: '{hint}',
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
    message: 'The file is too large: at most {limit} bytes are read.',
    remedy: 'Split it into several files; a policy can extend others, and name several files of waivers.',
    explain: WHOLE,
  },
  syntax: {
    severity: 'error',
    exit: 2,
    message: 'The file is not valid YAML or JSON: {problem}.',
    remedy: 'Correct the file at this place.',
    explain: `${WHOLE} Policies and waivers are YAML 1.2 or JSON with one document a file, string keys, no duplicate keys, no custom tags, no directives and limited nesting and aliases.`,
  },
  compiled: {
    severity: 'error',
    exit: 2,
    message: 'The compiled policy {file} cannot be used: {problem}.',
    remedy: 'Compile it again from its sources: vm-import policy compile POLICY... -o FILE.',
    explain: `${WHOLE} What \`vm-import policy compile\` writes is used by the version that wrote it, as it was written, where the command line names it. Changes are made in the sources, where they are checked.`,
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
  'weakens-locked': {
    severity: 'error',
    exit: 2,
    message: 'The rule {rule} is locked by {uri} ({pointer}) and cannot be given {what}.',
    remedy: 'Drop the override, or change the locked rule where it stands.',
    explain:
      'A rule with `locked: true` cannot be weakened by a later policy: not switched off, not tried out in audit mode, not given a lower severity. A higher severity is accepted.',
  },
  'unknown-rule': {
    severity: 'error',
    exit: 2,
    message: 'There is no rule {rule} that could be changed here.',
    remedy: '{hint}',
    explain:
      'An override changes a rule of a policy that was named before or that this one extends. A misspelt id would be a change that never happens. `vm-import policy list` shows the ids.',
  },
  'no-severity': {
    severity: 'error',
    exit: 2,
    message: 'The rule {rule} raises no finding, so it cannot be given the severity {severity}.',
    remedy: 'Use `off`, `mode` or `locked`, or write a rule of the same id.',
    explain:
      'Severity belongs to rules that deny or warn and to limits of phase verify. Rules that set, require, prefer, forbid or bound values only vote.',
  },
  'unknown-target': {
    severity: 'error',
    exit: 2,
    message: 'The rule {rule} is for a target {target}, which does not exist.',
    remedy: '{hint}',
    explain:
      'A rule with `targets` concerns only imports for those. The names are those that --emit takes; one stands for those that begin with it and a hyphen too, `openstack` for `openstack-json`.',
  },
  'unknown-code': {
    severity: 'error',
    exit: 2,
    message: 'There is no finding {code} whose severity could be changed.',
    remedy: '{hint}',
    explain: 'A finding is named in brackets at the end of its line. `vm-import explain CODE` says what it means.',
  },
  'fixed-severity': {
    severity: 'error',
    exit: 2,
    message: 'The severity of {code} cannot be changed to {severity}: {reason}.',
    remedy: 'Drop the override.',
    explain:
      'The severity of ordinary findings is the policy of the site. What concerns safety keeps its severity, and an error behind which something is missing cannot become less: there would be nothing to go on with.',
  },
  contradiction: {
    severity: 'error',
    exit: 2,
    message: 'The rules {rule} and {other} ({uri}, {pointer}) can never both hold: {key} {values} against {others}.',
    remedy: 'Change one of them, give it a condition of its own, or switch one off under `overrides`.',
    explain:
      'Two rules without conditions, or with the same one, contradict each other for every image that they apply to: two that set one key in one file, or two locked ones. One of them would never take effect, so the policy says something that its author cannot have meant.',
  },
  'named-twice': {
    severity: 'warning',
    exit: 1,
    message: 'The policy {ref} was applied already, at the first place where it is named or extended, and not again.',
    remedy: 'Name it once, where its turn is.',
    explain:
      'Of several policies the later one wins, and each counts once, where it was first reached. Naming it again does not bring it to the end, so what stands between the two may have changed its rules.',
  },
  'outside-root': {
    severity: 'error',
    exit: 2,
    message: 'The policy may not read {path}: it lies outside {roots}.',
    remedy: 'Name it on the command line with {flag} of its own, or move it below.',
    explain:
      'A policy extends presets, and files below the directories of the policies that the command line names, symbolic links followed; the same holds of the waivers that it names. So whoever may edit one directory of policies cannot make the program read another, nor learn what lies there.',
  },
  'empty-directory': {
    severity: 'error',
    exit: 2,
    message: 'The directory {path} holds no policy.',
    remedy: 'Put files named NN-name.yaml (or .yml, .json) into it, or name a file.',
    explain: `${WHOLE} Of a directory, files that end with .yaml, .yml or .json, in small letters or capitals, are read in the order of their names; hidden files and tests (.test.yaml) are left out, and files that end with .waivers.yaml are waivers.`,
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
    remedy: 'Correct the expression at this place.{hint}',
    explain: `${EXPRESSION} Expressions are parsed and type-checked when the policy is loaded. Their length and nesting are limited, and their steps are counted when they run, so that no image can make a rule run for long.`,
  },
  'audit-changes': {
    severity: 'warning',
    exit: 4,
    message: 'If the policies in audit mode were enforced, {key} would be {would} ({by}{cause}); the plan has {value}.',
    remedy: 'Nothing is to be done for this import. vm-import explain {key} says who decides it now.',
    explain:
      'Rules in audit mode are tried out beside the policy that is enforced: what they would change, deny or warn about is told, marked as audit, and has no effect on the plan, the verdict or the exit status.',
  },
  'condition-failed': {
    severity: 'error',
    exit: 2,
    message: 'The rule {rule} cannot be evaluated: {problem}.',
    remedy: 'Give the condition a value on every image. {hint}',
    explain: `${EXPRESSION} A rule that cannot be evaluated must not let anything pass, so the run ends. Unknown facts are null, and null cannot be ordered or calculated with: test for that first, \`x != null && ...\`, and with \`has(d.details.x) && ...\` for a field that only some formats have. A division by zero, an overflow, and values of free JSON that are of another type have no value either.`,
  },
  'condition-unknown': {
    severity: 'warning',
    exit: 2,
    message: 'The rule {rule} was not applied, because a fact it asks about is unknown: {problem}.',
    remedy: 'Say in the rule what an unknown fact means: `x != null && ...` or `x == null || ...`.',
    explain: `${EXPRESSION} This rule only recommends or warns, so the run goes on without it. The same in a rule that denies, sets, requires, forbids or limits is the error policy/condition-failed.`,
  },
  'too-costly': {
    severity: 'error',
    exit: 2,
    message: 'The rule {rule} cannot be evaluated: {problem}.',
    remedy:
      'Look at fewer things at once: no loop inside a loop, a cheap test before a costly one (`d.format == "raw" && ...`), no text or list made for each element. If the image holds far more partitions, labels or text than an image has, deny it by its numbers (`size(d.partitions) > 128`).',
    explain: `${EXPRESSION} Every part of an expression that runs, every element that it looks at and every 16 characters of a text cost a step: 1,000,000 steps for one expression, 10,000,000 for all of a policy, on one image. The number is the same on every machine. It depends on what the image holds, so an image that is made for it can use the steps up; then the rule has no answer, nothing passes, and the run ends. With the steps of all expressions used up, the rule that is named is the one that came last, not the costly one.`,
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
  'severity-kept': {
    severity: 'warning',
    exit: 1,
    message: 'The policy makes {code} {wanted}, but it stays {stays}: {reason}.',
    remedy: 'Remove the change from the policy.',
    explain:
      'A policy can raise the severity of a finding, and lower it where the image was read, decided about and written all the same. It cannot lower what concerns safety, nor an error behind which something is missing.',
  },
});

/** `at` of a finding about a policy. */
export function policyPlace(place: Place): readonly Provenance[] {
  return [{ origin: 'policy', uri: place.uri, pointer: place.pointer }];
}

export function byRule(finding: Finding, rule: string): Finding {
  return { ...finding, rule };
}
