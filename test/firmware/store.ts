/** Variable stores as edk2 lays them out, written from its headers and from nothing of the reader. */
interface StoreOptions {
  readonly size?: number;
  readonly volume?: number;
  readonly variables?: readonly StoredVariable[];
  readonly authenticated?: boolean;
}

interface StoredVariable {
  readonly name: string;
  /** 32 hexadecimal digits as they lie on disk. */
  readonly vendor: string;
  readonly data: Buffer;
  readonly state?: number;
}

const GLOBAL = '61dfe48bca93d211aa0d00e098032b8c';
const SECURITY = 'cbb219d73a3d9645a3bcdad00e67656f';
const SECURE_BOOT_ENABLE = 'c70ba3f008af564599c4001009c93a44';
const NV_FILE_SYSTEM = '8d2bf1ff96768b4ca9852747075b4f50';
const AUTHENTICATED = '782cf3aa7b949a43a1802e144ec37792';
const PLAIN = '1636cfdd7532644198b6fe85707ffe7d';
const HEADER = 72;

export const KEYS: readonly StoredVariable[] = [
  { name: 'PK', vendor: GLOBAL, data: Buffer.alloc(40, 1) },
  { name: 'KEK', vendor: GLOBAL, data: Buffer.alloc(40, 2) },
  { name: 'db', vendor: SECURITY, data: Buffer.alloc(41, 3) },
];
export const switchedOff: StoredVariable = { name: 'SecureBootEnable', vendor: SECURE_BOOT_ENABLE, data: Buffer.of(0) };

/** A boot entry: attributes, length of the paths, title, a file path, or a program inside the firmware. */
export function bootEntry(title: string, loader: string | null): StoredVariable {
  const file = loader === null ? Buffer.alloc(16, 0x21) : Buffer.from(`${loader}\0`, 'utf16le');
  const node = Buffer.concat([
    Buffer.of(4, loader === null ? 6 : 4, file.length + 4, 0),
    file,
    Buffer.of(0x7f, 0xff, 4, 0),
  ]);
  const head = Buffer.alloc(6);
  head.writeUInt32LE(1, 0);
  head.writeUInt16LE(node.length, 4);
  return { name: 'Boot0001', vendor: GLOBAL, data: Buffer.concat([head, Buffer.from(`${title}\0`, 'utf16le'), node]) };
}

export function storeBytes({
  size = 540_672,
  volume = size,
  variables = [],
  authenticated = true,
}: StoreOptions = {}): Buffer {
  const bytes = Buffer.alloc(size, 0xff);
  bytes.fill(0, 0, HEADER);
  bytes.write(NV_FILE_SYSTEM, 16, 'hex');
  bytes.writeBigUInt64LE(BigInt(volume), 32);
  bytes.write('_FVH', 40, 'latin1');
  bytes.writeUInt32LE(0x0004feff, 44);
  bytes.writeUInt16LE(HEADER, 48);
  bytes.writeUInt8(2, 55);
  bytes.writeUInt32LE(volume / 4096, 56);
  bytes.writeUInt32LE(4096, 60);
  let sum = 0;
  for (let at = 0; at < HEADER; at += 2) sum += bytes.readUInt16LE(at);
  bytes.writeUInt16LE(-sum & 0xffff, 50);
  const store = bytes.subarray(HEADER);
  store.write(authenticated ? AUTHENTICATED : PLAIN, 0, 'hex');
  store.writeUInt32LE(0x1_0000 - HEADER, 16);
  store.set([0x5a, 0xfe, 0, 0, 0, 0, 0, 0], 20);
  let at = 28;
  for (const variable of variables) at = write(store, at, variable, authenticated);
  return bytes;
}

function write(
  store: Buffer,
  at: number,
  { name, vendor, data, state = 0x3f }: StoredVariable,
  authenticated: boolean,
) {
  const text = Buffer.from(`${name}\0`, 'utf16le');
  const header = Buffer.alloc(authenticated ? 60 : 32);
  header.set([0xaa, 0x55, state, 0]);
  header.writeUInt32LE(7, 4);
  header.writeUInt32LE(text.length, header.length - 24);
  header.writeUInt32LE(data.length, header.length - 20);
  header.write(vendor, header.length - 16, 'hex');
  const whole = Buffer.concat([header, text, data]);
  store.set(whole, at);
  return Math.ceil((at + whole.length) / 4) * 4;
}
