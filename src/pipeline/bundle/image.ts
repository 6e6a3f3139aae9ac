import type { ImageContainer, Member } from '../../containers/container.ts';
import { DISK_PROBE_BYTES, searchDisk } from '../../containers/image-disk.ts';
import { descriptors } from '../../descriptors/registry.generated.ts';
import { formats } from '../../disks/registry.generated.ts';
import type { Wrapping } from '../../facts/index.ts';
import type { FoundDescriptor, FoundDocument, Stock, StoredFile } from './stock.ts';
import { unpacking } from './wrapping.ts';

/** The labels of an image are read by this descriptor, which has no name to be known by. */
const LABELS = 'oci-labels';

/** A container image as a bundle of one disk: the one that an overlay of its layers shows. */
export async function stockOfImage(path: string, image: ImageContainer, member: string | null): Promise<Stock> {
  const search = searchDisk(image, path, { member, isDisk: (head, { size }) => hasSignature(head, size) });
  const found = new Map<string, StoredFile>();
  for await (const { member: candidate } of search.candidates()) {
    const bytes = await candidate.open();
    found.set(candidate.name, { ...placeInImage(path, image, candidate), bytes });
  }
  return {
    path,
    format: image.format,
    descriptors: labelsOf(image),
    documents: new Map(image.documents.map((document) => [document.kind, asDocument(document)])),
    names: [...found.keys()],
    special: new Map(),
    findings: search.findings,
    cutShort: false,
    file: async (name) => found.get(name) ?? null,
    close: () => image.close(),
  };
}

/** Whether the first bytes bear the signature of a format that holds nothing but disks. */
function hasSignature(head: Buffer, size: number): boolean {
  return formats.some(
    (format) => format.alsoInside !== true && format.probe({ head: head.subarray(0, DISK_PROBE_BYTES), size }),
  );
}

function labelsOf({ documents }: ImageContainer): readonly FoundDescriptor[] {
  const config = documents.find(({ kind }) => kind === 'config');
  const format = descriptors.find(({ id }) => id === LABELS);
  return config === undefined || format === undefined ? [] : [{ ...asDocument(config), format }];
}

function asDocument({ kind, uri, bytes }: ImageContainer['documents'][number]): FoundDocument {
  return { name: kind, uri, bytes, pointer: null };
}

/** A layer that is stored plainly holds the disk in one piece; any other has to be unpacked to get at it. */
function placeInImage(
  path: string,
  image: ImageContainer,
  { name, stored, size, place, layer }: Member,
): Omit<StoredFile, 'bytes'> {
  if (place !== null) {
    const tar: readonly Wrapping[] = layer?.format === 'file' ? [] : [{ kind: 'tar', members: [stored] }];
    return { name, size, stored: size, path: place.file, slice: { offset: place.offset, size }, wrapping: tar };
  }
  const blob = layer === undefined ? undefined : image.layers[layer.index];
  // a file of its own, in a directory; or a member of the archive that is the image
  const alone = blob?.place?.offset === 0;
  const outer: readonly Wrapping[] = alone || blob === undefined ? [] : [{ kind: 'tar', members: [blob.name] }];
  const { archive, outer: compression } = unpacking(layer?.format ?? '');
  const inner: readonly Wrapping[] = archive === 'tar' ? [{ kind: 'tar', members: [stored] }] : [];
  return {
    name,
    size,
    stored: size,
    path: alone ? (blob?.place?.file ?? path) : path,
    slice: null,
    wrapping: [...outer, ...compression, ...inner],
  };
}
