import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { type DriverEvidence, type Json, keySpec, type Vote, vote } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
import { type HintDocument, type ImageLink, MAX_DEPTH, MAX_VALUES } from './document.ts';
import { parseJson } from './json.ts';
import { normalise } from './normalise.ts';
import { Reporter } from './reporter.ts';

export { hintsToJson, MAX_HEADER_HINT_BYTES, MAX_HINT_BYTES } from './document.ts';

/** Where a document can come from, highest precedence first (contract, section 4). */
export const CARRIERS = ['by-hand', 'side-car', 'bundle', 'image'] as const;

export interface HintCarrier {
  readonly kind: (typeof CARRIERS)[number];
  readonly uri: string;
  /** Where in that file the document lies, e.g. `header-extension+0x70`; null when it is the whole file. */
  readonly pointer: string | null;
  /** The disk it speaks for (`disk0`); null when it speaks for the whole machine. */
  readonly disk: string | null;
  /** `MAX_HINT_BYTES`, or `MAX_HEADER_HINT_BYTES` for a document in an image header. */
  readonly maxBytes: number;
}

export interface HintReading {
  /** null when the document is malformed; the findings then hold one error. */
  readonly document: HintDocument | null;
  readonly votes: readonly Vote[];
  readonly drivers: DriverEvidence;
  readonly title: string | null;
  readonly description: string | null;
  /** Which disk the document says it belongs to. Nothing for a document inside an image. */
  readonly image: ImageLink;
  readonly kernelArgs: string | null;
  readonly extensions: { readonly [name: string]: Json };
  readonly findings: readonly Finding[];
}

const NO_LINK: ImageLink = { uuid: null, sha256: null };

/** Reads a hint document of any carrier (contract, section 5). Never throws: what is wrong is in the findings. */
export function readHints(bytes: Uint8Array, from: HintCarrier): HintReading {
  const reporter = new Reporter(from.uri, from.pointer);
  try {
    return readDocument(bytes, from, reporter);
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    return {
      document: null,
      votes: [],
      drivers: { boot: [], running: [] },
      title: null,
      description: null,
      image: NO_LINK,
      kernelArgs: null,
      extensions: {},
      findings: [error.finding],
    };
  }
}

function readDocument(bytes: Uint8Array, from: HintCarrier, reporter: Reporter): HintReading {
  const limits = { maxBytes: from.maxBytes, maxDepth: MAX_DEPTH, maxValues: MAX_VALUES };
  const root = parseJson(bytes, limits, reporter.at(''));
  const { document, statements } = normalise(root, reporter);
  const inside = from.kind === 'image';
  const { uuid, sha256 } = document.image;
  if (inside && (uuid !== null || sha256 !== null)) {
    reporter.add(diagnostics['image-link-inside']({}, reporter.at('/image')));
  }
  const votes = statements.map(({ key, strength, values, pointer }) =>
    vote({
      key,
      subject: keySpec(key).scope === 'disk' ? from.disk : null,
      strength,
      values,
      origin: 'hints',
      uri: from.uri,
      pointer: reporter.pointer(pointer),
      order: CARRIERS.indexOf(from.kind),
      disk: from.disk,
    }),
  );
  const { drivers, title, description, kernelArgs, extensions } = document;
  return {
    document,
    votes,
    drivers,
    title,
    description,
    image: inside ? NO_LINK : document.image,
    kernelArgs,
    extensions,
    findings: reporter.findings,
  };
}

/** The published JSON Schema of the document (draft 2020-12). Loads zod, which reading a document does not need. */
export async function hintJsonSchema(): Promise<Json> {
  const { hintJsonSchema: generate } = await import('./schema.ts');
  return generate();
}
