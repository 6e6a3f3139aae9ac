import type { KeySpec } from '../facts/index.ts';
import { KEY_NAMES, keySpec } from '../facts/index.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A policy may pin a versioned machine type (facts/platforms.ts): that is more than the enumeration says. */
const VERSIONED_MACHINE = {
  type: 'string',
  pattern: '^(pc-q35|pc-i440fx|pc|virt|pseries|s390-ccw-virtio)-[a-z]*[0-9][A-Za-z0-9.]*$',
};

/**
 * JSON Schema of a map from key to value, so that an editor completes and checks keys and values. What decides is
 * `parseValue`; this says the same in another language, and a test holds the two together.
 */
export function effectMapSchema(values: 'one' | 'one-or-null' | 'many'): Schema {
  return keyMap((name, spec) => {
    const one = valueSchema(name, spec);
    if (values === 'one') return one;
    return { anyOf: [one, values === 'many' ? { type: 'array', items: one, minItems: 1 } : { type: 'null' }] };
  });
}

/** JSON Schema of a map from numeric key to bounds. */
export function limitMapSchema(): Schema {
  return keyMap((_, spec) => {
    if (spec.type !== 'integer') return undefined;
    const bound = { type: 'integer', minimum: spec.min, maximum: spec.max };
    return {
      type: 'object',
      properties: { min: bound, max: bound },
      additionalProperties: false,
      minProperties: 1,
    };
  });
}

function keyMap(schemaOf: (name: string, spec: KeySpec) => Schema | undefined): Schema {
  const properties: Record<string, Schema> = {};
  const patternProperties: Record<string, Schema> = {};
  for (const name of KEY_NAMES) {
    const spec = keySpec(name);
    const schema = schemaOf(name, spec);
    if (schema === undefined) continue;
    properties[name] = { description: spec.about, ...schema };
    if (spec.scope === 'machine') continue;
    patternProperties[`^${name}\\.${spec.scope}(0|[1-9][0-9]{0,2})$`] = {
      description: `${spec.about}; of this one device`,
      ...schema,
    };
  }
  return { type: 'object', properties, patternProperties, additionalProperties: false, minProperties: 1 };
}

function valueSchema(name: string, spec: KeySpec): Schema {
  switch (spec.type) {
    case 'enum':
      if (name === 'machine') return { anyOf: [{ enum: [...spec.values, 'pc'] }, VERSIONED_MACHINE] };
      // YAML reads tpm: 2.0 as a number
      return { enum: name === 'tpm' ? [...spec.values, 1.2, 2] : [...spec.values] };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer', minimum: spec.min, maximum: spec.max };
    case 'string':
      return { type: 'string', pattern: spec.pattern.source, maxLength: spec.maxLength };
  }
}
