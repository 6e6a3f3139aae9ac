import type { ByteSource } from '../bytes/index.ts';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import type { BackingLayer, ContentReading, DiskEvidence, PolicySettings, Vote } from '../facts/index.ts';
import { type FileSource, openFile } from '../sources/file.ts';
import { followChain, type Layer } from './chain.ts';
import { checkClaim, detect, withEnds } from './detect.ts';
import { diagnostics } from './diagnostics.ts';
import type { DiskImage, RawHints } from './format.ts';
import { formats } from './registry.generated.ts';

const RAW = 'raw';
const DISC = 'iso';

export interface DiskInspection {
  /** null when the file could not be understood at all. */
  readonly disk: DiskEvidence | null;
  readonly bytesRead: number;
  readonly size: number;
  readonly votes: readonly Vote[];
  readonly findings: readonly Finding[];
  /** The hint document of the topmost layer that has one: it is inherited as a whole. */
  readonly hints: { readonly raw: RawHints; readonly uri: string } | null;
  /** Identities of the backing files. */
  readonly layers: readonly string[];
}

export interface InspectDiskOptions {
  /** `disk0`. */
  readonly id: string;
  /** What the caller says the format is; it must agree with what is found. */
  readonly claimed: string | null;
  readonly backingFiles: PolicySettings['backingFiles'];
  /** Looks at the guest-visible bytes, while the files are open. */
  readonly look: (guest: ByteSource) => Promise<ContentReading>;
  /** Only the first bytes of the file can be read: its end is not asked for a signature. Default: all of it. */
  readonly headOnly?: boolean;
}

/** Reads the headers of one disk and, where allowed, of its backing files. Problems with the bytes are findings. */
export async function inspectDisk(file: FileSource, options: InspectDiskOptions): Promise<DiskInspection> {
  const findings: Finding[] = [];
  const opened: FileSource[] = [];
  const source = withEnds(file);
  const nothing = { disk: null, size: file.size, votes: [], hints: null, layers: [] };
  try {
    const format = await detect(source, options.headOnly);
    // whether descriptors of a disc are more than the rest of one is known only from the content
    const undecided = format.id === DISC && options.claimed === RAW;
    if (!undecided) checkClaim(source, format.id, options.claimed);
    const image = await (await format.load()).read(source, { disk: options.id });
    findings.push(...image.findings);
    const top: Layer = { path: file.realPath, image };
    const chain = await backing(top, file.uri, options, findings, opened);
    const layers = [
      { uri: file.uri, image },
      ...chain.images.map(({ path, image: below }) => ({ uri: path, image: below })),
    ];
    const hinted = layers.find((layer) => layer.image.hints !== null);
    // what is refused is not looked into: its bytes may not be the guest's
    const refused = findings.some(({ severity }) => severity === 'error');
    const guest = refused ? null : guestBytes([image, ...chain.images.map((layer) => layer.image)]);
    const content = guest === null ? null : await options.look(guest);
    findings.push(...(content?.findings ?? []));
    const seen = asSeen(image, content);
    if (undecided) checkClaim(source, seen.format, options.claimed);
    return {
      disk: evidence(file, seen, chain.layers, options.id, content),
      bytesRead: [file, ...opened].reduce((sum, { bytesRead }) => sum + bytesRead, 0),
      size: file.size,
      votes: [...image.votes, ...(content?.votes ?? [])],
      // what is wrong with the remains of a disc is wrong with nothing
      findings: findings.filter((finding) => seen.findings === image.findings || !image.findings.includes(finding)),
      layers: opened.map(({ identity }) => identity),
      hints: hinted === undefined || hinted.image.hints === null ? null : { raw: hinted.image.hints, uri: hinted.uri },
    };
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    return { ...nothing, bytesRead: file.bytesRead, findings: [...findings, error.finding] };
  } finally {
    for (const layer of opened) await layer.close();
  }
}

/** Partitioning a disk that held a disc leaves the disc's descriptors behind: the file is a raw disk all the same. */
function asSeen(image: DiskImage, content: ContentReading | null): DiskImage {
  return image.format === DISC && content?.payload === 'disk'
    ? { ...image, format: RAW, details: {}, findings: [] }
    : image;
}

/** The guest-visible bytes of a chain, top first: each layer shows what the one above it leaves out. */
function guestBytes(images: readonly DiskImage[]): ByteSource | null {
  let base: ByteSource | null = null;
  for (const image of images.toReversed()) {
    base = image.guest(base);
    if (base === null) return null;
  }
  return base;
}

async function backing(
  top: Layer,
  uri: string,
  options: InspectDiskOptions,
  findings: Finding[],
  opened: FileSource[],
): Promise<{ readonly layers: readonly BackingLayer[]; readonly images: readonly Layer[] }> {
  const reference = top.image.backing;
  if (reference === null) return { layers: [], images: [] };
  const unfollowed: BackingLayer = { name: reference.name, path: null, format: reference.format };
  if (options.backingFiles === 'refuse') {
    const at = [{ origin: 'content' as const, uri, pointer: reference.pointer }];
    // a name that is no file name has been refused by the reader already
    if (!top.image.findings.some(({ code }) => code.endsWith('/backing-protocol'))) {
      findings.push(diagnostics['backing-file']({ name: reference.name }, at));
    }
    return { layers: [unfollowed], images: [] };
  }
  try {
    const chain = await followChain(top, (path, format) => readLayer(path, format, options.id, opened));
    findings.push(...chain.images.flatMap(({ image }) => image.findings));
    return chain;
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    findings.push(error.finding);
    return { layers: [unfollowed], images: [] };
  }
}

async function readLayer(
  path: string,
  format: string,
  disk: string,
  opened: FileSource[],
): Promise<DiskImage | undefined> {
  const known = formats.find(({ id }) => id === format);
  if (known === undefined) return undefined;
  const file = await openFile(path);
  opened.push(file);
  // the directory was swapped between the check and the open
  if (file.realPath !== path) throw new VmImportError(diagnostics['backing-outside']({ name: path, directory: path }));
  return (await known.load()).read(withEnds(file), { disk });
}

function evidence(
  file: FileSource,
  image: DiskImage,
  layers: readonly BackingLayer[],
  id: string,
  content: ContentReading | null,
): DiskEvidence {
  return {
    id,
    uri: file.uri,
    path: file.path,
    format: image.format,
    payload: content?.payload ?? 'unknown',
    virtualSize: image.virtualSize,
    fileSize: file.size,
    device: file.device,
    backing: layers.length === 0 ? null : layers,
    encrypted: image.encrypted,
    bootable: content?.bootable ?? null,
    slice: null,
    wrapping: [],
    partitions: content?.partitions ?? [],
    content: content?.details ?? null,
    proofs: content?.proofs ?? [],
    details: image.details,
  };
}
