import { z } from 'zod';

const annotations = z.record(z.string(), z.string()).nullish();

/** Descriptor (descriptor.md); only digests that can be checked and sizes that are exact. */
const descriptor = z.object({
  mediaType: z.string().max(255),
  digest: z.string().regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, 'no sha256 or sha512 digest'),
  size: z.int().nonnegative(),
  annotations,
  artifactType: z.string().nullish(),
  platform: z.object({ architecture: z.string(), os: z.string(), variant: z.string().nullish() }).nullish(),
});
export type Descriptor = z.infer<typeof descriptor>;

export const layout = z.object({ imageLayoutVersion: z.string().startsWith('1.') });
export const index = z.object({ manifests: z.array(descriptor), annotations });
export const manifest = z.object({
  schemaVersion: z.literal(2),
  artifactType: z.string().nullish(),
  config: descriptor,
  layers: z.array(descriptor),
  annotations,
});
export type Manifest = z.infer<typeof manifest>;

const INDEXES = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
export const isIndex = ({ mediaType }: Descriptor) => INDEXES.has(mediaType);

/** Signatures and build records lie beside the images they are about. */
export function isAttestation({ annotations: notes, platform }: Descriptor): boolean {
  return notes?.['vnd.docker.reference.type'] !== undefined || platform?.os === 'unknown';
}

/** Go's names of architectures by ours (runtime.GOARCH). */
const GOARCH: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  i686: '386',
  aarch64: 'arm64',
  armv7l: 'arm',
  ppc64le: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
};
export const goArchitecture = (ours: string) => GOARCH[ours] ?? ours;
