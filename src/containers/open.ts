import type { ByteSource } from '../bytes/index.ts';
import { VmImportError } from '../diagnostics/index.ts';
import { archiveTree } from './archive-tree.ts';
import type { Container, ImageContainer, ImageContext, ImageFormat, Place, Tree } from './container.ts';
import { diagnostics } from './diagnostics.ts';
import { directoryContainer } from './directory.ts';
import { positionedFlow } from './flow.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { containers } from './registry.generated.ts';
import { type CompressedFile, compressedFile, unwrap } from './unwrap.ts';

export interface OpenOptions {
  readonly limits?: Partial<Limits>;
  /** Where the bytes of the source lie in a file: `{ file: path, offset: 0 }` for a file, `Member.place` for a member. */
  readonly place?: Place | null;
  /** The image format a transport named: nothing else will do then (`container/wrong-kind`). */
  readonly image?: string | null;
  /** What a transport named behind the path: a tag. */
  readonly reference?: string | null;
  /** In our own terms (`x86_64`): which image of an index is meant. */
  readonly architecture?: string | null;
}

export type Opening =
  | { readonly kind: 'bundle'; readonly container: Container }
  | { readonly kind: 'image'; readonly container: ImageContainer }
  | { readonly kind: 'compressed'; readonly file: CompressedFile };

const images = containers
  .filter((format): format is ImageFormat => format.kind === 'image')
  .toSorted((a, b) => a.rank - b.rank);

/**
 * Opens what holds other files; null when the source is no container. Reads the first block, and of an archive that
 * looks like a container image its list of files. The source stays open and belongs to the caller.
 */
export async function openContainer(source: ByteSource, options: OpenOptions = {}): Promise<Opening | null> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const place = options.place ?? null;
  const unwrapped = await unwrap(source.uri, async () => positionedFlow(source, place), limits);
  const { archive, compression } = unwrapped;
  if (archive !== null) {
    const mayBeImage = (options.image ?? null) !== null || (await announcesImage(archive));
    const image = mayBeImage
      ? await openImage(images, await archiveTree(archive, source.uri, limits), options, limits)
      : null;
    return image ?? { kind: 'bundle', container: archive };
  }
  if ((options.image ?? null) !== null) throw wrongKind(options, source.uri, 'it is no archive');
  if (compression.length === 0) return null;
  return { kind: 'compressed', file: await compressedFile(source.uri, unwrapped, limits) };
}

/** Opens a directory: the image in it, or its files as they are. Throws `container/bad-directory` (exit 3). */
export async function openDirectory(path: string, options: OpenOptions = {}): Promise<Opening> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const container = await directoryContainer(path, limits);
  const possible = images.filter(({ inDirectories }) => inDirectories);
  try {
    return (await openImage(possible, container, options, limits)) ?? { kind: 'bundle', container };
  } catch (error) {
    await container.close();
    throw error;
  }
}

/** Whether the first file of an archive has a name as files of images have. What is malformed is left to the walk. */
async function announcesImage(archive: Container): Promise<boolean> {
  try {
    for await (const { name, kind } of archive.members()) {
      if (images.some((format) => format.announces(name))) return true;
      if (kind !== 'directory') return false;
    }
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
  }
  return false;
}

async function openImage(
  formats: readonly ImageFormat[],
  tree: Tree,
  options: OpenOptions,
  limits: Limits,
): Promise<Opening | null> {
  const { image = null, reference = null, architecture = null } = options;
  for (const format of formats) {
    if (image !== null && image !== format.id) continue;
    if ((await tree.file(format.marker)) === null) continue;
    const context: ImageContext = {
      limits,
      reference,
      architecture,
      archive: async (file) => (await unwrap(`${tree.uri}#${file.name}`, file.flow, limits)).archive,
    };
    return { kind: 'image', container: await (await format.load()).open(tree, context) };
  }
  if (image === null) return null;
  const marker = images.find(({ id }) => id === image)?.marker ?? image;
  throw wrongKind(options, tree.uri, `there is no ${marker} in it`);
}

function wrongKind(options: OpenOptions, uri: string, problem: string): VmImportError {
  const at = [{ origin: 'content', uri, pointer: null } as const];
  return new VmImportError(diagnostics['wrong-kind']({ wanted: options.image ?? '', problem }, at));
}
