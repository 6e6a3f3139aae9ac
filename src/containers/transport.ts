/** A SOURCE in the spelling of skopeo (containers-transports(5)). */
export interface Transport {
  /** The id of the image format it demands. */
  readonly image: 'oci-layout' | 'docker-archive';
  readonly path: string;
  /** A tag; null when none is given. */
  readonly reference: string | null;
}

const TRANSPORTS = { oci: 'oci-layout', 'oci-archive': 'oci-layout', 'docker-archive': 'docker-archive' } as const;

/** `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]`, `docker-archive:FILE[:NAME:TAG]`; null for anything else. */
export function parseTransport(source: string): Transport | null {
  const found = /^(oci|oci-archive|docker-archive):([^:]+)(?::(.*))?$/s.exec(source);
  if (found === null) return null;
  const [, name, path = '', reference] = found;
  return { image: TRANSPORTS[name as keyof typeof TRANSPORTS], path, reference: reference || null };
}
