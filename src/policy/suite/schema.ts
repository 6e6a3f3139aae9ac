import { z } from 'zod';
import { VERDICTS } from '../../diagnostics/verdict.ts';
import { effectMapSchema } from '../vocabulary-schema.ts';
import { SIZE } from './size.ts';

const SUITE_SCHEMA_ID = 'vm-import/policy-test@1';

const MAX_CASES = 1000;
/** As many SOURCES as one command line takes. */
const MAX_IMAGES = 128;
const MAX_SNAPSHOTS = 100;

const text = (max: number) => z.string().trim().min(1).max(max);
const list = (max: number) => z.array(text(4096)).max(max);

const SIZE_WORDS = 'a number of bytes, or a size such as 20 GiB';
const size = z.union([z.int().nonnegative(), z.string().regex(SIZE, SIZE_WORDS)], { error: SIZE_WORDS });

export const imageSchema = z.strictObject({
  name: text(1000)
    .optional()
    .describe('File name, below /images where it has no directory. Default disk0.qcow2, disk1.qcow2, ...'),
  format: z.enum(['qcow2', 'raw']).describe('Format of the image. For others, give evidence.'),
  size: size.optional().describe('What the guest sees, up to 512 TiB. Default 10 GiB.'),
  'file-size': size
    .optional()
    .describe('How large the file is; never smaller than its structures. Default: an eighth of size. Not of raw.'),
  boot: z.enum(['bios', 'uefi', 'none']).optional().describe('How the disk starts. Default none: it is empty.'),
  windows: z.boolean().optional().describe('true: the marks of Windows, its partitions or boot code and NTFS.'),
  architecture: z
    .enum(['x86_64', 'aarch64', 'i686', 'riscv64'])
    .optional()
    .describe('Of the loader on an EFI system partition. Default x86_64.'),
  hints: z.record(z.string(), z.unknown()).optional().describe('A hint document, carried in the header of a qcow2.'),
  backing: text(1000).optional().describe('Name of a backing file in the header of a qcow2.'),
  'backing-format': text(50).optional().describe('Its format. Default qcow2.'),
  dirty: z.boolean().optional().describe('true: a qcow2 that was not closed.'),
  encrypted: z.boolean().optional().describe('true: encrypted with LUKS, so nothing inside can be seen.'),
  snapshots: z.int().min(0).max(MAX_SNAPSHOTS).optional().describe('Internal snapshots of a qcow2.'),
  'saved-memory': z.boolean().optional().describe('true: the last snapshot carries the memory of a running machine.'),
});

const expectSchema = z
  .strictObject({
    verdict: z.enum(VERDICTS).optional().describe('How the run ends.'),
    findings: list(200)
      .optional()
      .describe(
        'All warnings and errors that count, in any order: the id of the rule that raises one, or else its code. [] is none.',
      ),
    includes: list(200).optional().describe('Findings that are raised, notes included, whatever else there is.'),
    excludes: list(200).optional().describe('Findings that are not raised, or do not count.'),
    audited: list(200).optional().describe('Findings that are raised in audit mode, whatever else there is.'),
    waived: list(200).optional().describe('Findings that are raised and lifted by a waiver, whatever else there is.'),
    values: z
      .record(z.string(), z.unknown())
      .meta(effectMapSchema('one-or-null'))
      .optional()
      .describe('Decided values by key; null is undecided.'),
  })
  .meta({ minProperties: 1 });

export const caseSchema = z.strictObject({
  name: text(200).describe('What the policy is to do, as a sentence.'),
  image: imageSchema.optional().describe('The one disk of the machine.'),
  images: z.array(imageSchema).min(1).max(MAX_IMAGES).optional().describe('The disks of the machine, in their order.'),
  evidence: z
    .union([text(4096), z.record(z.string(), z.unknown())], { error: 'a file, or a map' })
    .optional()
    .describe('In place of images: a file that inspect --json printed, or a part of such a document.'),
  os: text(200).optional().describe('As --os.'),
  set: z.record(z.string(), z.unknown()).meta(effectMapSchema('one')).optional().describe('As --set KEY=VALUE.'),
  emit: list(16).min(1).optional().describe('As --emit. Default libvirt-xml.'),
  host: list(16).optional().describe('As --host: files relative to this one.'),
  waivers: list(16).optional().describe('As --waivers: files relative to this one.'),
  now: text(100).optional().describe('As --now: an ISO 8601 time.'),
  strict: z.boolean().optional().describe('As --strict: warnings deny.'),
  expect: expectSchema.describe('What has to come of it.'),
});

export const suiteSchema = z
  .strictObject({
    $schema: z.string().max(500).optional().describe('For editors; ignored.'),
    schema: z.literal(SUITE_SCHEMA_ID).describe('Kind and version of this document.'),
    policy: list(32)
      .min(1)
      .optional()
      .describe(
        'The policies under test: preset:NAME, or files relative to this one. Default: the policy beside this file, strict.yaml for strict.test.yaml.',
      ),
    cases: z.array(caseSchema).min(1).max(MAX_CASES).describe('The cases, each a run of its own.'),
  })
  .meta({ title: 'vm-import policy test', description: 'What a policy is to do with which images.' });

export type ImageInput = z.infer<typeof imageSchema>;
export type CaseInput = z.infer<typeof caseSchema>;

/** The published JSON Schema of a file of policy tests. */
export function suiteJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(suiteSchema, { target: 'draft-2020-12', io: 'input' });
}
