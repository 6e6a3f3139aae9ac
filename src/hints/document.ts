import { type Json, KEY_NAMES, type KEYS, type Key, keySpec, STRENGTHS, type Value } from '../facts/index.ts';

/** Bytes of a document in a file of its own, a bundle or an annotation; and inside an image header. */
export const MAX_HINT_BYTES = 64 * 1024;
export const MAX_HEADER_HINT_BYTES = 16 * 1024;
/** The document itself needs four levels; the rest is room for extensions. */
export const MAX_DEPTH = 16;
export const MAX_VALUES = 4096;
export const MAX_LIST = 32;
export const MAX_TITLE = 200;
export const MAX_DESCRIPTION = 4096;
export const MAX_EXTENSIONS = 32;
export const MAX_EXTENSION_BYTES = 8192;

/** Keys an image may speak about at all. */
export type HintKey = { readonly [K in Key]: (typeof KEYS)[K]['hint'] extends true ? K : never }[Key];
/** Those of them that stand under `hardware`; the other two stand at the top. */
export type HardwareKey = Exclude<HintKey, 'os' | 'kernel-args'>;

export function isHintKey(key: Key): key is HintKey {
  return keySpec(key).hint;
}

export const HARDWARE_KEYS: readonly HardwareKey[] = KEY_NAMES.filter(
  (key): key is HardwareKey => isHintKey(key) && key !== 'os' && key !== 'kernel-args',
);

/** What the document says of one key. A list holds at least one value. */
export interface Strengths {
  readonly required?: readonly Value[];
  readonly recommended?: readonly Value[];
  readonly forbidden?: readonly Value[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What a document lying beside a disk says about which disk it belongs to; lower case. */
export interface ImageLink {
  readonly uuid: string | null;
  readonly sha256: string | null;
}

/** The normalised document: one spelling, vocabulary values only, members in the order of the vocabulary. */
export interface HintDocument {
  readonly vmHints: 1;
  readonly title: string | null;
  readonly description: string | null;
  readonly os: Strengths | null;
  readonly image: ImageLink;
  readonly hardware: { readonly [key in HardwareKey]?: Strengths };
  readonly drivers: { readonly boot: readonly string[]; readonly running: readonly string[] };
  readonly kernelArgs: string | null;
  readonly extensions: { readonly [name: string]: Json };
}

/** Prints a document in the tree spelling, without what it does not say. Reads back as the same document. */
export function hintsToJson(document: HintDocument): string {
  const { image, drivers, hardware, extensions } = document;
  const printed = {
    vmHints: document.vmHints,
    title: document.title ?? undefined,
    description: document.description ?? undefined,
    os: document.os === null ? undefined : printStrengths('os', document.os),
    image: unlessEmpty({ uuid: image.uuid ?? undefined, sha256: image.sha256 ?? undefined }),
    hardware: unlessEmpty(
      Object.fromEntries(
        HARDWARE_KEYS.flatMap((key) => {
          const strengths = hardware[key];
          return strengths === undefined ? [] : [[key, printStrengths(key, strengths)]];
        }),
      ),
    ),
    drivers: unlessEmpty({ boot: unlessNone(drivers.boot), running: unlessNone(drivers.running) }),
    'kernel-args': document.kernelArgs ?? undefined,
    extensions: unlessEmpty(extensions),
  };
  return `${JSON.stringify(printed, null, 2)}\n`;
}

/** A plain name reads better than an object with one list of one, for `os` and for sizes. */
function printStrengths(key: Key, strengths: Strengths): Json {
  const only = strengths.recommended?.length === 1 ? strengths.recommended[0] : undefined;
  if (key === 'os' && only !== undefined && Object.keys(strengths).length === 1) return only;
  const printed: Record<string, Json> = {};
  for (const strength of STRENGTHS) {
    const said = strengths[strength];
    if (said === undefined) continue;
    printed[strength] =
      strength === 'recommended' && only !== undefined && keySpec(key).type === 'integer' ? only : said;
  }
  return printed;
}

function unlessEmpty<T extends object>(members: T): T | undefined {
  return Object.values(members).every((member) => member === undefined) ? undefined : members;
}

function unlessNone(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}
