/** Waivers: reading them, and what they do. Nothing here loads a YAML parser or zod before there is a file to read. */
export { applyWaivers, type Waiving } from './apply.ts';
export { underLocks } from './locks.ts';
export { parseMoment } from './moment.ts';
export type { Waiver } from './waiver.ts';
