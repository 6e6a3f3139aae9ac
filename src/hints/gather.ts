import { lstat } from 'node:fs/promises';
import type { Finding } from '../diagnostics/index.ts';
import type { DriverClaim, Json, PolicySettings, Vote } from '../facts/index.ts';
import { openFile } from '../sources/file.ts';
import { diagnostics } from './diagnostics.ts';
import { type HintCarrier, type HintReading, MAX_HEADER_HINT_BYTES, MAX_HINT_BYTES, readHints } from './index.ts';

/** The side-car of an image lies beside it and has its whole name: `disk.qcow2.vm-hints.json`. */
const SIDE_CAR_SUFFIX = '.vm-hints.json';

/** A payload that some reader found. */
export interface FoundHints {
  readonly bytes: Uint8Array;
  readonly carrier: HintCarrier;
}

/** Everything the hint documents of a machine say, all carriers together, strongest carrier first. */
export interface GatheredHints {
  readonly votes: readonly Vote[];
  readonly drivers: readonly DriverClaim[];
  readonly labels: { readonly [name: string]: string };
  readonly extensions: { readonly [name: string]: Json };
  /** Digests that documents beside a disk name, and what to compare them with. */
  readonly links: readonly { readonly disk: string; readonly sha256: string; readonly uri: string }[];
  readonly findings: readonly Finding[];
}

/** The document inside an image header. */
export function inImage(bytes: Uint8Array, uri: string, pointer: string, disk: string): FoundHints {
  return { bytes, carrier: { kind: 'image', uri, pointer, disk, maxBytes: MAX_HEADER_HINT_BYTES } };
}

/** The document the user names with `--hints`. With one disk it speaks for that disk, else for the machine. */
export function byHand(bytes: Uint8Array, uri: string, disk: string | null): FoundHints {
  return { bytes, carrier: { kind: 'by-hand', uri, pointer: null, disk, maxBytes: MAX_HINT_BYTES } };
}

/** The side-car of an image, if there is one. A symbolic link is not followed: nobody named it. */
export async function sideCar(path: string, disk: string | null): Promise<FoundHints | Finding | undefined> {
  const uri = `${path}${SIDE_CAR_SUFFIX}`;
  const stats = await lstat(uri).catch(() => undefined);
  if (stats === undefined) return undefined;
  if (!stats.isFile()) {
    return diagnostics['side-car-not-a-file']({ path: uri }, [{ origin: 'hints', uri, pointer: null }]);
  }
  const file = await openFile(uri);
  try {
    const bytes = await file.read(0, Math.min(file.size, MAX_HINT_BYTES + 1));
    return { bytes, carrier: { kind: 'side-car', uri, pointer: null, disk, maxBytes: MAX_HINT_BYTES } };
  } finally {
    await file.close();
  }
}

/**
 * Decodes what was found. Where a policy ignores hints, only the votes are kept, to be listed as untrusted, and a
 * document that cannot be read is worth a note, no more.
 */
export function gatherHints(found: readonly FoundHints[], trust: PolicySettings['trustHints']): GatheredHints {
  const readings = found.map(({ bytes, carrier }) => ({ carrier, reading: readHints(bytes, carrier) }));
  const votes = readings.flatMap(({ reading }) => reading.votes);
  const findings = readings.flatMap(({ reading }) => reading.findings);
  if (trust === 'ignore') {
    const notes = findings.map((finding) => ({ ...finding, severity: 'info' as const }));
    return { votes, drivers: [], labels: {}, extensions: {}, links: [], findings: notes };
  }
  const first = (pick: (reading: HintReading) => string | null): string | undefined =>
    readings.map(({ reading }) => pick(reading)).find((text) => text !== null) ?? undefined;
  const title = first((reading) => reading.title);
  const description = first((reading) => reading.description);
  const extensions: { [name: string]: Json } = {};
  for (const { reading } of readings.toReversed()) Object.assign(extensions, reading.extensions);
  return {
    votes,
    drivers: readings
      .map(({ carrier, reading }) => ({ disk: carrier.disk, ...reading.drivers }))
      .filter(({ boot, running }) => boot.length + running.length > 0),
    labels: { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) },
    extensions,
    links: readings.flatMap(({ carrier, reading }) =>
      reading.image.sha256 === null
        ? []
        : [{ disk: carrier.disk ?? 'disk0', sha256: `sha256:${reading.image.sha256}`, uri: carrier.uri }],
    ),
    findings,
  };
}

/** Compares the digest a document names with the one of the disk; null when the disk was not read. */
export function checkLink(link: GatheredHints['links'][number], digest: string | null): Finding | undefined {
  const at = [{ origin: 'hints' as const, uri: link.uri, pointer: '/image/sha256' }];
  if (digest === null) return diagnostics['image-not-verified']({ disk: link.disk }, at);
  return digest === link.sha256 ? undefined : diagnostics['wrong-image']({ disk: link.disk, digest }, at);
}
