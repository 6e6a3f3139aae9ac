import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ByteSource } from '../bytes/index.ts';
import { checkRange } from '../bytes/index.ts';
import { VmImportError } from '../diagnostics/index.ts';
import { isMissing, systemReason } from '../diagnostics/system-error.ts';
import { diagnostics } from './diagnostics.ts';

export interface FileSource extends ByteSource {
  /** Absolute, spelled as given. */
  readonly path: string;
  /** Where the path leads after all symbolic links; relative backing file names are resolved from here. */
  readonly realPath: string;
  /** A block device, not a regular file. */
  readonly device: boolean;
  /** The same for every name of the same file. */
  readonly identity: string;
}

/**
 * Opens a regular file or block device for positioned reads. The path may be a symbolic link: the user named it, no
 * image did. The type is checked twice: before the open, because opening some devices (a watchdog, a tape) acts, and
 * on the handle, because only that is the file which will be read.
 */
export async function openFile(path: string): Promise<FileSource> {
  const absolute = resolve(path);
  // What no file can be called; Node would take the first for the current directory and throw a TypeError at the second.
  if (path === '' || path.includes('\0')) throw new VmImportError(diagnostics['not-found']({ path: `"${path}"` }));
  let handle: FileHandle | undefined;
  try {
    // before the path is resolved: a pipe that a shell made has none
    refuseUnlessSeekable(absolute, await stat(absolute));
    const real = await realpath(absolute);
    // O_NONBLOCK: a fifo put there since the check must not hang the open.
    handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await handle.stat();
    refuseUnlessSeekable(absolute, stats);
    const size = stats.isBlockDevice() ? await sizeByReading(handle) : stats.size;
    // where the handle really leads, whatever was swapped since the path was resolved (Linux; elsewhere the path itself)
    const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => real);
    return fileSource(handle, absolute, opened, size, stats);
  } catch (error) {
    await handle?.close();
    throw asFinding(error, absolute);
  }
}

/**
 * Size of a file that `stat` gives no size for (a block device): the first offset at which nothing can be read, found
 * by doubling and bisection. Needs no ioctl, which Node does not offer, and no /sys, which only Linux has.
 */
export async function sizeByReading(handle: FileHandle): Promise<number> {
  const byte = Buffer.alloc(1);
  const hasByteAt = async (offset: number) => (await handle.read(byte, 0, 1, offset)).bytesRead === 1;
  let beyond = 1;
  while (await hasByteAt(beyond - 1)) {
    if (beyond > Number.MAX_SAFE_INTEGER / 2) return beyond;
    beyond *= 2;
  }
  let size = beyond === 1 ? 0 : beyond / 2;
  // Invariant: byte size - 1 is there (or size is 0), byte beyond - 1 is not.
  while (beyond - size > 1) {
    const middle = size + Math.floor((beyond - size) / 2);
    if (await hasByteAt(middle - 1)) size = middle;
    else beyond = middle;
  }
  return size;
}

interface FileType {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isBlockDevice(): boolean;
}

function refuseUnlessSeekable(path: string, type: FileType): void {
  if (type.isFile() || type.isBlockDevice()) return;
  const kind = type.isDirectory()
    ? 'directory'
    : type.isFIFO()
      ? 'pipe'
      : type.isSocket()
        ? 'socket'
        : 'character device';
  throw new VmImportError(diagnostics['not-a-file']({ path, kind }));
}

interface FileStats extends FileType {
  readonly dev: number;
  readonly ino: number;
}

function fileSource(handle: FileHandle, path: string, realPath: string, size: number, stats: FileStats): FileSource {
  let bytesRead = 0;
  const source: FileSource = {
    uri: path,
    path,
    realPath,
    device: stats.isBlockDevice(),
    identity: `${stats.dev}:${stats.ino}`,
    size,
    get bytesRead() {
      return bytesRead;
    },
    async read(offset, length) {
      checkRange(source, offset, length);
      const buffer = Buffer.alloc(length);
      let filled = 0;
      while (filled < length) {
        const got = await readAt(handle, path, buffer, filled, offset + filled);
        if (got === 0) {
          throw new VmImportError(
            diagnostics['changed-while-read']({ path, offset: offset + filled }, [
              { origin: 'content', uri: path, pointer: `0x${(offset + filled).toString(16)}` },
            ]),
          );
        }
        filled += got;
        bytesRead += got;
      }
      return buffer;
    },
    close: () => handle.close(),
  };
  return source;
}

async function readAt(handle: FileHandle, path: string, buffer: Buffer, at: number, offset: number): Promise<number> {
  try {
    return (await handle.read(buffer, at, buffer.length - at, offset)).bytesRead;
  } catch (error) {
    throw asFinding(error, path);
  }
}

/** What the operating system reports becomes a finding; anything else is a bug and stays what it is. */
function asFinding(error: unknown, path: string): unknown {
  const reason = systemReason(error);
  if (reason === null) return error;
  const finding = isMissing(error) ? diagnostics['not-found']({ path }) : diagnostics.unreadable({ path, reason });
  return new VmImportError(finding, { cause: error });
}
