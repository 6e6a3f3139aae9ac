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

const hostSchema = z
  .strictObject({
    schema: z.literal(HOST_SCHEMA_ID),
    uris: names.describe('The documents this snapshot was made from.'),
    domains: z.array(domain).max(1000).readonly(),
    guests: z.array(guest).max(1000).readonly().nullable().describe('null when no capabilities document was given.'),
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
    const { uris, domains, guests } = parsed.data;
    return { host: { uris, domains, guests } };
  }
  const issue = parsed.error.issues[0];
  const pointer = (issue?.path ?? []).map((step) => `/${pointerStep(String(step))}`);
  return { problem: (issue?.message ?? 'not a snapshot').replace(/\.$/, ''), pointer: pointer.join('') };
}
