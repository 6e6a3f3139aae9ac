import { VmImportError } from '../../diagnostics/index.ts';
import type { ImageContext } from '../container.ts';
import { diagnostics } from '../image-diagnostics.ts';
import { listed } from '../image-documents.ts';
import type { Blobs } from './blobs.ts';
import { type Descriptor, goArchitecture, index, isAttestation, isIndex } from './schema.ts';

/** `skopeo copy --all` writes two levels. */
const MAX_DEPTH = 4;
const MAX_MANIFESTS = 1000;

const REF_NAME = 'org.opencontainers.image.ref.name';

/** The one manifest that tag and architecture leave; throws when there are several or none (exit 3). */
export async function chooseManifest(
  top: readonly Descriptor[],
  blobs: Blobs,
  { reference, architecture }: ImageContext,
  uri: string,
): Promise<Descriptor> {
  const at = [{ origin: 'content', uri: `${uri}#index.json`, pointer: null } as const];
  const tagged = reference === null ? top : top.filter((descriptor) => tagsOf(descriptor).includes(reference));
  if (tagged.length === 0) {
    const names = listed(top.flatMap(tagsOf));
    throw new VmImportError(diagnostics['no-such-image']({ wanted: reference ?? '(any)', names }, at));
  }
  const all = await manifestsBelow(tagged, blobs, uri);
  const wanted = architecture === null ? null : goArchitecture(architecture);
  const fitting = all.filter(({ platform }) => wanted === null || (platform?.architecture ?? wanted) === wanted);
  const unique = [...new Map(fitting.map((descriptor) => [descriptor.digest, descriptor])).values()];
  const [only] = unique;
  if (only === undefined) {
    const args = { wanted: wanted ?? '(any)', names: listed(all.map(label)) };
    throw new VmImportError(diagnostics['no-such-image'](args, at));
  }
  if (unique.length === 1) return only;
  throw new VmImportError(diagnostics['several-images']({ names: listed(unique.map(label)) }, at));
}

async function manifestsBelow(top: readonly Descriptor[], blobs: Blobs, uri: string): Promise<readonly Descriptor[]> {
  const found: Descriptor[] = [];
  const seen = new Set<string>();
  async function gather(descriptors: readonly Descriptor[], depth: number): Promise<void> {
    if (depth > MAX_DEPTH || found.length + descriptors.length > MAX_MANIFESTS || seen.size > MAX_MANIFESTS) {
      const at = [{ origin: 'content', uri, pointer: null } as const];
      throw new VmImportError(diagnostics['index-too-deep']({ limit: MAX_DEPTH, many: MAX_MANIFESTS }, at));
    }
    for (const descriptor of descriptors) {
      if (isAttestation(descriptor)) continue;
      if (!isIndex(descriptor)) found.push(descriptor);
      else if (!seen.has(descriptor.digest)) {
        seen.add(descriptor.digest);
        await gather((await blobs.document(descriptor, 'index', index)).manifests, depth + 1);
      }
    }
  }
  await gather(top, 1);
  return found;
}

function tagsOf({ annotations }: Descriptor): string[] {
  return [annotations?.[REF_NAME], annotations?.['io.containerd.image.name']].flatMap((tag) => tag ?? []);
}

function label(descriptor: Descriptor): string {
  const { platform, digest } = descriptor;
  const system =
    platform == null ? null : [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
  return [tagsOf(descriptor)[0] ?? digest.slice(0, 19), ...(system === null ? [] : [`(${system})`])].join(' ');
}
