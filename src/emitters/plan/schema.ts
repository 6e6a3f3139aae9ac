import { z } from 'zod';
import { ORIGINS, VmImportError } from '../../diagnostics/index.ts';
import type { Plan } from '../../facts/index.ts';
import { KEY_NAMES, keyPath, LOSS_REASONS, parseKeyPath, parseValue, STRENGTHS } from '../../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
import { PLAN_SCHEMA } from './document.ts';

const value = z
  .union([z.string(), z.number(), z.boolean()])
  .meta({ id: 'Value', description: 'A value of the type its key takes' });

const voice = {
  origin: z.enum(ORIGINS).describe('Who says it'),
  strength: z.enum(STRENGTHS),
  uri: z.string().nullable().describe('The document it stands in'),
  pointer: z.string().nullable().describe('The place inside that document'),
  rule: z.string().nullable().describe('The policy rule behind it'),
};

const winner = z.strictObject(voice).meta({ id: 'Winner', description: 'The vote that settled a key' });

const loser = z
  .strictObject({
    value,
    ...voice,
    why: z.enum(LOSS_REASONS),
    by: z.string().nullable().describe('What removed it: a compatibility row, a host document, another vote'),
  })
  .meta({ id: 'Loser', description: 'A value that was proposed and does not hold' });

const decision = z
  .strictObject({
    key: z.enum(KEY_NAMES),
    subject: z.string().nullable().describe('disk0, nic1, ...; null for the whole machine'),
    value: value.nullable().describe('null: unresolved'),
    minimum: z.number().exactOptional(),
    maximum: z.number().exactOptional(),
    winner: winner.nullable(),
    agreed: z.array(winner).readonly(),
    lost: z.array(loser).readonly(),
  })
  .refine(({ key, subject }) => parseKeyPath(keyPath(key, subject)) !== undefined, {
    error: 'the subject is not a device of the kind the key belongs to',
    path: ['subject'],
  })
  .meta({ id: 'Decision', description: 'One decided key with everybody who spoke on it' });

const absolutePath = z
  .string()
  .regex(/^\/[^\0]*$/)
  .describe('Absolute path');
const bytes = z.int().min(0);
const bootOrder = z.int().min(1).nullable().describe('1 for the first device to boot from');

const disk = z
  .strictObject({
    id: z.string().regex(/^disk\d+$/),
    uri: z.string(),
    path: absolutePath,
    format: z.string(),
    virtualSize: bytes.nullable().describe('Bytes the guest sees'),
    fileSize: bytes.describe('Bytes of the file'),
    backing: z
      .array(z.strictObject({ name: z.string(), path: absolutePath.nullable(), format: z.string().nullable() }))
      .readonly()
      .describe('Layers below, nearest first'),
    bootOrder,
  })
  .meta({ id: 'PlanDisk', description: 'A disk of the machine' });

const values = z
  .record(z.string(), value)
  .superRefine((record, context) => {
    for (const [path, found] of Object.entries(record)) {
      const parsed = parseKeyPath(path);
      if (parsed === undefined) {
        context.addIssue({ code: 'custom', path: [path], message: 'no such key' });
      } else if (parseValue(parsed.key, found, { pinned: true }) !== found) {
        context.addIssue({ code: 'custom', path: [path], message: 'not a value of this key' });
      }
    }
  })
  .describe('Decided values by key path: firmware, disk-bus.disk0');

/** The plan document, contract section 7. */
export const planDocument = z
  .strictObject({
    schema: z.literal(PLAN_SCHEMA),
    name: z.string().min(1).max(200),
    uuid: z.guid().nullable(),
    title: z.string().nullable(),
    description: z.string().nullable(),
    values,
    os: z
      .strictObject({
        id: z.string().describe('libosinfo id'),
        shortId: z.string(),
        name: z.string(),
        version: z.string().nullable(),
        family: z.string().nullable(),
        distro: z.string().nullable(),
      })
      .nullable(),
    disks: z.array(disk).readonly(),
    cdroms: z.array(z.strictObject({ id: z.string().regex(/^cdrom\d+$/), path: absolutePath, bootOrder })).readonly(),
    nics: z.array(z.strictObject({ id: z.string().regex(/^nic\d+$/), bootOrder })).readonly(),
    kernel: absolutePath.nullable().describe('Direct kernel boot'),
    initrd: absolutePath.nullable(),
    decisions: z.array(decision).readonly(),
  })
  .meta({
    title: 'vm-import plan, version 1',
    description: 'Everything an emitter needs to write a machine down, and why each value was chosen',
  });

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unreadable';
    throw new VmImportError(diagnostics['not-json']({ reason }), { cause });
  }
}

/** Reads what the plan emitter wrote. Throws VmImportError (exit 3) for anything else. */
export function parsePlan(text: string): Plan {
  const result = planDocument.safeParse(json(text));
  if (result.success) {
    const { schema: _schema, ...plan } = result.data;
    return plan;
  }
  const [issue] = result.error.issues;
  const pointer = `/${(issue?.path ?? []).map(String).join('/')}`;
  throw new VmImportError(diagnostics.invalid({ pointer, reason: issue?.message ?? 'unknown' }));
}
