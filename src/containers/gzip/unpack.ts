import { createGunzip } from 'node:zlib';
import type { Decompressor } from '../container.ts';
import { through } from '../node-stream.ts';

const CHUNK = 65536;

/** zlib reads on across members, and leaves what follows the last one alone, as gzip does. */
export const unpack: Decompressor = (packed) => through(packed, createGunzip({ chunkSize: CHUNK }));
