import { z } from 'zod';
import { parseExpiry } from './moment.ts';

const WAIVERS_SCHEMA_ID = 'vm-import/waivers@1';
const MAX_WAIVERS = 1000;
const MAX_DIGESTS = 1000;

const text = (max: number) => z.string().trim().min(1).max(max);

const DIGEST = 'sha256: and 64 hexadecimal digits';
const digest = z.string().regex(/^sha256:[0-9a-fA-F]{64}$/, DIGEST);

const scopeSchema = z
  .strictObject({
    digest: z
      .union([digest, z.array(digest).min(1).max(MAX_DIGESTS)], { error: `${DIGEST}, or a list of such` })
      .optional()
      .describe('Digest of the source, or a list of digests. It is computed only with --verify all.'),
    name: text(200).optional().describe('Pattern of the name of the machine; * and ? stand for any characters.'),
    source: text(4096)
      .optional()
      .describe('Pattern of the absolute path of the source; * and ? stand for any characters but a slash.'),
  })
  .meta({ minProperties: 1 });

const waiverSchema = z
  .strictObject({
    rule: text(100).optional().describe('Id of the rule of the policy whose findings are waived.'),
    code: text(200)
      .optional()
      .describe('Code of the finding that is waived, in brackets at the end of its line: disk/backing-file.'),
    scope: scopeSchema.describe('Which images it is for. Everything that is said must hold.'),
    reason: text(1000).describe('Why the finding does not count.'),
    owner: text(200).describe('Who answers for it.'),
    ticket: text(200).optional().describe('Where it was decided.'),
    expires: z
      .string()
      .refine((value) => parseExpiry(value) !== undefined, 'a date such as 2027-01-31, or a time with its zone')
      .meta({ anyOf: [{ format: 'date' }, { format: 'date-time' }] })
      .describe('Until when: to the end of that day (UTC), or to that time.'),
  })
  .meta({
    anyOf: [
      { required: ['rule'], properties: { code: false } },
      { required: ['code'], properties: { rule: false } },
    ],
  });

export const waiversSchema = z
  .strictObject({
    $schema: z.string().max(500).optional().describe('For editors; ignored.'),
    schema: z.literal(WAIVERS_SCHEMA_ID).describe('Kind and version of this document.'),
    waivers: z.array(waiverSchema).max(MAX_WAIVERS).describe('The waivers; their order means nothing.'),
  })
  .meta({ title: 'vm-import waivers', description: 'Findings that somebody answers for until a day.' });

export type WaiverInput = z.infer<typeof waiverSchema>;

/** The published JSON Schema of a file of waivers. */
export function waiversJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(waiversSchema, { target: 'draft-2020-12', io: 'input' });
}
