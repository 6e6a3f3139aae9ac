import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';

/** A file of `size` zeros that takes no room. */
export function blankFile(path: string, size: number): void {
  writeFileSync(path, '');
  truncateSync(path, size);
}

/** Writes bytes over those of a file. */
export function pasteBytes(path: string, bytes: Buffer, offset: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}
