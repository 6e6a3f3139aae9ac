import type { DiskEvidence, Json } from '../../facts/index.ts';

/** The fields of a primary volume descriptor that tell media apart. */
export const FIELDS = ['volumeId', 'systemId', 'publisherId', 'applicationId'] as const;
export type Field = (typeof FIELDS)[number];

/** Bytes of each field (ECMA-119, 8.4), and where it begins on the disc. */
export const PLACES: Readonly<Record<Field | 'volumeSize', { readonly at: number; readonly length: number }>> = {
  volumeId: { at: 0x8028, length: 32 },
  systemId: { at: 0x8008, length: 32 },
  publisherId: { at: 0x813e, length: 128 },
  applicationId: { at: 0x823e, length: 128 },
  volumeSize: { at: 0x8050, length: 8 },
};

/** What a disc says about itself, as libosinfo reads it; null is a field that is empty or no UTF-8. */
export interface Disc extends Readonly<Record<Field, string | null>> {
  /** Bytes of the volume: its blocks times their size. */
  readonly volumeSize: number;
  /** It has a boot record of El Torito. */
  readonly bootable: boolean;
}

/** What the reader of discs found, undefined for what is no disc with ISO 9660: UDF alone has no such fields. */
export function discOf({ format, details }: DiskEvidence): Disc | undefined {
  const { volumeSize } = details;
  if (format !== 'iso' || details['iso9660'] !== true || typeof volumeSize !== 'number') return undefined;
  return {
    volumeId: fieldOf(details['volumeId']),
    systemId: fieldOf(details['systemId']),
    publisherId: fieldOf(details['publisher']),
    applicationId: fieldOf(details['application']),
    volumeSize,
    bootable: (details['elTorito'] ?? null) !== null,
  };
}

/** libosinfo takes a field up to a zero byte, without trailing white space of ASCII, and its engine only UTF-8. */
function fieldOf(value: Json | undefined): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replace(/\0.*$/s, '').replace(/[ \t\n\v\f\r]+$/, '');
  if (text === '') return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return null;
  }
}
