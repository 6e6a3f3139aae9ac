import { type ByteSource, bufferSource } from '../bytes/index.ts';
import { VmImportError } from '../diagnostics/index.ts';
import { type ArchiveFormat, CONTAINER_PROBE_LENGTH, type CompressionFormat, type Container } from './container.ts';
import { diagnostics } from './diagnostics.ts';
import { type Flow, unpackedFlow } from './flow.ts';
import { headSource } from './head.ts';
import type { Limits } from './limits.ts';
import { containers } from './registry.generated.ts';

/** A compressed file inside a compressed file is the deepest anybody publishes. */
const MAX_COMPRESSIONS = 2;

/** One file in compression, no archive: a disk image, as a rule. */
export interface CompressedFile {
  /** Outermost first: `['gzip']`. */
  readonly compression: readonly string[];
  /** Bytes unpacked, when all of them fit into the head; null when there are more. */
  readonly size: number | null;
  /**
   * The first `Limits.headBytes`. Where `size` is null, what the source says of its size is not known either
   * (`Number.MAX_SAFE_INTEGER`); a read beyond the head throws `container/beyond-head`.
   */
  readonly head: ByteSource;
}

const archives = containers.filter((format): format is ArchiveFormat => format.kind === 'archive');
const compressions = containers.filter((format): format is CompressionFormat => format.kind === 'compression');

const probe = <F extends ArchiveFormat | CompressionFormat>(formats: readonly F[], head: Buffer): F | null =>
  formats.find((format) => format.probe(head)) ?? null;

export interface Unwrapped {
  readonly compression: readonly string[];
  /** Null when it is no archive. */
  readonly archive: Container | null;
  readonly flow: () => Promise<Flow>;
}

/** Takes off every compression, and opens the archive below. Reads the first block of each level. */
export async function unwrap(uri: string, packed: () => Promise<Flow>, limits: Limits): Promise<Unwrapped> {
  const compression: string[] = [];
  let flow = packed;
  for (;;) {
    const head = await headOf(flow);
    const found = probe(compressions, head);
    if (found === null) {
      const format = probe(archives, head);
      const name = [format?.id, ...compression.toReversed()].join('+');
      const archive = format === null ? null : (await format.load()).open(uri, name, flow, limits);
      return { compression, archive, flow };
    }
    if (compression.length === MAX_COMPRESSIONS) {
      throw new VmImportError(
        diagnostics['too-deep']({ limit: MAX_COMPRESSIONS }, [{ origin: 'content', uri, pointer: null }]),
      );
    }
    compression.push(found.id);
    const [inner, unpack] = [flow, await found.load()];
    flow = async () => unpackedFlow(await inner(), { id: found.id, unpack }, uri, limits);
  }
}

async function headOf(open: () => Promise<Flow>): Promise<Buffer> {
  const flow = await open();
  return flow.read(CONTAINER_PROBE_LENGTH).finally(() => flow.close());
}

/** What is inside when it is no archive. */
export async function compressedFile(uri: string, unwrapped: Unwrapped, limits: Limits): Promise<CompressedFile> {
  const flow = await unwrapped.flow();
  const bytes = await flow.read(limits.headBytes + 1).finally(() => flow.close());
  const all = bytes.length <= limits.headBytes;
  const head = bytes.subarray(0, limits.headBytes);
  const size = all ? bytes.length : null;
  return {
    compression: unwrapped.compression,
    size,
    head: headSource(bufferSource(uri, head), uri, size ?? Number.MAX_SAFE_INTEGER, head.length),
  };
}
