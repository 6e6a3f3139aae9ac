import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ByteSource, checkRange } from '../../bytes/index.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import { systemReason } from '../../diagnostics/system-error.ts';
import { EXTENSION, type ExtensionArea } from './extensions.ts';
import { has, INCOMPATIBLE } from './features.ts';
import type { Header } from './header.ts';
import { diagnostics } from './hint-diagnostics.ts';
import {
  decodePayload,
  encodePayload,
  encodeSlot,
  HINT_EXTENSION_TYPE,
  MAX_PAYLOAD,
  MIN_SLOT_SIZE,
  slotCapacity,
  slotOffset,
  slotSizeFor,
} from './hint-extension.ts';
import { readHints } from './hints.ts';
import { holderOf } from './in-use.ts';
import { type Qcow2Header, readHeader } from './reader.ts';
import { isQcow2 } from './signature.ts';

/**
 * Left free for qemu: a backing file name (1023 bytes), its format (8 + 16), the list of bitmaps (8 + 24), the LUKS
 * pointer (8 + 16), and what later versions may add. Without that room `qemu-img rebase -u` fails, and
 * `qemu-img bitmap --add` loses the bitmap with exit status 0.
 */
const RESERVED = 1216;
/** What libvirt reads of an image; a backing file name that qemu puts in later has to end before. */
const LIBVIRT_READS = 0x8200;
const MARKER = 8;

/** One write; the steps of a change are flushed in their order, so each is durable before the next begins. */
interface Step {
  readonly offset: number;
  readonly bytes: Buffer;
}

/**
 * Puts a hint document into the header of a stand-alone qcow2 image, or takes it out (null). Each moment's header is
 * valid, with the old or the new hints: see "Rules for a writer" in docs/hint-extension.md.
 */
export async function writeHints(path: string, document: Uint8Array | null): Promise<void> {
  const absolute = resolve(path);
  let handle: FileHandle | undefined;
  try {
    // A symbolic link the user names is followed once, here; one that replaces the file since is not.
    const real = await realpath(absolute);
    handle = await open(real, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    await change(handle, absolute, document);
  } catch (error) {
    // Only what the operating system reports becomes a finding; anything else is a bug and stays one.
    const reason = systemReason(error);
    if (reason === null) throw error;
    fail(diagnostics['hints-not-writable']({ path: absolute, reason }));
  } finally {
    await handle?.close();
  }
}

async function change(handle: FileHandle, path: string, document: Uint8Array | null): Promise<void> {
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) fail(diagnostics['hints-not-regular-file']({ path }));
  const refuseIfInUse = async () => {
    const holder = await holderOf(stats);
    if (holder === undefined) fail(diagnostics['hints-use-unknown']({ path }));
    if (holder !== null) fail(diagnostics['hints-image-in-use']({ path, holder }));
  };
  await refuseIfInUse();

  const source = handleSource(handle, path, Number(stats.size));
  const head = await source.read(0, Math.min(8, source.size));
  if (!isQcow2(head)) fail(diagnostics['hints-not-qcow2']({ path }));
  const image = await readHeader(source);
  refuseUnlessSafe(image);

  let expected = await source.read(0, image.header.clusterSize);
  for (const step of await plan(source, image, document)) {
    // Nobody can be locked out from Node; looking again right before each write keeps the gap as short as it can be.
    await refuseIfInUse();
    await refuseIfChanged(source, expected);
    await writeAll(handle, step);
    await handle.datasync();
    expected = Buffer.from(expected);
    step.bytes.copy(expected, step.offset);
    await refuseIfChanged(source, expected);
  }
  const { document: written } = await readHints(source, (await readHeader(source)).area);
  const wanted = document === null || document.length === 0 ? null : document;
  if (!(wanted === null ? written === null : written !== null && Buffer.from(wanted).equals(written.bytes))) {
    fail(diagnostics['hints-changed-meanwhile']({ path }));
  }

  async function refuseIfChanged(of: ByteSource, bytes: Buffer): Promise<void> {
    if (!(await of.read(0, bytes.length)).equals(bytes)) fail(diagnostics['hints-changed-meanwhile']({ path }));
  }
}

function refuseUnlessSafe({ header, backing }: Qcow2Header): void {
  if (backing !== null || header.backingFileOffset !== 0) {
    fail(diagnostics['hints-not-standalone']({ what: 'a backing file' }));
  }
  if (has(header, INCOMPATIBLE.dataFile)) fail(diagnostics['hints-not-standalone']({ what: 'an external data file' }));
  if (has(header, INCOMPATIBLE.corrupt)) fail(diagnostics['hints-not-clean']({ state: 'corrupt' }));
  if (has(header, INCOMPATIBLE.dirty)) fail(diagnostics['hints-not-clean']({ state: 'dirty' }));
}

/** The writes that lead to the wanted state, in order; none when it is there already. */
async function plan(source: ByteSource, image: Qcow2Header, document: Uint8Array | null): Promise<readonly Step[]> {
  const [extension, second] = image.area.list.filter(({ type }) => type === EXTENSION.hints);
  if (second !== undefined) fail(diagnostics['hints-extension-unknown']({ problem: 'it is there more than once' }));
  if (extension === undefined) return document === null ? [] : insertion(image.header, image.area, document);
  if (extension.length > MAX_PAYLOAD) {
    fail(diagnostics['hints-extension-unknown']({ problem: `it has ${extension.length} bytes` }));
  }
  return update(await source.read(extension.offset + 8, extension.length), extension.offset + 8, document);
}

/**
 * A new extension in place of the end marker. First everything behind the old end marker, which no reader looks at
 * yet, then the 8 bytes that turn the marker into the extension: they are aligned, so they lie in one sector and are
 * written or not.
 */
function insertion(header: Header, area: ExtensionArea, document: Uint8Array): readonly Step[] {
  const at = area.endMarker;
  const end = Math.min(area.end, LIBVIRT_READS);
  const room = at === null ? 0 : end - at - MARKER - MARKER - RESERVED;
  const slotSize = slotSizeFor(Math.max(0, room));
  if (at === null || slotSize < MIN_SLOT_SIZE || document.length > slotCapacity(slotSize)) {
    const most = slotSize < MIN_SLOT_SIZE ? 0 : slotCapacity(slotSize);
    fail(diagnostics['hints-do-not-fit']({ length: document.length, room: most }));
  }
  if (at % MARKER !== 0 || at < header.headerLength) throw new RangeError('the end marker is aligned by construction');
  const payload = encodePayload(document, slotSize);
  const marker = Buffer.alloc(MARKER);
  marker.writeUInt32BE(HINT_EXTENSION_TYPE, 0);
  marker.writeUInt32BE(payload.length, 4);
  return [
    { offset: at + MARKER, bytes: Buffer.concat([payload, Buffer.alloc(MARKER)]) },
    { offset: at, bytes: marker },
  ];
}

/**
 * The slot that is not in force is written; until its checksum is complete on disk, the other one stays in force.
 * Removing writes an empty document in the same way and then wipes the old one, which nobody should find afterwards.
 */
function update(payload: Buffer, payloadOffset: number, document: Uint8Array | null): readonly Step[] {
  const decoded = decodePayload(payload);
  if (typeof decoded === 'string') fail(diagnostics['hints-extension-unknown']({ problem: decoded }));
  const { slotSize, slots, current } = decoded;
  const capacity = slotCapacity(slotSize);
  if (document !== null && document.length > capacity) {
    fail(diagnostics['hints-do-not-fit']({ length: document.length, room: capacity }));
  }
  const active = current === null ? null : slots[current];
  if (document !== null && active?.state === 'valid' && active.document.equals(document)) return [];
  const sequence = active?.state === 'valid' ? active.sequence + 1n : 1n;
  if (sequence >= 1n << 64n) fail(diagnostics['hints-extension-unknown']({ problem: 'its sequence is used up' }));
  const target = current === 0 ? 1 : 0;
  const at = (index: 0 | 1) => payloadOffset + slotOffset(slotSize, index);
  const written: Step = { offset: at(target), bytes: encodeSlot(document ?? Buffer.alloc(0), sequence, slotSize) };
  if (document !== null) return [written];
  return [written, { offset: at(target === 0 ? 1 : 0), bytes: Buffer.alloc(slotSize) }];
}

async function writeAll(handle: FileHandle, { offset, bytes }: Step): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, offset);
  // A regular file takes all of it but for a full disk, and these bytes are in a cluster that is already there.
  if (bytesWritten !== bytes.length)
    throw Object.assign(new Error('short write'), { code: 'ENOSPC', syscall: 'write' });
}

/** Reads through the handle that is written, so that what is checked is the file that is changed. */
function handleSource(handle: FileHandle, path: string, size: number): ByteSource {
  let bytesRead = 0;
  const source: ByteSource = {
    uri: path,
    size,
    get bytesRead() {
      return bytesRead;
    },
    async read(offset, length) {
      checkRange(source, offset, length);
      const { buffer, bytesRead: got } = await handle.read(Buffer.alloc(length), 0, length, offset);
      if (got !== length) fail(diagnostics['hints-changed-meanwhile']({ path }));
      bytesRead += got;
      return buffer;
    },
    async close() {},
  };
  return source;
}

function fail(finding: Finding): never {
  throw new VmImportError(finding);
}
