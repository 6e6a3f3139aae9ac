import { resolve } from 'node:path';
import type { ByteSource } from '../../bytes/index.ts';
import { isObjection, VmImportError } from '../../diagnostics/index.ts';
import { encodePayload, HINT_EXTENSION_TYPE, MAX_PAYLOAD, slotSizeFor } from '../../disks/qcow2/hint-extension.ts';
import type { Evidence, EvidenceDocument } from '../../facts/index.ts';
import type { ImageDescription, SuiteCase } from '../../policy/suite/suite.ts';
import { readConfig } from '../../sources/text.ts';
import { synthesise } from '../../synthesis/image.ts';
import { type InspectOptions, inspect } from '../inspect.ts';
import { MAX_EVIDENCE_BYTES, readEvidence } from '../saved.ts';
import { type Catalogue, fileOf, placeIn } from './load.ts';

/** Where synthetic images are said to lie. */
const DIRECTORY = '/images';
const SNAPSHOT_MEMORY = 2 ** 30;

/** The evidence that a case is about. Throws VmImportError (exit 2) where a file of evidence cannot be used. */
export async function evidenceOf(
  { subject }: SuiteCase,
  suite: string,
  judges: Pick<InspectOptions, 'policy' | 'waivers' | 'now'>,
  catalogue: Catalogue,
): Promise<Evidence> {
  switch (subject.kind) {
    case 'images':
      return inspect(subject.images.map(buildImage), judges);
    case 'evidence':
      return asEvidence(subject.document, catalogue);
    case 'evidence-file': {
      const path = await fileOf(subject.file, suite);
      const bytes = await readConfig(path, MAX_EVIDENCE_BYTES);
      const { evidence, findings } = await readEvidence(bytes, path, (code) => catalogue.get(code)?.spec);
      if (evidence !== null) return evidence;
      const [first] = findings;
      if (first === undefined) throw new Error('evidence was refused without a finding');
      throw new VmImportError({ ...first, at: [...first.at, ...placeIn(suite, subject.file.pointer)] });
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

/** Findings of a document have their words already, and say nothing of safety: their code does. */
function asEvidence(document: EvidenceDocument, catalogue: Catalogue): Evidence {
  const { schema: _, findings, ...rest } = document;
  const revived = findings.map(({ waived: __, ...finding }) => {
    const exit = finding.exit as Evidence['findings'][number]['exit'];
    const safety = catalogue.get(finding.code)?.spec.safety === true;
    return { ...finding, exit, safety, objection: isObjection({ severity: finding.severity, exit }) };
  });
  return { ...rest, findings: revived };
}
