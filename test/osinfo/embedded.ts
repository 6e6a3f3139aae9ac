import { type Knowledge, openKnowledge } from '../../src/osinfo/index.ts';
import { EMBEDDED_OSINFO } from '../../src/osinfo-db.ts';

/** The knowledge base that comes with the program. */
export function embedded(): Promise<Knowledge> {
  return openKnowledge({ embedded: EMBEDDED_OSINFO, choice: 'embedded' });
}
