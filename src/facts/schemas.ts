/**
 * zod schemas of the evidence and report documents (contract, section 7). Only those who read documents back import
 * this: zod takes longer to load than a plan takes to make.
 */
import { z } from 'zod';
import { EXIT, ORIGINS } from '../diagnostics/index.ts';
import { VERDICTS } from '../diagnostics/verdict.ts';
import {
  BOOT_CODE_KINDS,
  type ContentDetails,
  type Partition,
  type PartitionRole,
  type Proof,
  TABLE_KINDS,
} from './content.ts';
import type { EvidenceDocument, FindingDocument, ReportDocument } from './documents.ts';
import { COMPRESSORS, type Json, PAYLOADS, type Wrapping } from './evidence.ts';
import { KEY_NAMES, keyPath, parseKeyPath } from './keys.ts';
import { OS_NAME_SCHEMES } from './machine.ts';
import { type Decision, LOSS_REASONS, OBSTACLES, type Obstacle } from './plan.ts';
import { ARCHITECTURES } from './platforms.ts';
import { RULE_OUTCOMES } from './policy.ts';
import { STRENGTHS, type Vote } from './vote.ts';

const text = z.string();
const bytes = z.int().nonnegative();
const json: z.ZodType<Json> = z.json();
const key = z.enum(KEY_NAMES).describe('a key of the vocabulary');
const subject = z
  .string()
  .regex(/^(disk|nic)\d+$/)
  .nullable()
  .describe('the device the key belongs to; null for the whole machine');
export const valueSchema = z
  .union([z.string(), z.number(), z.boolean()])
  .meta({ id: 'Value', description: 'A value of the type its key takes' });
const origin = z.enum(ORIGINS);
const strength = z.enum(STRENGTHS);
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

const voteSchema = z.strictObject({
  key,
  subject,
  strength,
  said: strength.exactOptional().describe('What it was before the policy made a recommendation of it'),
  values: z.array(valueSchema).min(1),
  origin,
  uri: text.nullable(),
  pointer: text.nullable(),
  order: z.int(),
  disk: text.nullable(),
  rule: text.nullable(),
  locked: z.boolean(),
}) satisfies z.ZodType<Vote>;

const source = z.strictObject({
  uri: text,
  format: text.nullable().describe('a disk format, a container (tar+gzip) or a kind of descriptor; null is unknown'),
  size: bytes.nullable().describe('bytes of the file'),
  bytesRead: bytes.describe('bytes fetched from the source'),
  digest: text.nullable().describe('sha256:..., when it was computed'),
});

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
    sources: z.array(source),
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

const speaker = {
  origin: origin.describe('Who says it'),
  strength,
  values: z.array(valueSchema).min(1).readonly().describe('Everything the vote names, best first'),
  uri: text.nullable().describe('The document it stands in'),
  pointer: text.nullable().describe('The place inside that document'),
  rule: text.nullable().describe('The policy rule behind it'),
};

const winner = z.strictObject(speaker).meta({ id: 'Winner', description: 'A vote that the decided value satisfies' });

const obstacle = z
  .strictObject({
    kind: z.enum(OBSTACLES).describe('The origin of another vote, or what else can stand in the way'),
    id: text.nullable().describe('The rule, the compatibility row, the system, the setting or the disk'),
    reason: text.describe('In words'),
    uri: text.nullable(),
    pointer: text.nullable(),
  })
  .meta({ id: 'Obstacle', description: 'What stood in the way of a value' }) satisfies z.ZodType<Obstacle>;

const loser = z
  .strictObject({
    ...speaker,
    value: valueSchema,
    why: z.enum(LOSS_REASONS),
    by: text.nullable().describe('The short name of what removed it; null: rank alone'),
    removedBy: obstacle.nullable().describe('What removed it, with its reason; null: rank alone'),
  })
  .meta({ id: 'Loser', description: 'A value that was proposed and does not hold' });

export const decisionSchema = z
  .strictObject({
    key,
    subject,
    value: valueSchema.nullable().describe('null: undecided'),
    winner: winner.nullable(),
    agreed: z
      .array(winner)
      .readonly()
      .describe('Votes that the value satisfies besides the winner, be it as a later choice'),
    lost: z.array(loser).readonly().describe('Values that were asked for and do not hold'),
    minimum: z.number().exactOptional(),
    maximum: z.number().exactOptional(),
  })
  .refine((decision) => parseKeyPath(keyPath(decision.key, decision.subject)) !== undefined, {
    error: 'the subject is not a device of the kind the key belongs to',
    path: ['subject'],
  })
  .meta({
    id: 'Decision',
    description: 'One decided key with everybody who spoke on it',
  }) satisfies z.ZodType<Decision>;

export const reportSchema = z
  .strictObject({
    schema: z.literal('vm-import/report@1'),
    verdict: z.enum(VERDICTS),
    sources: z.array(source),
    findings: z.array(findingSchema),
    decisions: z.array(decisionSchema),
    checks: z
      .array(
        z.strictObject({
          rule: text,
          title: text.nullable(),
          phase: z.enum(['vote', 'verify']),
          outcome: z.enum(RULE_OUTCOMES),
          message: text.nullable().describe('why the rule says what it says, in the words of its author'),
          audited: z.boolean(),
          uri: text,
          pointer: text,
          docs: text.nullable(),
          tags: z.array(text).readonly(),
        }),
      )
      .describe('every rule of the policy, and what came of it'),
    targets: z.record(
      z.string(),
      z.array(
        z.strictObject({
          key: text,
          outcome: z.enum(['kept', 'changed', 'dropped', 'inexpressible']),
          note: text,
        }),
      ),
    ),
  })
  .meta({ title: 'vm-import report', description: 'One verdict, everything found, everything decided' });

/** Reads back what `inspect --json` printed. Throws ZodError. */
export function parseEvidence(document: unknown): EvidenceDocument {
  return evidenceSchema.parse(document);
}

/** Reads back what `--report json` printed. Throws ZodError. */
export function parseReport(document: unknown): ReportDocument {
  return reportSchema.parse(document);
}
