import type { ImageContext, ImageDocument, ImageReader, Tree, TreeFile } from '../container.ts';
import { fileLayer, imageContainer, type LayerOfImage } from '../image.ts';
import {
  checkLayerCount,
  imageConfig,
  MAX_DOCUMENT,
  parseDocument,
  present,
  unreadableLayer,
} from '../image-documents.ts';
import { relativePath } from '../names.ts';
import { Blobs } from './blobs.ts';
import { chooseManifest } from './choose.ts';
import { type Descriptor, index, layout, type Manifest, manifest } from './schema.ts';

export const reader: ImageReader = {
  async open(tree, context) {
    const { uri } = tree;
    const version = present(await tree.file('oci-layout'), uri, 'oci-layout');
    parseDocument(layout, await version.bytes(MAX_DOCUMENT), uri, 'oci-layout');
    const top = await present(await tree.file('index.json'), uri, 'index.json').bytes(MAX_DOCUMENT);
    const documents: ImageDocument[] = [{ kind: 'index', uri: `${uri}#index.json`, bytes: top }];
    const blobs = new Blobs(tree, documents);
    const chosen = await chooseManifest(parseDocument(index, top, uri, 'index.json').manifests, blobs, context, uri);
    const found = await blobs.document(chosen, 'manifest', manifest);
    checkLayerCount(found.layers.length, uri);
    const config = await blobs.document(found.config, 'config', unknownConfig);
    const layers: LayerOfImage[] = [];
    for (const [at, descriptor] of found.layers.entries()) {
      layers.push(await layerOf(blobs, descriptor, at, found, tree, context));
    }
    const architecture = config.architecture ?? chosen.platform?.architecture ?? null;
    return imageContainer({ format: 'oci-layout', tree, architecture, documents, layers }, context.limits);
  },
};

/** The configuration of an artifact can be anything. */
const unknownConfig = imageConfig.catch({});

async function layerOf(
  blobs: Blobs,
  descriptor: Descriptor,
  at: number,
  { artifactType }: Manifest,
  { uri }: Tree,
  context: ImageContext,
): Promise<LayerOfImage> {
  const { mediaType, digest } = descriptor;
  if (mediaType.endsWith('+encrypted')) throw unreadableLayer(at, 'it is encrypted', uri);
  const file = await blobs.file(descriptor);
  return { digest, file, open: () => openLayer(file, descriptor, at, artifactType != null, uri, context) };
}

async function openLayer(
  file: TreeFile,
  { mediaType, annotations }: Descriptor,
  at: number,
  artifact: boolean,
  uri: string,
  context: ImageContext,
) {
  const isTar = /[./+]tar\b/.test(mediaType);
  const archive = isTar ? await context.archive(file) : null;
  if (archive !== null) return archive;
  if (isTar && !artifact) throw unreadableLayer(at, 'it is no tar archive', uri);
  const title = relativePath(annotations?.['org.opencontainers.image.title'] ?? '');
  return fileLayer(file, ('path' in title && title.path) || `layer${at}`, uri);
}
