/**
 * zod schema of the evidence document (contract, section 7). Only those who read documents back import this: zod takes
 * longer to load than a plan takes to make.
 */
import { z } from 'zod';
import {
  BOOT_CODE_KINDS,
  type ContentDetails,
  type Partition,
  type PartitionRole,
  type Proof,
  TABLE_KINDS,
} from './content.ts';
import type { EvidenceDocument } from './documents.ts';
import { COMPRESSORS, type Json, PAYLOADS, type Wrapping } from './evidence.ts';
import { OS_NAME_SCHEMES } from './machine.ts';
import { ARCHITECTURES } from './platforms.ts';
import {
  findingSchema,
  keySchema,
  originSchema,
  sourceSchema,
  strengthSchema,
  subjectSchema,
  valueSchema,
} from './schema-parts.ts';
import type { Vote } from './vote.ts';

const text = z.string();
const bytes = z.int().nonnegative();
const json: z.ZodType<Json> = z.json();

const voteSchema = z.strictObject({
  key: keySchema,
  subject: subjectSchema,
  strength: strengthSchema,
  said: strengthSchema.exactOptional().describe('What it was before the policy made a recommendation of it'),
  values: z.array(valueSchema).min(1),
  origin: originSchema,
  uri: text.nullable(),
  pointer: text.nullable(),
  order: z.int(),
  disk: text.nullable(),
  rule: text.nullable(),
  locked: z.boolean(),
}) satisfies z.ZodType<Vote>;

/** A part of a file. */
export const sliceSchema = z.strictObject({ offset: bytes, size: bytes });

/** One wrapping around a disk. */
export const wrappingSchema = z.union([
  z.strictObject({ kind: z.literal('tar'), members: z.array(text).min(1).readonly() }),
  z.strictObject({ kind: z.literal('pieces'), paths: z.array(text).min(1).readonly() }),
  z.strictObject({ kind: z.enum(COMPRESSORS) }),
]) satisfies z.ZodType<Wrapping>;

const partition = z.strictObject({
  index: z.int().positive(),
  table: z.enum(TABLE_KINDS),
  typeId: text.describe('type GUID in lower case, or type byte'),
  typeName: text.nullable(),
  role: text.nullable().describe('esp, bios-boot, msr, root-x86-64, ...') as unknown as z.ZodType<PartitionRole>,
  name: text.nullable(),
  start: bytes,
  size: bytes,
  active: z.boolean(),
  filesystem: text.nullable(),
}) satisfies z.ZodType<Partition>;

const architecture = z.enum(ARCHITECTURES);

const content = z.strictObject({
  table: z.enum(TABLE_KINDS).nullable(),
  sectorSize: bytes.nullable(),
  hybrid: z.boolean(),
  bootCode: z.enum(BOOT_CODE_KINDS).nullable(),
  volumeBootCode: z.enum(BOOT_CODE_KINDS).nullable(),
  loaders: z
    .array(
      z.strictObject({
        partition: z.int().nullable(),
        path: text,
        architecture: architecture.nullable(),
        efi: z.boolean(),
        signed: z.boolean().describe('a certificate table is there; nobody has checked it'),
        uki: z.boolean(),
        fallback: z.boolean().describe('firmware finds it without a boot entry'),
      }),
    )
    .nullable(),
  fallback: z.array(architecture),
  filesystem: text.nullable(),
  kernel: z.strictObject({ kind: text, architecture: architecture.nullable(), version: text.nullable() }).nullable(),
  ramdisk: text.nullable(),
  iso: z
    .strictObject({
      volume: text.nullable(),
      entries: z.array(
        z.strictObject({ platform: z.enum(['bios', 'uefi', 'ppc', 'mac', 'unknown']), sector: z.int().nonnegative() }),
      ),
    })
    .nullable(),
}) satisfies z.ZodType<ContentDetails>;

const proof = z.strictObject({
  pointer: text,
  offset: bytes,
  hex: z.string().regex(/^([0-9a-f]{2}){0,64}$/),
  what: text,
}) satisfies z.ZodType<Proof>;

const disk = z.strictObject({
  id: z.string().regex(/^disk\d+$/),
  uri: text,
  path: text.nullable(),
  format: text,
  payload: z.enum(PAYLOADS),
  virtualSize: bytes.nullable().describe('bytes the guest sees; null is unknown'),
  fileSize: bytes,
  device: z.boolean().describe('whether it is a block device'),
  backing: z
    .array(z.strictObject({ name: text, path: text.nullable(), format: text.nullable() }))
    .nullable()
    .describe('layers below, nearest first'),
  encrypted: z.boolean(),
  bootable: z.boolean().nullable().describe('null is unknown'),
  slice: sliceSchema.nullable().describe('where the disk lies in its file, when it lies there among other things'),
  wrapping: z.array(wrappingSchema).readonly().describe('what the disk is wrapped in, from the file inwards'),
  partitions: z.array(partition),
  content: content.nullable().describe('what the guest-visible bytes show; null when they could not be read'),
  proofs: z.array(proof).describe('the bytes behind the votes of origin content'),
  details: z.record(z.string(), json).describe("fields of the format, in the format's own terms"),
});

export const evidenceSchema = z
  .strictObject({
    schema: z.literal('vm-import/evidence@1'),
    machine: z.strictObject({ name: text, labels: z.record(z.string(), text) }),
    sources: z.array(sourceSchema),
    disks: z.array(disk),
    nics: z.array(
      z.strictObject({
        id: text,
        model: text.nullable().describe('on the source hypervisor, in its own terms'),
        mac: text.nullable(),
        network: text.nullable().describe('on the source hypervisor'),
        uri: text.nullable(),
        pointer: text.nullable(),
      }),
    ),
    drivers: z.array(z.strictObject({ disk: text.nullable(), boot: z.array(text), running: z.array(text) })),
    osNames: z
      .array(
        z.strictObject({
          scheme: z.enum(OS_NAME_SCHEMES).describe('whose list the name is from'),
          name: text,
          version: text.nullable(),
          producer: text.nullable(),
          uri: text,
          pointer: text,
        }),
      )
      .describe('what documents call the operating system, best first'),
    extensions: z.record(z.string(), json),
    votes: z.array(voteSchema),
    findings: z.array(findingSchema),
  })
  .meta({ title: 'vm-import evidence', description: 'What was read from the sources, before anything is decided' });

/** Reads back what `inspect --json` printed. Throws ZodError. */
export function parseEvidence(document: unknown): EvidenceDocument {
  return evidenceSchema.parse(document);
}
