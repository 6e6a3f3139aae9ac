import type { Finding } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import type { LoadedDocument } from './compose.ts';
import { byRule, diagnostics, policyPlace } from './diagnostics.ts';
import type { PolicyIo } from './policy.ts';
import { severityProblem } from './severities.ts';

const OF_RULES = [diagnostics.denied.code, diagnostics.warned.code, diagnostics.limit.code];

/** Names that only the pipeline knows: targets of rules, codes of findings. */
export async function unknownNames(documents: readonly LoadedDocument[], io: PolicyIo): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const hintFor = (name: string, known: readonly string[]) => {
    const near = didYouMean(name, known);
    return near === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${near}?`;
  };
  const { targets } = io;
  for (const rule of targets === undefined ? [] : documents.flatMap(({ document }) => document.rules)) {
    if (rule.targets === null) continue;
    for (const target of rule.targets) {
      if (targets?.includes(target) === false) {
        const args = { rule: rule.id, target, hint: hintFor(target, targets) };
        findings.push(byRule(diagnostics['unknown-target'](args, policyPlace(rule)), rule.id));
      }
    }
  }
  const changes = documents.flatMap(({ document }) => document.severities);
  const codes = changes.length === 0 ? undefined : await io.codes?.();
  for (const change of codes === undefined ? [] : changes) {
    const { code, severity } = change;
    const spec = codes?.get(code)?.spec;
    if (spec === undefined) {
      const near = didYouMean(code, [...(codes?.keys() ?? [])]);
      const hint =
        near === undefined ? 'A finding is named in brackets at the end of its line.' : `Did you mean ${near}?`;
      findings.push(diagnostics['unknown-code']({ code, hint }, policyPlace(change)));
      continue;
    }
    const ofRules = OF_RULES.includes(code)
      ? 'rules raise it: name the rule instead'
      : code.startsWith('lint/')
        ? 'only policy lint tells it, and no policy is asked'
        : undefined;
    const reason = ofRules ?? severityProblem(spec, severity);
    if (reason !== undefined) {
      findings.push(diagnostics['fixed-severity']({ code, severity, reason }, policyPlace(change)));
    }
  }
  return findings;
}
