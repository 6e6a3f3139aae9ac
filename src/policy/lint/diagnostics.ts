import { defineDiagnostics } from '../../diagnostics/index.ts';

const LINT =
  '`vm-import policy lint` looks at a policy without any image. It says only what holds for every image there could be; a rule that it says nothing about may still be wrong, which is what `vm-import policy test` is for. A warning makes it end with status 1, a note does not.';

export const diagnostics = defineDiagnostics('lint', {
  'never-applies': {
    severity: 'warning',
    exit: 1,
    message: 'The rule {rule} never applies: its condition is true of no image.',
    remedy: 'Correct the condition, or remove the rule.',
    explain: `The condition contradicts itself (\`os == "a" && os == "b"\`, \`size(disks) < 0\`, \`x in []\`), or is false whatever the facts are. A rule that never applies stops nothing. ${LINT}`,
  },
  'always-applies': {
    severity: 'warning',
    exit: 1,
    message: 'The rule {rule} always applies: its condition is true of every image.',
    remedy: 'Drop `when`, or correct the condition if it was meant to choose.',
    explain: `A condition such as \`size(disks) >= 0\` or \`os != "a" || os != "b"\` looks as if the rule chose its images, but it takes them all. ${LINT}`,
  },
  'unknown-value': {
    severity: 'warning',
    exit: 1,
    message: 'The condition of rule {rule} compares {what} with {value}, which it never is.',
    remedy: '{hint}',
    explain: `Formats, payloads, architectures and the values of keys are closed lists, compared letter by letter: \`architecture == "amd64"\` is false on every image, because the vocabulary calls it x86_64. ${LINT}`,
  },
  'unknown-os': {
    severity: 'warning',
    exit: 1,
    message: 'The rule {rule} {what} {value}, which the OS database does not have.',
    remedy: '{hint}',
    explain: `Conditions see the short-id of the system, as \`vm-import os list\` prints it; effects name it by that or by its id. A condition on a name that the database does not have can only be true where somebody passes just that name with --os. Where a rule chooses such a name, nothing is known of the devices and needs of the system. ${LINT}`,
  },
  'device-key': {
    severity: 'warning',
    exit: 1,
    message: 'The condition of rule {rule} asks for plan["{key}"], which is always null.',
    remedy: 'Name the device: plan["{key}.{scope}0"].',
    explain: `The plan has keys of disks and cards for each device only: \`disk-bus.disk0\`, \`nic-model.nic1\`. ${LINT}`,
  },
  shadowed: {
    severity: 'warning',
    exit: 1,
    message: 'What the rule {rule} says of {key} never matters: the rule {by} ({place}) always sets it.',
    remedy: 'Remove it, or give the other rule a condition.',
    explain: `A \`set\` without \`when\` decides its key on every image: no \`prefer\` or \`default\` is heard besides it, nor a \`set\` that stands earlier, unless they are locked. Where the two rules stand in different files this is a note only: a file may well overrule what it extends. ${LINT}`,
  },
  'locked-out': {
    severity: 'warning',
    exit: 1,
    message: 'What the rule {rule} says of {key} has no effect: the rule {by} ({place}) is locked and says otherwise.',
    remedy: 'Remove it, or change the locked rule where it stands.',
    explain: `No \`set\`, \`prefer\` or \`default\` counts against a rule with \`locked: true\`, whichever comes later and whatever the lock does: a locked \`prefer\` holds against a \`set\`. Where a \`prefer\` or \`default\` stands in another file than the lock this is a note only: a lock is there to overrule it. ${LINT}`,
  },
  forbidden: {
    severity: 'warning',
    exit: 1,
    message: 'The rule {rule} wants {key} {values}, which the rule {by} ({place}) always forbids.',
    remedy: 'Take the values out of one of the rules, or give the other one a condition.',
    explain: `A \`forbid\` never yields. What is preferred or defaulted and forbidden as well is never chosen; what is required or set and forbidden as well makes every import unresolved (exit 4). ${LINT}`,
  },
  excluded: {
    severity: 'warning',
    exit: 1,
    message:
      'The rule {rule} wants {wish}, which never goes with {demand}, as the rule {by} ({place}) always has it: {reason}.',
    remedy: 'Change one of the rules, or give the other one a condition.',
    explain: `Some values of different keys do not go together, whoever wants them: Secure Boot and a BIOS, a machine type and another architecture. What is preferred or defaulted is then never chosen; what is required, set or left over by a \`forbid\` makes every import unresolved (exit 4). Only two rules at a time are looked at. ${LINT}`,
  },
  'nothing-left': {
    severity: 'warning',
    exit: 1,
    message: 'The rule {rule} leaves no value of {key}{together}.',
    remedy:
      'Leave a value out of `forbid`, or give the rule a condition; `deny` is for images that shall not pass at all.',
    explain: `The rules without conditions forbid every value that the key can have, so every import that needs one is unresolved (exit 4). For keys of disks and cards this is a note only: not every machine has them. ${LINT}`,
  },
  implied: {
    severity: 'warning',
    exit: 1,
    message: 'What the rule {rule} demands of {key} never matters: the rule {by} ({place}) always demands as much.',
    remedy: 'Remove it, or make it the stricter one.',
    explain: `A limit that is looser than another one without condition, or a \`require\` or \`forbid\` that another one contains, never stops anything by itself. Only rules of one file are compared: a file may well be stricter than what it extends. ${LINT}`,
  },
  duplicate: {
    severity: 'warning',
    exit: 1,
    message: 'The rule {rule} does the same as the rule {by} ({place}), under the same condition.',
    remedy: 'Remove one of them.',
    explain: `Two rules with the same condition, the same effects and the same message. Whoever changes one of them will be surprised by the other. ${LINT}`,
  },
  replaced: {
    severity: 'info',
    exit: 1,
    message: 'The rule {rule} {takes} the place of the one in {place}{tried}.',
    remedy: 'Nothing needs to be done, if that is meant.',
    explain: `A rule of a later file replaces one of the same id as a whole. In audit mode it is only tried out: the other one applies until it is enforced. ${LINT}`,
  },
  off: {
    severity: 'info',
    exit: 1,
    message: 'The rule {rule} {how}.',
    remedy: 'Nothing needs to be done, if that is meant.',
    explain: `An \`overrides\` entry of the policy switches the rule off; it never applies. What a policy in audit mode does to a rule is only tried out: the rule applies until that policy is enforced. ${LINT}`,
  },
  'no-remedy': {
    severity: 'info',
    exit: 1,
    message: 'The rule {rule} denies without a remedy.',
    remedy: 'Say in `remedy` what the reader of the message can do.',
    explain: `Whoever is denied is told to change the image or to ask; only the author of the rule knows better. ${LINT}`,
  },
  'literal-braces': {
    severity: 'info',
    exit: 1,
    message: 'The {key} of rule {rule} holds an expression in double braces, which is printed as it stands.',
    remedy: 'Put it into the `deny`, `warn` or `message` of the rule, which are filled in.',
    explain: `A \`remedy\` or \`title\` is the same for every image, so that reports can list the rules of a policy; nothing is inserted there. ${LINT}`,
  },
  'waiver-expired': {
    severity: 'warning',
    exit: 1,
    message: 'The waiver of {what} expired on {expires}.',
    remedy: 'Remove it, or ask its owner to renew it.',
    explain: `A waiver that has expired changes nothing: its findings count again. ${LINT}`,
  },
  'waiver-unknown': {
    severity: 'warning',
    exit: 1,
    message: 'There is no {kind} {what} for the waiver to waive.',
    remedy: '{hint}',
    explain: `A waiver names a rule of the policy by its id, or a finding by its code. One that names neither waives nothing. Where one file of waivers serves several policies, lint it with each of them: a rule that none of them has needs no waiver. ${LINT}`,
  },
  'waiver-useless': {
    severity: 'warning',
    exit: 1,
    message: 'The waiver of {what} waives nothing: {reason}.',
    remedy: 'Remove it.',
    explain: `A waiver lifts findings that are raised and can be gone on with. A rule that is switched off raises none, nor does one that only has effects; an error behind which something is missing cannot be waived, and a locked rule not by a waiver that a later policy names. ${LINT}`,
  },
  'waiver-duplicate': {
    severity: 'warning',
    exit: 1,
    message: 'The waiver of {what} adds nothing to the one at {place}, which is for the same images and lasts as long.',
    remedy: 'Remove one of them.',
    explain: `Two waivers of one rule or finding, and every image in the scope of the one is in that of the other. Whoever withdraws one of them will be surprised by the other. ${LINT}`,
  },
});
