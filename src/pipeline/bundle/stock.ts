import { basename, dirname, join, resolve } from 'node:path';
import type { ByteSource } from '../../bytes/index.ts';
import { bufferSource, readUpTo } from '../../bytes/index.ts';
import type { Container, Member } from '../../containers/container.ts';
import { directoryContainer } from '../../containers/directory.ts';
import { DEFAULT_LIMITS } from '../../containers/limits.ts';
import { type DescriptorFormat, MAX_DESCRIPTOR_BYTES } from '../../descriptors/descriptor.ts';
import { descriptors } from '../../descriptors/registry.generated.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { Slice, Wrapping } from '../../facts/index.ts';
import { shown } from '../../facts/text.ts';
import { diagnostics } from '../diagnostics.ts';
import { unpacking } from './wrapping.ts';

/** A document of a bundle, whole. */
export interface FoundDocument {
  readonly name: string;
  readonly uri: string;
  readonly bytes: Buffer;
  readonly pointer: string | null;
}

export interface FoundDescriptor extends FoundDocument {
  readonly format: DescriptorFormat;
}

/** A file of a bundle that may be a disk. */
export interface StoredFile {
  readonly name: string;
  /** Bytes of its data; null when it would have to be unpacked to know. */
  readonly size: number | null;
  /** Bytes it takes as it is stored. */
  readonly stored: number;
  /** Absolute path of the file that is it or holds it. */
  readonly path: string;
  readonly slice: Slice | null;
  readonly wrapping: readonly Wrapping[];
  /** Of what can only be seen as it goes by: its first bytes. */
  readonly bytes: ByteSource;
}

/** What a bundle has in store. */
export interface Stock {
  /** Absolute path of the bundle, or of the descriptor that stands for it. */
  readonly path: string;
  /** What the SOURCE is: `tar+gzip`, `directory`, `oci-layout`, or the kind of a descriptor. */
  readonly format: string;
  readonly descriptors: readonly FoundDescriptor[];
  /** Small files by name: companions of descriptors, the hint document, manifest and certificate. */
  readonly documents: ReadonlyMap<string, FoundDocument>;
  /** Every regular file that was seen, by name. */
  readonly names: readonly string[];
  /** What is no regular file, and what it is instead: links and devices are never followed. */
  readonly special: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
  /** Whether the walk stopped before the end of a compressed archive. */
  readonly cutShort: boolean;
  file(name: string): Promise<StoredFile | null>;
  close(): Promise<void>;
}

export const HINTS_MEMBER = 'vm-hints.json';
const SMALL = 1024 * 1024;
const HEAD = 64 * 1024;
/** Names of documents that are kept whole, whatever they hold. */
const KEPT = /(?:^|\/)(?:vm-hints\.json|[^/]+\.(?:mf|cert|json|xml|ovf|vmx|vmtx|nvram)|Vagrantfile)$/i;
/** Names of descriptors: one that is too large to be read must not be passed over. */
const DESCRIBES = /\.(?:ovf|vmx|vmtx)$/i;
const KINDS = { symlink: 'a symbolic link', hardlink: 'a hard link', other: 'a device or a pipe' } as const;

function tooLarge(name: string, size: number, uri: string): Finding {
  const at = [{ origin: 'descriptor', uri, pointer: null } as const];
  return diagnostics['descriptor-too-large']({ name: shown(name), size, limit: MAX_DESCRIPTOR_BYTES }, at);
}

/** Heads of disks that are kept from a compressed archive: 2 MiB each. */
const MAX_HEADS = 24;
/** A walk through a compressed archive goes on behind the first disk only while that is cheap. */
const CHEAP_TO_PASS = 512 * 1024 * 1024;

/** Goes through a container once. Of a compressed one, first bytes are kept; it is left at once when `enough` says so. */
export async function stockOf(path: string, container: Container): Promise<Stock> {
  const found: FoundDescriptor[] = [];
  const documents = new Map<string, FoundDocument>();
  const files = new Map<string, Member>();
  const heads = new Map<string, ByteSource>();
  const special = new Map<string, string>();
  const packed = container.format.includes('+');
  let cutShort = false;
  for await (const member of container.members()) {
    if (member.kind !== 'file') {
      if (member.kind !== 'directory') special.set(member.name, KINDS[member.kind]);
      continue;
    }
    files.set(member.name, member);
    if (member.size > MAX_DESCRIPTOR_BYTES && DESCRIBES.test(member.name)) {
      throw new VmImportError(tooLarge(member.name, member.size, memberUri(path, member)));
    }
    if (member.size <= (KEPT.test(member.name) ? MAX_DESCRIPTOR_BYTES : 0)) {
      const document = await documentOf(path, member);
      documents.set(member.name, document);
      const format = probeDescriptor(document.name, document.bytes);
      if (format !== null) found.push({ ...document, format });
    } else if (packed && heads.size < MAX_HEADS) {
      heads.set(member.name, await member.open());
    }
    // what lies behind a disk is only worth unpacking the disk while the disk is small
    if (packed && member.size > CHEAP_TO_PASS) {
      cutShort = true;
      break;
    }
  }
  return {
    path,
    format: container.format,
    descriptors: found,
    documents,
    names: [...files.keys()],
    special,
    get findings() {
      return container.findings;
    },
    cutShort: cutShort && found.length === 0,
    async file(name) {
      const member = files.get(name);
      if (member === undefined) return null;
      const bytes = packed ? (heads.get(name) ?? documentBytes(documents.get(name))) : await member.open();
      return bytes === undefined ? null : { ...placeOf(path, container, member), bytes };
    },
    close: () => container.close(),
  };
}

const documentBytes = (document: FoundDocument | undefined): ByteSource | undefined =>
  document === undefined ? undefined : bufferSource(document.uri, document.bytes);

function placeOf(path: string, container: Container, member: Member): Omit<StoredFile, 'bytes'> {
  const { name, size, place } = member;
  const whole = container.format === 'directory' && place !== null;
  const { archive, outer } = unpacking(container.format);
  const tar: readonly Wrapping[] = archive === 'tar' ? [{ kind: 'tar', members: [member.stored] }] : [];
  return {
    name,
    size,
    stored: size,
    path: place?.file ?? path,
    slice: place === null || whole ? null : { offset: place.offset, size },
    wrapping: whole ? [] : [...outer, ...tar],
  };
}

async function documentOf(path: string, member: Member): Promise<FoundDocument> {
  const source = await member.open(MAX_DESCRIPTOR_BYTES);
  return {
    name: member.name,
    uri: memberUri(path, member),
    bytes: await source.read(0, member.size),
    pointer: null,
  };
}

/** How a file inside a bundle is called in findings and votes. */
export function memberUri(path: string, member: { readonly name: string }): string {
  // a compressed file holds one file without a name
  return member.name === '' ? path : `${path}!${member.name}`;
}

function probeDescriptor(name: string, bytes: Buffer): DescriptorFormat | null {
  const input = { name: basename(name), head: bytes.subarray(0, HEAD) };
  return descriptors.find((format) => format.probe(input)) ?? null;
}

/** A descriptor as SOURCE: its directory is the bundle, of which only the files that it names are looked at. */
export async function besideDescriptor(path: string, bytes: Buffer, format: DescriptorFormat): Promise<Stock> {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  const tree = await directoryContainer(folder, DEFAULT_LIMITS);
  const name = basename(absolute);
  const documents = new Map<string, FoundDocument>();
  const stem = name.replace(/\.[^.]*$/, '');
  for (const other of [...(format.companions ?? []), `${stem}.mf`, `${stem}.cert`]) {
    const file = await tree.file(other);
    if (file === null || file.size > SMALL) continue;
    const uri = join(folder, other);
    documents.set(other, { name: other, uri, bytes: await file.bytes(SMALL), pointer: null });
  }
  return {
    path: absolute,
    format: format.id,
    descriptors: [{ name, uri: absolute, bytes, pointer: null, format }],
    documents,
    names: [],
    special: new Map(),
    findings: [],
    cutShort: false,
    async file(wanted) {
      const file = await tree.file(wanted);
      if (file === null || file.place === null) return null;
      return {
        name: wanted,
        size: file.size,
        stored: file.size,
        path: file.place.file,
        slice: null,
        wrapping: [],
        bytes: await file.open(),
      };
    },
    close: () => tree.close(),
  };
}

/** The first bytes of a file that could be a descriptor, whole if it is one; null when it is none. */
export async function readDescriptor(
  source: ByteSource,
  name: string,
): Promise<{ readonly format: DescriptorFormat; readonly bytes: Buffer } | null> {
  if (source.size > MAX_DESCRIPTOR_BYTES) {
    if (DESCRIBES.test(name)) throw new VmImportError(tooLarge(name, source.size, source.uri));
    return null;
  }
  const format = probeDescriptor(name, await readUpTo(source, 0, HEAD));
  return format === null ? null : { format, bytes: await source.read(0, source.size) };
}
