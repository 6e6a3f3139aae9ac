function word(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  write(bytes);
  return bytes;
}

export const u16be = (value: number): Buffer => word(2, (bytes) => bytes.writeUInt16BE(value));
export const u32be = (value: number): Buffer => word(4, (bytes) => bytes.writeUInt32BE(value));
export const u32le = (value: number): Buffer => word(4, (bytes) => bytes.writeUInt32LE(value));
export const u64be = (value: bigint | number): Buffer => word(8, (bytes) => bytes.writeBigUInt64BE(BigInt(value)));
export const u64le = (value: bigint | number): Buffer => word(8, (bytes) => bytes.writeBigUInt64LE(BigInt(value)));
