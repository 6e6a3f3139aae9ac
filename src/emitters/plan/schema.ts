import { z } from 'zod';
import { VmImportError } from '../../diagnostics/index.ts';
import { sliceSchema, wrappingSchema } from '../../facts/evidence-schema.ts';
import type { Plan } from '../../facts/index.ts';
import { PAYLOADS, parseKeyPath, parseValue } from '../../facts/index.ts';
import { decisionSchema } from '../../facts/report-schema.ts';
import { valueSchema } from '../../facts/schema-parts.ts';
import { PLAN_SCHEMA } from '../document.ts';
import { diagnostics } from './diagnostics.ts';

const absolutePath = z
  .string()
  .regex(/^\/[^\0]*$/)
  .describe('Absolute path');
const bytes = z.int().min(0);
const bootOrder = z.int().min(1).nullable().describe('1 for the first device to boot from');

const words = z.array(z.string()).readonly();
const file = z.strictObject({
  path: absolutePath,
  format: z.string(),
  command: words.describe('What makes it'),
  alternatives: z.array(words).readonly().describe('Other commands that make the same file'),
});

const disk = z
  .strictObject({
    id: z.string().regex(/^disk\d+$/),
    uri: z.string(),
    path: absolutePath,
    format: z.string(),
    payload: z.enum(PAYLOADS).describe('What the bytes are'),
    bootable: z.boolean().nullable().describe('Whether it starts by itself; null is unknown'),
    slice: sliceSchema.nullable().describe('Where the disk lies in the file'),
    wrapping: z.array(wrappingSchema).readonly().describe('What the disk is wrapped in, from the file inwards'),
    copy: file.nullable().describe('The file that has to be made first and is used instead'),
    overlay: file.nullable().describe('The file that has to be made first and takes what the guest writes'),
    virtualSize: bytes.nullable().describe('Bytes the guest sees'),
    fileSize: bytes.describe('Bytes of the file'),
    device: z.boolean().describe('Whether it is a block device'),
    encrypted: z.boolean(),
    details: z.record(z.string(), z.json()).describe('Fields of the format'),
    backing: z
      .array(z.strictObject({ name: z.string(), path: absolutePath.nullable(), format: z.string().nullable() }))
      .readonly()
      .describe('Layers below, nearest first'),
    bootOrder,
  })
  .meta({ id: 'PlanDisk', description: 'A disk of the machine' });

const values = z
  .record(z.string(), valueSchema)
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

const firmwareFormat = z.enum(['raw', 'qcow2']);
const firmware = z.strictObject({
  loader: z.strictObject({ path: absolutePath, format: firmwareFormat, type: z.enum(['pflash', 'rom']) }),
  template: z.strictObject({ path: absolutePath, format: firmwareFormat }).nullable(),
  reason: z.string(),
});

/** The plan document, contract section 7. */
export const planSchema = z
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
    cdroms: z
      .array(
        z.strictObject({
          id: z.string().regex(/^cdrom\d+$/),
          path: absolutePath,
          slice: sliceSchema.nullable().describe('Where the disc lies in the file'),
          bootOrder,
        }),
      )
      .readonly(),
    nics: z.array(z.strictObject({ id: z.string().regex(/^nic\d+$/), bootOrder })).readonly(),
    firmwareFiles: firmware.nullable().describe('UEFI firmware by its files; null: libvirt selects it'),
    enlightenments: z.array(z.string()).readonly().nullable().describe('Hyper-V enlightenments of the host'),
    kernel: absolutePath.nullable().describe('Direct kernel boot'),
    initrd: absolutePath.nullable(),
    hostFirmware: firmware.nullable().describe('Firmware of the host by its files, for targets without libvirt'),
    decisions: z.array(decisionSchema).readonly(),
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
  const result = planSchema.safeParse(json(text));
  if (result.success) {
    const { schema: _schema, ...plan } = result.data;
    return plan;
  }
  const [issue] = result.error.issues;
  const pointer = `/${(issue?.path ?? []).map(String).join('/')}`;
  throw new VmImportError(diagnostics.invalid({ pointer, reason: issue?.message ?? 'unknown' }));
}
