import { z } from 'zod';
import { VmImportError } from '../../diagnostics/index.ts';
import type { ImageDocument, ImageReader } from '../container.ts';
import { imageContainer, type LayerOfImage } from '../image.ts';
import { diagnostics } from '../image-diagnostics.ts';
import {
  checkDigest,
  checkLayerCount,
  imageConfig,
  listed,
  MAX_DOCUMENT,
  parseDocument,
  present,
  unreadableLayer,
} from '../image-documents.ts';

const images = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).nullable(),
    }),
  )
  .min(1);
type Image = z.infer<typeof images>[number];

const MANIFEST = 'manifest.json';

export const reader: ImageReader = {
  async open(tree, context) {
    const { uri } = tree;
    const bytes = await present(await tree.file(MANIFEST), uri, MANIFEST).bytes(MAX_DOCUMENT);
    const image = choose(parseDocument(images, bytes, uri, MANIFEST), context.reference, uri);
    const names = image.Layers ?? [];
    checkLayerCount(names.length, uri);
    const config = await present(await tree.file(image.Config), uri, image.Config).bytes(MAX_DOCUMENT);
    const digest = digestInName(image.Config);
    if (digest !== null) checkDigest(config, digest, uri, image.Config);
    // its manifest.json lists files, and has no annotations as the manifest of OCI has
    const documents: ImageDocument[] = [{ kind: 'config', uri: `${uri}#${image.Config}`, bytes: config }];
    const layers: LayerOfImage[] = [];
    for (const [index, name] of names.entries()) {
      const file = present(await tree.file(name), uri, name);
      const open = async () => {
        const archive = await context.archive(file);
        if (archive === null) throw unreadableLayer(index, 'it is no tar archive', uri);
        return archive;
      };
      layers.push({ digest: digestInName(name), file, open });
    }
    const architecture = parseDocument(imageConfig, config, uri, image.Config).architecture ?? null;
    return imageContainer({ format: 'docker-archive', tree, architecture, documents, layers }, context.limits);
  },
};

/** By tag, or by position as skopeo's `@INDEX`; throws when several or none are left (exit 3). */
function choose(all: readonly Image[], reference: string | null, uri: string): Image {
  const at = [{ origin: 'content', uri: `${uri}#${MANIFEST}`, pointer: null } as const];
  const names = listed(all.map(({ RepoTags }, index) => RepoTags?.[0] ?? `@${index}`));
  const position = /^@(\d{1,6})$/.exec(reference ?? '')?.[1];
  const fitting = all.filter(
    ({ RepoTags }, index) =>
      reference === null ||
      RepoTags?.includes(reference) === true ||
      (position !== undefined && index === Number(position)),
  );
  const [only] = fitting;
  if (only === undefined) throw new VmImportError(diagnostics['no-such-image']({ wanted: reference ?? '', names }, at));
  if (fitting.length === 1) return only;
  throw new VmImportError(diagnostics['several-images']({ names }, at));
}

/** New archives name their files by digest (`blobs/sha256/HEX`, `HEX.json`); old layers have made-up ids. */
function digestInName(name: string): string | null {
  const hex = /^(?:blobs\/sha256\/|sha256:)?([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  return hex === undefined ? null : `sha256:${hex}`;
}
