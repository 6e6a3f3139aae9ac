import { z } from 'zod';
import type { HostCapabilities } from '../facts/index.ts';
import { pointerStep } from '../facts/text.ts';

const HOST_SCHEMA_ID = 'vm-import/host@1';

const word = z.string().max(4096);
const names = z.array(word).max(10_000).readonly();

const domain = z
  .strictObject({
    uri: word.describe('The document this was read from.'),
    architecture: word,
    machine: word.describe('Family of the machine type, e.g. q35.'),
    canonicalMachine: word.describe('Versioned machine type, e.g. pc-q35-7.2.'),
    virtType: z.enum(['kvm', 'qemu']),
    maxVcpus: z.number().int().positive().nullable(),
    firmware: names.nullable().describe('What libvirt can select by itself; null is unknown, here and below.'),
    secureBoot: z.boolean().nullable().describe('Whether Secure Boot can be enforced.'),
    cpuModes: names.nullable(),
    diskBuses: names.nullable(),
    videoModels: names.nullable(),
    graphics: names.nullable(),
    tpmModels: names.nullable(),
    tpmVersions: names.nullable().describe('Versions of an emulated TPM.'),
    rngModels: names.nullable(),
    hyperv: names.nullable().describe('Hyper-V enlightenments.'),
    launchSecurity: z.record(word, z.boolean()).readonly().describe('Confidential computing: supported or not.'),
  })
  .readonly();

const guest = z
  .strictObject({ uri: word, architecture: word, virtTypes: names, machines: names })
  .readonly()
  .describe('One architecture of a capabilities document.');

const file = { path: word.regex(/^\//).describe('Absolute path.'), format: z.enum(['raw', 'qcow2']) };

const firmware = z
  .strictObject({
    uri: word,
    description: word,
    interfaces: names,
    device: z.enum(['flash', 'kernel', 'memory']),
    mode: z.enum(['split', 'combined', 'stateless']).nullable(),
    executable: z.strictObject(file).readonly(),
    template: z
      .strictObject({ ...file, size: z.number().int().nonnegative().nullable().describe('Bytes the guest sees.') })
      .readonly()
      .nullable()
      .describe('What the variable store is first copied from.'),
    targets: z
      .array(z.strictObject({ architecture: word, machines: names }).readonly())
      .max(1000)
      .readonly(),
    features: names,
    present: z.boolean().nullable().describe('Whether all its files are there.'),
  })
  .readonly()
  .describe('A QEMU firmware descriptor, in the words of docs/interop/firmware.json.');

const version = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9}){1,3}$/)
  .nullable()
  .default(null);

const hostSchema = z
  .strictObject({
    schema: z.literal(HOST_SCHEMA_ID),
    uris: names.describe('The documents this snapshot was made from.'),
    domains: z.array(domain).max(1000).readonly(),
    guests: z.array(guest).max(1000).readonly().nullable().describe('null when no capabilities document was given.'),
    firmwares: z
      .array(firmware)
      .max(1000)
      .readonly()
      .nullable()
      .default(null)
      .describe('In the order in which libvirt tries them; null when no descriptor was given.'),
    libvirtVersion: version,
    qemuVersion: version,
  })
  .meta({ title: 'vm-import host', description: 'What a host can do, as vm-import host snapshot saves it.' });

/** The published JSON Schema of a saved snapshot. */
export function hostJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(hostSchema, { target: 'draft-2020-12', io: 'input' });
}

export type SnapshotReading =
  | { readonly host: HostCapabilities }
  | { readonly problem: string; readonly pointer: string };

/** Reads parsed JSON; `pointer` is a JSON pointer. */
export function readSnapshot(data: unknown): SnapshotReading {
  const parsed = hostSchema.safeParse(data);
  if (parsed.success) {
    const { schema: _schema, ...host } = parsed.data;
    return { host };
  }
  const issue = parsed.error.issues[0];
  const pointer = (issue?.path ?? []).map((step) => `/${pointerStep(String(step))}`);
  return { problem: (issue?.message ?? 'not a snapshot').replace(/\.$/, ''), pointer: pointer.join('') };
}
