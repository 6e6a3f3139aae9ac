import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { diagnostics as targetDiagnostics } from '../emitters/diagnostics.ts';
import { targets } from '../emitters/registry.generated.ts';
import { type Emission, type Plan, parseKeyPath, type TargetOutcome } from '../facts/index.ts';

/** Names of the targets that `emit` knows. */
export const TARGETS: readonly string[] = targets.map((target) => target.id);

export interface Artefact extends Emission {
  readonly target: string;
  /** File name suffix of the target, with its dot. */
  readonly suffix: string;
}

/** Writes a plan for a target. `readTemplate` gives the text of a file below `templates/`. */
export async function emit(
  plan: Plan,
  id: string,
  readTemplate: (name: string) => Promise<string> = packagedTemplate,
): Promise<Artefact> {
  const target = targets.find((known) => known.id === id);
  if (target === undefined) {
    throw new VmImportError(targetDiagnostics.unknown({ target: id, known: TARGETS.join(', ') }));
  }
  const emitter = await target.load();
  const texts: Record<string, string> = {};
  for (const name of emitter.templates(plan)) texts[name] = await readTemplate(name);
  const emission = emitter.emit(plan, texts);
  return {
    ...emission,
    findings: [
      // what was not written cannot be answered for
      ...emission.findings.map((finding) => (emission.text === null ? { ...finding, objection: false } : finding)),
      ...losses(plan, id, emission.outcomes),
    ],
    target: id,
    suffix: emitter.suffix,
  };
}

/** What somebody forced and the target cannot say must not be lost in silence. */
function losses(plan: Plan, target: string, outcomes: readonly TargetOutcome[]): Finding[] {
  return outcomes.flatMap(({ key: path, outcome, note }) => {
    if (outcome !== 'dropped' && outcome !== 'inexpressible') return [];
    // an OS that nobody knows has been reported already
    if (path === 'os' && plan.os === null) return [];
    const parsed = parseKeyPath(path);
    const decision = plan.decisions.find(({ key, subject }) => key === parsed?.key && subject === parsed.subject);
    const origin = decision?.winner?.origin;
    if (decision === undefined || (origin !== 'flag' && origin !== 'policy-set')) return [];
    return [
      targetDiagnostics['not-expressed']({ target, key: path, value: String(decision.value), note }, [
        { origin, uri: decision.winner?.uri ?? null, pointer: decision.winner?.pointer ?? null },
      ]),
    ];
  });
}

async function packagedTemplate(name: string): Promise<string> {
  const { readTemplate } = await import('../templates.ts');
  return readTemplate(name);
}
