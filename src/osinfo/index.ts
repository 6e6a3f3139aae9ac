import type { Finding } from '../diagnostics/index.ts';
import { provenanceOf, type Vote } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
import type { Knowledge } from './knowledge.ts';

export { driverNames, lacksAhci, legacyDrivers } from './drivers.ts';
export type { Knowledge } from './knowledge.ts';
export { CIM_PRODUCERS, type NamedOs, nameOs, type OsName } from './names/index.ts';
export { objections } from './objections.ts';
export { type KnowledgeRequest, openKnowledge } from './open.ts';
export { profileVotes } from './votes.ts';

/** The finding for a vote on an OS that the knowledge base does not know; none where there is no knowledge base. */
export function unknownOs(knowledge: Knowledge, name: string, vote: Vote): readonly Finding[] {
  if (knowledge.label === 'none') return [];
  const near = knowledge.suggest(name);
  const suggestion = near === undefined ? 'a name that `vm-import os list` prints' : `"${near}", if that is meant`;
  return [diagnostics['unknown-os']({ name, suggestion }, [provenanceOf(vote)])];
}
