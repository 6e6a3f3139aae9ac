/**
 * vm-import as a library: the stages the command line uses, without its process.
 *
 * ```ts
 * import { emit, inspect, plan } from 'vm-import';
 *
 * const evidence = await inspect(['disk.qcow2']);
 * const planned = await plan(evidence, { set: [['os', 'debian12']] });
 * if (planned.plan !== null) console.log((await emit(planned.plan, 'libvirt-xml')).text);
 * ```
 *
 * Nothing here prints or ends the process. A wrong request (an unreadable policy, a key that does not exist) throws
 * `VmImportError`, whose finding carries the exit status; what is wrong with an input is a finding in the result.
 *
 * @packageDocumentation
 */
export { type ByteSource, bufferSource } from './bytes/index.ts';
export {
  EXIT,
  type ExitStatus,
  type Finding,
  type Origin,
  type Provenance,
  type Severity,
  VmImportError,
} from './diagnostics/index.ts';
export { type Judgement, judge, type Verdict } from './diagnostics/verdict.ts';
export type * from './facts/index.ts';
export {
  type Artefact,
  emit,
  type InspectOptions,
  inspect,
  loadPolicy,
  loadWaivers,
  type Planned,
  type PlanOptions,
  plan,
  readHost,
  readPolicies,
  type Source,
  TARGETS,
} from './pipeline/index.ts';
export type { Policy, Waiver } from './policy/index.ts';
export { evidenceDocument, reportDocument } from './report/document.ts';
export { word } from './report/words.ts';
