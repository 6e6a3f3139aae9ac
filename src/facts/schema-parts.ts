/** What the schemas of several documents are made of; as they, only for those who read documents back. */
import { z } from 'zod';
import { EXIT, ORIGINS } from '../diagnostics/index.ts';
import type { FindingDocument } from './documents.ts';
import { KEY_NAMES } from './keys.ts';
import { STRENGTHS } from './vote.ts';

const text = z.string();
const bytes = z.int().nonnegative();
export const keySchema = z.enum(KEY_NAMES).describe('a key of the vocabulary');
export const subjectSchema = z
  .string()
  .regex(/^(disk|nic)\d+$/)
  .nullable()
  .describe('the device the key belongs to; null for the whole machine');
export const valueSchema = z
  .union([z.string(), z.number(), z.boolean()])
  .meta({ id: 'Value', description: 'A value of the type its key takes' });
export const originSchema = z.enum(ORIGINS);
export const strengthSchema = z.enum(STRENGTHS);
const place = z.strictObject({
  origin: z.enum([...ORIGINS, 'host', 'compatibility', 'policy', 'target']),
  uri: text.nullable(),
  pointer: text.nullable().describe('byte offset, XPath, JSON pointer or line:column inside the document'),
});
const exits = Object.values(EXIT);

/** A finding in a document. */
export const findingSchema = z.strictObject({
  code: z.string().regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/),
  severity: z.enum(['error', 'warning', 'info']),
  said: z
    .enum(['error', 'warning', 'info'])
    .exactOptional()
    .describe('what its severity was before a policy changed it'),
  exit: z.literal(exits).describe('the exit status it leads to as an error'),
  message: text,
  remedy: text,
  args: z.record(z.string(), valueSchema),
  rule: text.nullable().describe('the policy rule that raised it'),
  waived: z.boolean(),
  waiver: z
    .strictObject({
      reason: text,
      owner: text,
      ticket: text.nullable(),
      expires: text,
      uri: text,
      pointer: text,
    })
    .nullable()
    .describe('who answers for it, and until when'),
  audited: z.boolean().describe('raised only because of rules in audit mode; it does not count'),
  at: z.array(place),
}) satisfies z.ZodType<FindingDocument>;

/** A file that was read. */
export const sourceSchema = z.strictObject({
  uri: text,
  format: text.nullable().describe('a disk format, a container (tar+gzip) or a kind of descriptor; null is unknown'),
  size: bytes.nullable().describe('bytes of the file'),
  bytesRead: bytes.describe('bytes fetched from the source'),
  digest: text.nullable().describe('sha256:..., when it was computed'),
});
