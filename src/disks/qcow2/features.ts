import type { Header } from './header.ts';

/** Kinds of feature bits, in the numbers of the feature name table (qcow2.txt, "Feature name table"). */
export const FEATURE_KINDS = ['incompatible', 'compatible', 'autoclear'] as const;
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** Names by bit number (qcow2.txt, "Header"); the words are those of qemu's own feature name table. */
const NAMES: { readonly [K in FeatureKind]: readonly string[] } = {
  incompatible: ['dirty', 'corrupt', 'external-data-file', 'compression-type', 'extended-l2'],
  compatible: ['lazy-refcounts'],
  autoclear: ['bitmaps', 'raw-external-data'],
};

/** Bits of `incompatible_features`. */
export const INCOMPATIBLE = {
  dirty: 1n << 0n,
  corrupt: 1n << 1n,
  dataFile: 1n << 2n,
  compressionType: 1n << 3n,
  extendedL2: 1n << 4n,
} as const;

/** Bits of `autoclear_features`. */
export const AUTOCLEAR = { bitmaps: 1n << 0n, rawDataFile: 1n << 1n } as const;

export function has(header: Header, bit: bigint): boolean {
  return (header.incompatibleFeatures & bit) !== 0n;
}

/** The set bits of one kind by name; one that is not defined is `bit-N`. */
export function featureNames(kind: FeatureKind, bits: bigint): readonly string[] {
  return setBits(bits).map((bit) => NAMES[kind][bit] ?? `bit-${bit}`);
}

/** Numbers of the set bits that no version of the specification defines. */
export function unknownBits(kind: FeatureKind, bits: bigint): readonly number[] {
  return setBits(bits).filter((bit) => NAMES[kind][bit] === undefined);
}

function setBits(bits: bigint): readonly number[] {
  return Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => ((bits >> BigInt(bit)) & 1n) === 1n);
}
