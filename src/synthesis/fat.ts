export interface FatOptions {
  readonly type: 12 | 16 | 32;
  /** Path with slashes to content; directories come by themselves. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** Clusters of 512 bytes; default is the fewest that the type allows, and some. */
  readonly clusters?: number;
}

const SECTOR = 512;
const LEAST = { 12: 64, 16: 4200, 32: 65600 } as const;
const END = { 12: 0xfff, 16: 0xffff, 32: 0x0fffffff } as const;

interface Node {
  readonly children: Map<string, Node>;
  readonly bytes: Buffer | null;
}

/** A small FAT volume with these files. Shares no code with the reader of such volumes. */
export function buildFat({ type, files, clusters = LEAST[type] }: FatOptions): Buffer {
  const reserved = type === 32 ? 32 : 1;
  const rootSectors = type === 32 ? 0 : 4;
  const fatSectors = Math.ceil((((clusters + 2) * type) / 8 + 1) / SECTOR);
  const dataSector = reserved + fatSectors + rootSectors;
  const volume = Buffer.alloc((dataSector + clusters) * SECTOR);
  const table: number[] = [0xffffff8, END[type]];

  const allocate = (bytes: Buffer): number => {
    if (bytes.length === 0) return 0;
    const first = table.length;
    const count = Math.ceil(bytes.length / SECTOR);
    for (let index = 1; index <= count; index += 1) table.push(index === count ? END[type] : first + index);
    bytes.copy(volume, (dataSector + first - 2) * SECTOR);
    return first;
  };
  const directory = (node: Node): Buffer => {
    const entries = [...node.children].flatMap(([name, child], index) => {
      const bytes = child.bytes ?? directory(child);
      return entry(name, index, allocate(bytes), child.bytes === null ? null : bytes.length);
    });
    // a free entry behind the last one ends the directory
    return Buffer.concat([...entries, Buffer.alloc(32)]);
  };

  const root = directory(tree(files));
  const rootCluster = type === 32 ? allocate(root) : 0;
  if (type !== 32) root.copy(volume, (reserved + fatSectors) * SECTOR);
  writeBootSector(volume, { type, reserved, rootSectors, fatSectors, rootCluster });
  writeTable(volume.subarray(reserved * SECTOR), type, table);
  return volume;
}

function tree(files: FatOptions['files']): Node {
  const root: Node = { children: new Map(), bytes: null };
  for (const [path, bytes] of Object.entries(files)) {
    const names = path.split('/');
    const last = names.pop() ?? '';
    let node = root;
    for (const name of names) {
      const next = node.children.get(name) ?? { children: new Map(), bytes: null };
      node.children.set(name, next);
      node = next;
    }
    node.children.set(last, { children: new Map(), bytes });
  }
  return root;
}

/** One 8.3 entry, with long-name parts before it where the name needs them. */
function entry(name: string, index: number, cluster: number, size: number | null): Buffer[] {
  const [base = '', extension = ''] = name.toUpperCase().split('.', 2);
  const fits = name === name.toUpperCase() && base.length <= 8 && extension.length <= 3;
  const short = fits
    ? base.padEnd(8) + extension.padEnd(3)
    : `${base.replaceAll('-', '').slice(0, 5)}~${index % 10}`.padEnd(8) + extension.slice(0, 3).padEnd(3);
  const own = Buffer.alloc(32);
  own.write(short, 'latin1');
  own.writeUInt8(size === null ? 0x10 : 0x20, 11);
  own.writeUInt16LE(cluster >>> 16, 20);
  own.writeUInt16LE(cluster & 0xffff, 26);
  own.writeUInt32LE(size ?? 0, 28);
  return [...(fits ? [] : longParts(name, checksum(own))), own];
}

function longParts(name: string, sum: number): Buffer[] {
  const units = [...name].map((character) => character.charCodeAt(0));
  const parts = Math.ceil(units.length / 13);
  return Array.from({ length: parts }, (_, index) => {
    const order = parts - index;
    const part = Buffer.alloc(32);
    part.writeUInt8(order | (index === 0 ? 0x40 : 0), 0);
    part.writeUInt8(0x0f, 11);
    part.writeUInt8(sum, 13);
    const places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
    places.forEach((place, position) => {
      const at = (order - 1) * 13 + position;
      part.writeUInt16LE(units[at] ?? (at === units.length ? 0 : 0xffff), place);
    });
    return part;
  });
}

function checksum(own: Buffer): number {
  let sum = 0;
  for (const byte of own.subarray(0, 11)) sum = (((sum & 1) === 1 ? 0x80 : 0) + (sum >> 1) + byte) & 0xff;
  return sum;
}

interface Geometry {
  readonly type: 12 | 16 | 32;
  readonly reserved: number;
  readonly rootSectors: number;
  readonly fatSectors: number;
  readonly rootCluster: number;
}

function writeBootSector(volume: Buffer, { type, reserved, rootSectors, fatSectors, rootCluster }: Geometry): void {
  const total = volume.length / SECTOR;
  volume.write('\xeb\x58\x90mkfs.fat', 'latin1');
  volume.writeUInt16LE(SECTOR, 11);
  volume.writeUInt8(1, 13);
  volume.writeUInt16LE(reserved, 14);
  volume.writeUInt8(1, 16);
  volume.writeUInt16LE((rootSectors * SECTOR) / 32, 17);
  volume.writeUInt16LE(total < 65536 ? total : 0, 19);
  volume.writeUInt8(0xf8, 21);
  // geometry that nothing depends on, but mtools insist that there is one
  volume.writeUInt16LE(32, 24);
  volume.writeUInt16LE(64, 26);
  volume.writeUInt16LE(type === 32 ? 0 : fatSectors, 22);
  volume.writeUInt32LE(total < 65536 ? 0 : total, 32);
  if (type === 32) {
    volume.writeUInt32LE(fatSectors, 36);
    volume.writeUInt32LE(rootCluster, 44);
    volume.write('FAT32   ', 0x52, 'latin1');
  } else volume.write(`FAT${type}   `, 0x36, 'latin1');
  volume.writeUInt8(0x55, 510);
  volume.writeUInt8(0xaa, 511);
}

function writeTable(fat: Buffer, type: 12 | 16 | 32, entries: readonly number[]): void {
  entries.forEach((value, cluster) => {
    if (type === 32) fat.writeUInt32LE(value & 0x0fffffff, cluster * 4);
    else if (type === 16) fat.writeUInt16LE(value & 0xffff, cluster * 2);
    else {
      const at = Math.floor(cluster * 1.5);
      const pair = fat.readUInt16LE(at);
      const twelve = value & 0xfff;
      fat.writeUInt16LE(cluster % 2 === 0 ? (pair & 0xf000) | twelve : (pair & 0x000f) | (twelve << 4), at);
    }
  });
}
