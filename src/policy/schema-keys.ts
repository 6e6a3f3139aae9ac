import { z } from 'zod';

/** Keys that a schema knows at a path, for a suggestion; none where it takes any. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [step, ...rest] = path;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => keysAt(option, path)))];
  if (schema instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(schema.shape);
    const member: unknown = schema.shape[String(step)];
    return member instanceof z.core.$ZodType ? keysAt(member, rest) : [];
  }
  if (schema instanceof z.ZodArray && step !== undefined) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord && step !== undefined) return keysAt(schema.valueType, rest);
  return [];
}
