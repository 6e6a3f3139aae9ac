import { defineDiagnostics } from '../../diagnostics/index.ts';

const WHOLE =
  'A file of policy tests that was understood only in part could let a case pass that its author meant to fail, so none of its cases runs. docs/policy-tests.md shows what such a file holds.';

/** Findings of the files that `policy test` reads; what is wrong with their YAML has the codes of policies. */
export const diagnostics = defineDiagnostics('policy-test', {
  'no-policy': {
    severity: 'error',
    exit: 2,
    message: 'Nothing says which policy {name} tests.',
    remedy: 'Add `policy: [FILE]`, or call the file NAME.test.yaml and put it beside NAME.yaml.',
    explain: WHOLE,
  },
  'duplicate-case': {
    severity: 'error',
    exit: 2,
    message: 'The case "{name}" is there twice, first at {first}.',
    remedy: 'Give one of them another name.',
    explain: 'Cases are told apart by their names in reports, in JUnit files and by those who compare two runs.',
  },
  'no-tests': {
    severity: 'error',
    exit: 2,
    message: 'There is no policy test at or below {path}.',
    remedy: 'Name a file, or a directory that holds files called *.test.yaml.',
    explain:
      'Files of policy tests are called *.test.yaml, *.test.yml or *.test.json. That none is found is an error, because a pipeline that tests nothing should not be green. Hidden directories, node_modules and symbolic links are not searched.',
  },
  'too-many-files': {
    severity: 'error',
    exit: 2,
    message: 'There are more than {limit} files and directories below {path}, or they are too deep.',
    remedy: 'Name the directory that holds the tests.',
    explain: 'A search for tests that was started at the wrong place should end soon.',
  },
  unreadable: {
    severity: 'error',
    exit: 2,
    message: '{path} cannot be read: {reason}.',
    remedy: 'Check the path; one that stands in a test is taken relative to that test.',
    explain: WHOLE,
  },
  outside: {
    severity: 'error',
    exit: 2,
    message: '{path} lies outside the directory of the test ({directory}).',
    remedy: 'Put the file beside the test, or below it; a preset is named preset:NAME.',
    explain:
      'A test names files by paths relative to itself, and none that lie elsewhere: whoever checks out a repository of policies and runs its tests should not read files of the machine with it. Symbolic links are followed before this is decided.',
  },
  'wrong-evidence': {
    severity: 'error',
    exit: 2,
    message: 'The evidence is wrong at {path}: {problem}.',
    remedy: 'Make it again with `vm-import inspect --json`, or correct it.',
    explain:
      'Evidence in a test is a document vm-import/evidence@1, or a part of one: what is left out is filled in. Unknown members are refused, because a misspelt one would be a fact that no rule sees.',
  },
  'unknown-name': {
    severity: 'error',
    exit: 2,
    message: '{name} is neither a rule of the policy under test nor the code of a finding.',
    remedy: '{hint}',
    explain:
      'An expectation that names something which does not exist would always hold (excludes) or never (findings, includes, audited, waived).',
  },
  'silent-rule': {
    severity: 'error',
    exit: 2,
    message: 'The rule {rule} raises no finding, so it cannot stand in {list}.',
    remedy: '{hint}',
    explain:
      'A rule that sets, requires, prefers, forbids or limits values takes part in a decision, and what is seen of it is the value. Only deny, warn and limits of phase verify raise findings. In audit mode a decision that would be another one is the finding policy/audit-changes.',
  },
  'unknown-target': {
    severity: 'error',
    exit: 2,
    message: 'There is no target {target}.',
    remedy: '{hint}',
    explain:
      'A case emits for the targets that --emit takes, because what a target cannot express is among the findings of a run.',
  },
  'wrong-time': {
    severity: 'error',
    exit: 2,
    message: '{value} is no time.',
    remedy: 'Write a date, or a time with its zone: 2027-01-31T12:00:00Z.',
    explain: 'The time of a case is the one at which its waivers have to be valid, as --now gives it to a run.',
  },
});
