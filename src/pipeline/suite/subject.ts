import { resolve } from 'node:path';
import type { ByteSource } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import { encodePayload, HINT_EXTENSION_TYPE, MAX_PAYLOAD, slotSizeFor } from '../../disks/qcow2/hint-extension.ts';
import type { Evidence, EvidenceDocument } from '../../facts/index.ts';
import type { Policy } from '../../policy/index.ts';
import { diagnostics } from '../../policy/suite/diagnostics.ts';
import type { ImageDescription, SuiteCase } from '../../policy/suite/suite.ts';
import { readConfig } from '../../sources/text.ts';
import { synthesise } from '../../synthesis/image.ts';
import { inspect } from '../inspect.ts';
import { type Catalogue, fileOf, placeIn } from './load.ts';

/** Where synthetic images are said to lie. */
const DIRECTORY = '/images';
const MAX_EVIDENCE_BYTES = 16 * 1024 * 1024;
const SNAPSHOT_MEMORY = 2 ** 30;

/** The evidence that a case is about. Throws VmImportError (exit 2) where a file of evidence cannot be used. */
export async function evidenceOf(
  { subject }: SuiteCase,
  suite: string,
  policy: Policy,
  catalogue: Catalogue,
): Promise<Evidence> {
  switch (subject.kind) {
    case 'images':
      return inspect(subject.images.map(buildImage), { policy });
    case 'evidence':
      return asEvidence(subject.document, catalogue);
    case 'evidence-file': {
      const path = await fileOf(subject.file, suite);
      const at = placeIn(suite, subject.file.pointer);
      const document = await readDocument(path, at);
      return asEvidence(document, catalogue);
    }
  }
}

function buildImage(image: ImageDescription): ByteSource {
  const { name, hints, backing, snapshots, savedMemory, ...rest } = image;
  return synthesise(resolve(DIRECTORY, name), {
    ...rest,
    extensions: hints === null ? [] : [hintExtension(hints)],
    snapshots: Array.from({ length: snapshots }, (_, index) => ({
      id: String(index + 1),
      name: `snapshot-${index + 1}`,
      vmStateSize: savedMemory && index === snapshots - 1 ? SNAPSHOT_MEMORY : 0,
    })),
    ...(backing === null ? {} : { backing }),
  });
}

/** As `hints set` writes it. */
function hintExtension(document: string) {
  return { type: HINT_EXTENSION_TYPE, data: encodePayload(Buffer.from(document), slotSizeFor(MAX_PAYLOAD)) };
}

async function readDocument(path: string, at: ReturnType<typeof placeIn>): Promise<EvidenceDocument> {
  const bytes = await readConfig(path, MAX_EVIDENCE_BYTES);
  const refuse = (place: string, problem: string) =>
    new VmImportError(diagnostics['wrong-evidence']({ path: `${path}, ${place}`, problem }, at));
  if (bytes.length > MAX_EVIDENCE_BYTES) throw refuse('the top', `more than ${MAX_EVIDENCE_BYTES} bytes`);
  let data: unknown;
  try {
    data = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refuse('the top', 'it is not JSON');
  }
  const { jsonPointer, readEvidence } = await import('../../policy/suite/evidence.ts');
  const { document, problems } = readEvidence(data);
  if (document !== null) return document;
  const [first] = problems;
  throw refuse(jsonPointer(first?.path ?? []), first?.problem ?? 'it is no evidence');
}

/** Findings of a document have their words already, and say nothing of safety: their code does. */
function asEvidence(document: EvidenceDocument, catalogue: Catalogue): Evidence {
  const { schema: _, findings, ...rest } = document;
  return {
    ...rest,
    findings: findings.map(({ waived: __, ...finding }) => ({
      ...finding,
      exit: finding.exit as Evidence['findings'][number]['exit'],
      safety: catalogue.get(finding.code)?.spec.safety === true,
    })),
  };
}
