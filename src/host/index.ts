import type { Finding, Provenance } from '../diagnostics/index.ts';
import type { HostCapabilities } from '../facts/index.ts';
import { readXml, type XmlElement, type XmlLimits, XmlProblem } from '../facts/xml.ts';
import { readCapabilities } from './capabilities.ts';
import { diagnostics } from './diagnostics.ts';
import { readDomainCapabilities } from './domcapabilities.ts';
import type { DescriptorReading } from './firmware.ts';

/** Bytes of one document. */
export const MAX_BYTES = 4 * 1024 * 1024;
const SNAPSHOT_ID = 'vm-import/host@1';

export interface HostDocument {
  readonly uri: string;
  readonly text: string;
}

export interface HostReading {
  readonly host: HostCapabilities;
  readonly findings: readonly Finding[];
}

type Part = { readonly [name in keyof HostCapabilities]?: Exclude<HostCapabilities[name], null> } & {
  readonly findings?: readonly Finding[];
};

/**
 * Reads `virsh domcapabilities` and `capabilities` documents, saved snapshots and firmware descriptors, told apart by
 * what they hold.
 */
export async function parseHostDocuments(documents: readonly HostDocument[]): Promise<HostReading> {
  const parts: Part[] = [];
  for (const document of documents) parts.push(await readDocument(document));
  return { host: joined(parts), findings: parts.flatMap((part) => part.findings ?? []) };
}

/** What several documents say together. Of one thing said twice, such as a version, the last one counts. */
export function joined(parts: readonly Part[]): HostCapabilities {
  // an empty list would say that there is none at all
  const listed = <T>(lists: readonly (readonly T[] | undefined)[]) =>
    lists.some((list) => list !== undefined) ? lists.flatMap((list) => list ?? []) : null;
  return {
    uris: parts.flatMap((part) => part.uris ?? []),
    domains: parts.flatMap((part) => part.domains ?? []),
    guests: listed(parts.map((part) => part.guests)),
    firmwares: listed(parts.map((part) => part.firmwares)),
    libvirtVersion: parts.findLast((part) => part.libvirtVersion !== undefined)?.libvirtVersion ?? null,
    qemuVersion: parts.findLast((part) => part.qemuVersion !== undefined)?.qemuVersion ?? null,
  };
}

/** The text of a snapshot that `parseHostDocuments` reads back. */
export function serialiseHost(host: HostCapabilities): string {
  const { uris, libvirtVersion, qemuVersion, domains, guests, firmwares } = host;
  const document = { schema: SNAPSHOT_ID, uris, libvirtVersion, qemuVersion, domains, guests, firmwares };
  return `${JSON.stringify(document, null, 2)}\n`;
}

async function readDocument({ uri, text }: HostDocument): Promise<Part> {
  const size = Buffer.byteLength(text);
  if (size > MAX_BYTES) return { findings: [diagnostics['too-large']({ size, limit: MAX_BYTES }, at(uri, '1:1'))] };
  const first = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .charAt(0);
  if (first === '{' || first === '[') return readJson(text, uri);
  if (first === '<') return readXmlDocument(text, uri);
  return { findings: [diagnostics.malformed({ problem: 'it is neither XML nor JSON' }, at(uri, '1:1'))] };
}

/** libvirt's own documents have fewer than 12 levels and 5000 elements; they end at the size that was read. */
const LIMITS: XmlLimits = {
  depth: 64,
  elements: 100_000,
  attributes: Number.POSITIVE_INFINITY,
  text: Number.POSITIVE_INFINITY,
};

function readXmlDocument(text: string, uri: string): Part {
  let root: XmlElement;
  try {
    root = readXml(text, LIMITS);
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    return { findings: [diagnostics.malformed({ problem: error.message }, at(uri, error.place))] };
  }
  if (root.name === 'capabilities') return { uris: [uri], guests: readCapabilities(root, uri) };
  if (root.name !== 'domainCapabilities') {
    return { findings: [diagnostics['unknown-document']({ found: `<${root.name}>` }, at(uri, root.place))] };
  }
  const reading = readDomainCapabilities(root, uri);
  return 'finding' in reading ? { findings: [reading.finding] } : { uris: [uri], domains: [reading.domain] };
}

async function readJson(text: string, uri: string): Promise<Part> {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // engines word the reason, and the place if any, each in their own way
    return { findings: [diagnostics.malformed({ problem: 'it starts like JSON but is none' }, at(uri, null))] };
  }
  const firmware = await import('./firmware.ts');
  if (firmware.isDescriptor(data)) return readFirmware(firmware.readDescriptor(data, uri), uri);
  const kind = typeof data === 'object' && data !== null && 'schema' in data ? data.schema : undefined;
  if (kind !== SNAPSHOT_ID) {
    const found = typeof kind === 'string' ? `the schema ${kind.slice(0, 100)}` : 'JSON without a schema';
    return { findings: [diagnostics['unknown-document']({ found }, at(uri, '1:1'))] };
  }
  // XML documents, the usual case, are read without zod
  const { readSnapshot } = await import('./schema.ts');
  const reading = readSnapshot(data);
  if ('problem' in reading) {
    const { problem, pointer } = reading;
    return { findings: [diagnostics['bad-snapshot']({ problem: `${pointer || '/'}: ${problem}` }, at(uri, pointer))] };
  }
  return known(reading.host);
}

/** What a host says, without what is unknown. */
export function known({ uris, domains, guests, firmwares, libvirtVersion, qemuVersion }: HostCapabilities): Part {
  return {
    uris,
    domains,
    ...(guests === null ? {} : { guests }),
    ...(firmwares === null ? {} : { firmwares }),
    ...(libvirtVersion === null ? {} : { libvirtVersion }),
    ...(qemuVersion === null ? {} : { qemuVersion }),
  };
}

async function readFirmware(reading: DescriptorReading, uri: string): Promise<Part> {
  if ('problem' in reading) {
    const { problem, pointer } = reading;
    return {
      findings: [diagnostics['bad-descriptor']({ problem: `${pointer || '/'}: ${problem}` }, at(uri, pointer))],
    };
  }
  if ('unused' in reading) {
    return {
      uris: [uri],
      firmwares: [],
      findings: [diagnostics['firmware-unused']({ what: reading.unused }, at(uri, '/mapping'))],
    };
  }
  const { isInstalled, lookedUp } = await import('./firmware-files.ts');
  if (!isInstalled(uri)) return { uris: [uri], firmwares: [reading.firmware] };
  const { firmware, findings } = await lookedUp(reading.firmware);
  return { uris: [uri], firmwares: [firmware], findings };
}

function at(uri: string, pointer: string | null): readonly Provenance[] {
  return [{ origin: 'host', uri, pointer }];
}
