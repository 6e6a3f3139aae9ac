import { EXIT, type ExitStatus } from '../diagnostics/index.ts';
import { plan, readPolicies } from '../pipeline/index.ts';
import { type EffectiveRule, listPolicy, PRESET_NAMES } from '../policy/index.ts';
import { argueRule, describeRule, type RuleRun, ruleRun } from '../report/argue-rule.ts';
import { jsonText, word } from '../report/words.ts';
import type { ExplainArguments } from './explain.ts';
import type { Io } from './io.ts';
import { printFindings } from './output.ts';
import { prepare } from './stages.ts';

export interface FoundRule {
  readonly rule: EffectiveRule;
  /** What is tried out in its place. */
  readonly tried: EffectiveRule | null;
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
    const { rules, off } = listPolicy(policy);
    const here = new Map<string, FoundRule>();
    for (const rule of [...off, ...rules]) {
      const before = here.get(rule.id);
      here.set(rule.id, before === undefined ? { rule, tried: null, policies } : { ...before, tried: rule });
    }
    for (const [id, one] of here) if (!found.has(id) || policies.includes(one.rule.uri)) found.set(id, one);
  }
  return found;
}

/** `explain RULE`: what the rule does and where it stands; with sources, what came of it for them. */
export async function explainRule(
  io: Io,
  args: ExplainArguments,
  { rule, tried, policies }: FoundRule,
): Promise<ExitStatus> {
  const prepared = args.sources.length === 0 ? null : await prepare(io, { ...args, policy: policies });
  if (prepared === undefined) return EXIT.usage;
  const planned = prepared === null ? null : await plan(prepared.evidence, prepared.options);
  const run: RuleRun | null = planned === null ? null : { ...planned, findings: planned.findings.map(word) };
  if (planned !== null) printFindings(io, planned.findings, args);
  if (args.json === true) {
    const document = { rule, policies, ...ruleRun(rule, run) };
    const trial = tried === null ? null : { rule: tried, ...ruleRun(tried, run) };
    io.stdout.write(jsonText({ ...document, tried: trial }));
    return planned?.judgement.exit ?? EXIT.ok;
  }
  const told = [rule, ...(tried === null ? [] : [tried])].map(
    (one) => `${describeRule(one)}${run === null ? '' : argueRule(one, run)}`,
  );
  io.stdout.write(told.join('\n'));
  if (planned === null) return EXIT.ok;
  if (args.policy === undefined) io.stdout.write(`\nTried with --policy ${policies.join(' --policy ')}.\n`);
  return planned.judgement.exit;
}
