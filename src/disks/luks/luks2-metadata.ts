import { z } from 'zod';
import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { luksAt } from './volume.ts';

export interface Segment {
  readonly type: string;
  readonly offset: string;
  readonly size: string;
  readonly encryption: string | null;
  readonly sectorSize: number | null;
}

/** What is needed of the JSON area. */
export interface Metadata {
  readonly segments: readonly Segment[];
  readonly keySlots: readonly number[];
  readonly keyBits: number | null;
  /** Features without which the volume must not be used. */
  readonly requirements: readonly string[];
}

/** LUKS2_KEYSLOTS_MAX of cryptsetup; there are never more segments than that either. */
const MAX_OBJECTS = 32;
const TEXT = z.string().max(256);

/** Counted before it is looked at: a record or an array of a million wrong entries would cost a finding for each. */
const few = z.unknown().refine((found) => {
  return typeof found === 'object' && found !== null && Object.keys(found).length <= MAX_OBJECTS;
});
const objects = <T extends z.ZodType>(value: T) => few.pipe(z.record(z.string().regex(/^[0-9]{1,3}$/), value));
const texts = few.pipe(z.array(TEXT));

/** LUKS2 On-Disk Format Specification 1.1.1, 3; what is not needed is not looked at. */
const schema = z.object({
  keyslots: objects(z.object({ key_size: z.int().min(0).max(4096) })),
  segments: objects(
    z.object({
      type: TEXT,
      offset: TEXT,
      size: TEXT,
      encryption: TEXT.optional(),
      sector_size: z.int().optional(),
      flags: texts.optional(),
    }),
  ),
  config: z.object({
    requirements: z.object({ mandatory: texts }).optional(),
  }),
});

/** Parses the JSON area: text, then zeros to its end. Its length is checked already: 4 MiB at most. */
export function parseMetadata(area: Buffer, uri: string): Metadata {
  const end = area.indexOf(0);
  const parsed = schema.safeParse(parseJson(area.subarray(0, end < 0 ? area.length : end)));
  if (!parsed.success) throw new VmImportError(diagnostics['bad-metadata']({}, luksAt(uri, 4096)));
  const { keyslots, segments, config } = parsed.data;
  const inOrder = <T>(found: Readonly<Record<string, T>>) =>
    Object.entries(found).toSorted(([a], [b]) => Number(a) - Number(b));
  return {
    // Copies of the state before a change of encryption, which are not in use.
    segments: inOrder(segments)
      .map(([, segment]) => segment)
      .filter(({ flags }) => !flags?.some((flag) => flag.startsWith('backup-')))
      .map(({ type, offset, size, encryption = null, sector_size = null }) => ({
        type,
        offset,
        size,
        encryption,
        sectorSize: sector_size,
      })),
    keySlots: inOrder(keyslots).map(([slot]) => Number(slot)),
    keyBits: inOrder(keyslots).map(([, { key_size }]) => key_size * 8)[0] ?? null,
    requirements: config.requirements?.mandatory ?? [],
  };
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    // Not JSON, or nested too deeply: the schema refuses this.
    return undefined;
  }
}
