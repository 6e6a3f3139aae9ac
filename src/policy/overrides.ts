import type { Problems } from './problems.ts';
import { shownTree } from './problems.ts';
import type { Tree } from './yaml.ts';

/** Codes of findings have a slash (`plan/os-unknown`), ids of rules have none. */
export function isCode(name: string): boolean {
  return name.includes('/');
}

/** What the schema cannot say of `overrides`: a finding has a severity and nothing else, and cannot be switched off. */
export function checkOverrides(tree: Tree, problems: Problems): void {
  const map = tree.kind === 'map' ? tree.entries.get('overrides')?.value : undefined;
  if (map?.kind !== 'map') return;
  for (const [name, { value }] of map.entries) {
    if (value.kind === 'map' && value.entries.size === 0) {
      problems.missingKey({ where: `the override of ${name}`, key: 'severity, mode or locked' }, value.at);
    }
    if (!isCode(name)) continue;
    for (const key of ['mode', 'locked']) {
      const entry = value.kind === 'map' ? value.entries.get(key) : undefined;
      if (entry === undefined) continue;
      const reason = 'it is a finding of vm-import, not a rule';
      const hint = 'Give its severity: error, warning or info.';
      problems.notAllowed({ key, where: `the override of ${name}`, reason, hint }, entry.keyAt);
    }
    const severity = value.kind === 'map' ? value.entries.get('severity')?.value : value;
    if (severity?.kind === 'scalar' && severity.value === 'off') {
      const expected = 'error, warning or info';
      const hint = 'Nothing is dropped in silence; info keeps it to --verbose and the reports.';
      problems.wrongValue({ key: name, value: shownTree(severity), expected, hint }, severity.at);
    }
  }
}
