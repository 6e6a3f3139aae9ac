import { z } from 'zod';
import { type Json, KEY_NAMES, type Key, type KeySpec, keySpec } from '../facts/index.ts';
import { HARDWARE_KEYS, MAX_DESCRIPTION, MAX_EXTENSIONS, MAX_LIST, MAX_TITLE } from './document.ts';
import { isOsName } from './keys.ts';
import { isForeign } from './spelling.ts';
import { DRIVERS, isReverseDns, QEMU_NAMES, REVERSE_DNS, TOP_MEMBERS } from './vocabulary.ts';

/**
 * The same document as `normalise` reads, said in zod: the published JSON Schema is generated from it. Reading does
 * not use it, because a document with one bad hint is still read, and each bad hint is reported on its own; a test
 * holds the two together.
 */
function valueSchema(key: Key, spec: KeySpec): z.ZodType {
  switch (spec.type) {
    case 'enum':
      // pc is a family name too, that of i440fx
      return z.enum(key === 'machine' ? [...spec.values, 'pc'] : [...spec.values]);
    case 'boolean':
      return z.boolean();
    case 'integer':
      return z.int().min(spec.min).max(spec.max);
    case 'string': {
      const text = z.string().regex(spec.pattern).max(spec.maxLength);
      return key === 'os' ? text.refine(isOsName, 'not a libosinfo id or short-id') : text;
    }
  }
}

interface KeySchemas {
  /** A value, a list or an object of strengths. */
  readonly whole: z.ZodType;
  readonly strengths: Readonly<Record<string, z.ZodType>>;
}

function schemasOf(key: Key): KeySchemas {
  const spec = keySpec(key);
  const value = valueSchema(key, spec);
  const list = z.array(value).min(1).max(MAX_LIST);
  // named, so that the JSON Schema says it once and refers to it from every spelling
  const said = z.union([value, list]).meta({ id: `${key}-values` });
  const bounds =
    spec.type === 'integer'
      ? { minimum: value.describe('Not less than this.'), maximum: value.describe('Not more than this.') }
      : {};
  const strengths: Readonly<Record<string, z.ZodType>> = {
    required: said.describe('One of these must hold; an import that cannot give one of them is stopped.'),
    recommended: said.describe('Preferred values, best first.'),
    forbidden: said.describe('None of these may be used.'),
    ...bounds,
  };
  const object = z.strictObject(mapValues(strengths, (schema) => schema.optional()));
  return { whole: z.union([said, object]).meta({ id: key, description: spec.about }), strengths };
}

/** Both spellings; unknown names are refused here, so that an editor shows what reading would only warn of. */
export const hintDocumentSchema = z
  .object({
    vmHints: z.literal(1).describe('Version of the document.'),
    $schema: z.unknown().optional().describe('For editors; says nothing.'),
    title: z.string().max(MAX_TITLE).optional().describe('One line, shown to people.'),
    description: z.string().max(MAX_DESCRIPTION).optional().describe('Free text, shown to people.'),
    'kernel-args': z
      .string()
      .regex(/^[\x20-\x7e]+$/)
      .max(2048)
      .optional()
      .describe(keySpec('kernel-args').about),
    ...members(),
  })
  .catchall(z.unknown())
  .superRefine((document, context) => {
    const foreign = Object.keys(document).filter((name) => !OWN.has(name));
    for (const name of foreign) {
      const extension = name.startsWith('extensions.') && isReverseDns(name.slice('extensions.'.length));
      if (!extension && !isForeign(name)) {
        context.addIssue({ code: 'unrecognized_keys', keys: [name], input: document });
      }
    }
  })
  .meta({
    title: 'vm-import hint document, version 1',
    description:
      'What a disk image needs from the virtual machine that runs it. A hint can stand in the tree ("hardware": {"firmware": …}) or flat ("hardware.firmware": …), but not in both.',
  });

const OWN: ReadonlySet<string> = new Set([...TOP_MEMBERS, ...Object.keys(members())]);

function members(): Readonly<Record<string, z.ZodType>> {
  const driver = z.enum(DRIVERS);
  const drivers = z.union([driver, z.array(driver).max(DRIVERS.length)]);
  const image = {
    uuid: z
      .string()
      .regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/)
      .describe('UUID of the disk the document belongs to.'),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/)
      .describe('SHA-256 of the disk file the document belongs to.'),
  };
  const driverSets = {
    boot: drivers.describe('Devices the system can boot from.').meta({ id: 'driver-list' }),
    running: drivers.describe('Devices the system can use once it runs.'),
  };
  const keys = new Map(HARDWARE_KEYS.map((key) => [key, schemasOf(key)] as const));
  const os = schemasOf('os');
  const flat: Record<string, z.ZodType> = {};
  for (const [key, { whole, strengths }] of keys) {
    flat[`hardware.${key}`] = whole;
    for (const [strength, schema] of Object.entries(strengths)) flat[`hardware.${key}.${strength}`] = schema;
  }
  for (const [name, { key, strength }] of QEMU_NAMES) {
    const { whole, strengths } = keys.get(key) ?? os;
    flat[`qemu.${name}`] = (strength === null ? whole : strengths[strength]) ?? whole;
    if (strength !== null) continue;
    for (const [inner, schema] of Object.entries(strengths)) flat[`qemu.${name}.${inner}`] = schema;
  }
  for (const [strength, schema] of Object.entries(os.strengths)) flat[`os.${strength}`] = schema;
  for (const [name, schema] of Object.entries(driverSets)) flat[`drivers.${name}`] = schema;
  for (const [name, schema] of Object.entries(image)) flat[`image.${name}`] = schema;
  const optional = (schema: z.ZodType): z.ZodType => schema.optional();
  return {
    os: os.whole.optional(),
    image: z.strictObject(mapValues(image, optional)).optional().describe('Ties a document beside a disk to it.'),
    hardware: z
      .strictObject(Object.fromEntries([...keys].map(([key, { whole }]) => [key, whole.optional()])))
      .optional()
      .describe('What the guest needs. A bare value or list is recommended.'),
    drivers: z.strictObject(mapValues(driverSets, optional)).optional().describe('Drivers the system has.'),
    extensions: z
      .record(z.string().regex(REVERSE_DNS).max(253), z.unknown())
      .refine((all) => Object.keys(all).length <= MAX_EXTENSIONS, 'too many extensions')
      .optional()
      .describe('Data of others under reverse-DNS names. Does nothing by itself; policies can see it.'),
    ...mapValues(flat, optional),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** Names of others at the top, as far as a pattern can tell them from ours; reading looks closer. */
const FOREIGN = `^(?!(?:${[...TOP_MEMBERS.map((name) => name.replace('$', '\\$')), 'qemu', ...KEY_NAMES].join('|')})\\.)${REVERSE_DNS.source.slice(1)}`;

export function hintJsonSchema(): Json {
  const generated = z.toJSONSchema(hintDocumentSchema, { target: 'draft-2020-12' });
  const { $schema, title, description, additionalProperties: _, $defs, ...rest } = generated;
  const schema = {
    $schema,
    title,
    description,
    ...rest,
    // the check of unknown names is code, which zod cannot express in JSON Schema
    patternProperties: { [FOREIGN]: {}, [`^extensions\\.${REVERSE_DNS.source.slice(1)}`]: {} },
    additionalProperties: false,
    $defs,
  };
  return JSON.parse(JSON.stringify(schema));
}
