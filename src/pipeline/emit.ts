import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { diagnostics as targetDiagnostics } from '../emitters/diagnostics.ts';
import type { Template } from '../emitters/emitter.ts';
import { targets } from '../emitters/registry.generated.ts';
import { type Emission, type Plan, parseKeyPath, type TargetOutcome } from '../facts/index.ts';
import { packagedTemplate, type ReadTemplate } from './templates.ts';

/** Names of the targets that `emit` knows. */
export const TARGETS: readonly string[] = targets.map((target) => target.id);

export interface Artefact extends Emission {
  readonly target: string;
  /** File name suffix of the target, with its dot. */
  readonly suffix: string;
  /** Whether it makes the copies and overlays that it uses itself. */
  readonly makesCopies: boolean;
  /** The templates it is made with: names of the package's, paths of a site's. */
  readonly templates: readonly string[];
}

/** Writes a plan for a target. `readTemplate` gives a file below `templates/`: the package's, or a site's own. */
export async function emit(plan: Plan, id: string, readTemplate: ReadTemplate = packagedTemplate): Promise<Artefact> {
  const target = targets.find((known) => known.id === id);
  if (target === undefined) {
    throw new VmImportError(targetDiagnostics.unknown({ target: id, known: TARGETS.join(', ') }));
  }
  const emitter = await target.load();
  const templates: Record<string, Template> = {};
  for (const name of emitter.templates(plan)) templates[name] = await readTemplate(name);
  const emission = emitter.emit(plan, templates);
  return {
    ...emission,
    findings: [
      // what was not written cannot be answered for
      ...emission.findings.map((finding) => (emission.text === null ? { ...finding, objection: false } : finding)),
      ...losses(plan, id, emission.outcomes),
    ],
    target: id,
    suffix: emitter.suffix,
    makesCopies: emitter.makesCopies === true,
    templates: Object.values(templates).map(({ path }) => path),
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
