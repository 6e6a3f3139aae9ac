import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { plan, readPolicies } from '../pipeline/index.ts';
import { type EffectiveRule, PRESET_NAMES } from '../policy/index.ts';
import { argueRule, describeRule } from '../report/argue-rule.ts';
import { jsonText, word } from '../report/words.ts';
import type { ExplainArguments } from './explain.ts';
import type { Io } from './io.ts';
import { printFindings } from './output.ts';
import { prepare } from './stages.ts';

export interface FoundRule {
  readonly rule: EffectiveRule;
  /** The policies in which it was found, as `--policy` takes them. */
  readonly policies: readonly string[];
}

/**
 * Rules by id: of the policies that were named, else of every preset, where the preset that a rule stands in goes
 * before one that extends it. Null: a policy could not be read, and why has been printed.
 */
export async function knownRules(io: Io, args: ExplainArguments): Promise<ReadonlyMap<string, FoundRule> | null> {
  const choices = args.policy === undefined ? PRESET_NAMES.map((name) => [`preset:${name}`]) : [args.policy];
  const found = new Map<string, FoundRule>();
  for (const policies of choices) {
    const { policy, findings } = await readPolicies(policies);
    printFindings(io, findings, args);
    if (policy === null) return null;
    const { rules, off } = policy.trial ?? policy;
    for (const rule of [...rules, ...off]) {
      if (!found.has(rule.id) || policies.includes(rule.uri)) found.set(rule.id, { rule, policies });
    }
  }
  return found;
}

/** `explain RULE`: what the rule does and where it stands; with sources, what came of it for them. */
export async function explainRule(io: Io, args: ExplainArguments, { rule, policies }: FoundRule): Promise<ExitStatus> {
  const prepared = args.sources.length === 0 ? null : await prepare(io, { ...args, policy: policies });
  if (prepared === undefined) return EXIT.usage;
  const planned = prepared === null ? null : await plan(prepared.evidence, prepared.options);
  const findings = (planned?.findings ?? []).map(word);
  if (planned !== null) printFindings(io, planned.findings, args);
  if (args.json === true) {
    const check = planned?.checks.find((one) => one.rule === rule.id) ?? null;
    const raised = findings.filter((finding) => finding.rule === rule.id);
    io.stdout.write(jsonText({ rule, policies, check, findings: raised }));
    return planned?.judgement.exit ?? EXIT.ok;
  }
  io.stdout.write(describeRule(rule));
  if (planned === null) return EXIT.ok;
  io.stdout.write(argueRule(rule.id, { ...planned, findings }));
  if (args.policy === undefined) io.stdout.write(`\nTried with --policy ${policies.join(' --policy ')}.\n`);
  return planned.judgement.exit;
}
