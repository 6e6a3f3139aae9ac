import { type ByteSource, readUpTo } from '../../bytes/index.ts';
import type { DirectoryEntry, FileSystem } from '../filesystem.ts';
import { type FatEntry, parseDirectory } from './directory.ts';
import { FatTable } from './table.ts';
import { type FatVolume, parseVolume } from './volume.ts';

/** A directory is read up to 64 KiB: 2048 entries, far beyond any EFI system partition. */
const MAX_DIRECTORY = 64 * 1024;
/** Depth of a path; EFI paths have three names. */
const MAX_DEPTH = 8;

/** Opens the FAT volume that fills `source`; null when its boot sector makes no sense. */
export async function openFat(source: ByteSource): Promise<FileSystem | null> {
  const volume = parseVolume(await readUpTo(source, 0, 512), source.size);
  return volume === null ? null : new FatFileSystem(source, volume);
}

class FatFileSystem implements FileSystem {
  readonly #source: ByteSource;
  readonly #volume: FatVolume;
  readonly #table: FatTable;

  constructor(source: ByteSource, volume: FatVolume) {
    this.#source = source;
    this.#volume = volume;
    this.#table = new FatTable(source, volume);
  }

  async list(path: string): Promise<readonly DirectoryEntry[] | null> {
    const entries = await this.#entries(names(path));
    return entries?.map((entry) => this.#describe(entry)) ?? null;
  }

  async read(path: string, max: number): Promise<Buffer | null> {
    const parts = names(path);
    const last = parts.at(-1);
    const parent = await this.#entries(parts.slice(0, -1));
    const entry = last === undefined ? undefined : find(parent, last);
    if (entry === undefined || entry.directory) return null;
    return this.#chain(entry.cluster, Math.min(max, entry.size));
  }

  #describe({ name, directory, size, cluster }: FatEntry): DirectoryEntry {
    const { dataAt, clusterBytes, clusters } = this.#volume;
    const inside = cluster >= 2 && cluster < clusters + 2;
    return { name, directory, size: directory ? 0 : size, at: inside ? dataAt + (cluster - 2) * clusterBytes : null };
  }

  async #entries(path: readonly string[]): Promise<readonly FatEntry[] | null> {
    if (path.length > MAX_DEPTH) return null;
    const wide = this.#volume.type === 32;
    let entries = parseDirectory(await this.#root(), wide);
    for (const name of path) {
      const entry = find(entries, name);
      if (entry === undefined || !entry.directory) return null;
      entries = parseDirectory(await this.#chain(entry.cluster, MAX_DIRECTORY, true), wide);
    }
    return entries;
  }

  async #root(): Promise<Buffer> {
    const { root } = this.#volume;
    if ('cluster' in root) return this.#chain(root.cluster, MAX_DIRECTORY, true);
    return readUpTo(this.#source, root.at, Math.min(root.bytes, MAX_DIRECTORY));
  }

  /**
   * The first `max` bytes of a cluster chain. Its length is bounded by `max`, so that a chain that loops costs no
   * more than a long one. A directory ends at its first free entry, and nothing behind it is read.
   */
  async #chain(first: number, max: number, directory = false): Promise<Buffer> {
    const { clusterBytes, clusters, dataAt } = this.#volume;
    const parts: Buffer[] = [];
    let cluster: number | null = first;
    let length = 0;
    while (cluster !== null && length < max) {
      if (cluster < 2 || cluster >= clusters + 2) break;
      const part = await readUpTo(
        this.#source,
        dataAt + (cluster - 2) * clusterBytes,
        Math.min(clusterBytes, max - length),
      );
      parts.push(part);
      length += part.length;
      if (part.length === 0 || (directory && ends(part))) break;
      cluster = length < max ? await this.#table.next(cluster) : null;
    }
    return Buffer.concat(parts);
  }
}

/** FAT names are compared without case. Only ASCII is folded: no EFI path needs more. */
function find(entries: readonly FatEntry[] | null, name: string): FatEntry | undefined {
  const wanted = name.toLowerCase();
  return entries?.find((entry) => entry.name.toLowerCase() === wanted || entry.shortName.toLowerCase() === wanted);
}

function ends(directory: Buffer): boolean {
  for (let at = 0; at + 32 <= directory.length; at += 32) if (directory[at] === 0) return true;
  return false;
}

function names(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '');
}
