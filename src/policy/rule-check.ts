import type { Phase } from './policy.ts';
import type { Problems } from './problems.ts';
import { EFFECT_NAMES, VOTING_EFFECTS } from './schema.ts';
import type { MapTree } from './yaml.ts';

/** `rule site.q35`, or `rule 3` while it has no id. */
export function ruleName(tree: MapTree, index: number): string {
  const id = tree.entries.get('id')?.value;
  return id?.kind === 'scalar' && typeof id.value === 'string' ? `rule ${id.value}` : `rule ${index + 1}`;
}

/** What the keys of a rule say about each other. */
export function checkRule(tree: MapTree, where: string, phase: Phase, problems: Problems): void {
  const at = (key: string): number | undefined => tree.entries.get(key)?.keyAt;
  const has = (key: string): boolean => tree.entries.has(key);

  if (![...EFFECT_NAMES, 'deny', 'warn'].some(has)) {
    problems.missingKey({ where, key: `an effect (${EFFECT_NAMES.join(', ')}, deny or warn)` }, tree.at);
  }
  if (phase === 'verify') {
    for (const name of VOTING_EFFECTS) {
      const place = at(name);
      if (place === undefined) continue;
      const reason = 'a rule of phase verify sees a plan that is already made';
      problems.notAllowed(
        { key: name, where, reason, hint: 'Use deny, warn or limit, or drop `phase: verify`.' },
        place,
      );
    }
  }
  const warn = at('warn');
  if (warn !== undefined && has('deny')) {
    problems.notAllowed({ key: 'warn', where, reason: 'it has a deny', hint: 'Make two rules of it.' }, warn);
  }
  const message = at('message');
  if (message !== undefined && !EFFECT_NAMES.some(has)) {
    const reason = 'deny and warn have their words in themselves';
    problems.notAllowed({ key: 'message', where, reason, hint: 'Write deny: WORDS or warn: WORDS.' }, message);
  }
  checkSeverity(tree, where, phase, problems);
}

function checkSeverity(tree: MapTree, where: string, phase: Phase, problems: Problems): void {
  const severity = tree.entries.get('severity');
  if (severity === undefined) return;
  const speaks = tree.entries.has('deny') || tree.entries.has('warn');
  if (!speaks && !(phase === 'verify' && tree.entries.has('limit'))) {
    const reason = 'it raises no finding';
    problems.notAllowed(
      { key: 'severity', where, reason, hint: 'Severity belongs to deny, warn, or a limit of phase verify.' },
      severity.keyAt,
    );
  } else if (tree.entries.has('warn') && severity.value.kind === 'scalar' && severity.value.value === 'error') {
    problems.notAllowed({ key: 'severity: error', where, reason: 'it warns', hint: 'Use deny.' }, severity.keyAt);
  }
}
