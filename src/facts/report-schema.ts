/**
 * zod schemas of decisions and of the report document (contract, section 7). Only those who read documents back import
 * this: zod takes longer to load than a plan takes to make.
 */
import { z } from 'zod';
import { VERDICTS } from '../diagnostics/verdict.ts';
import type { ReportDocument } from './documents.ts';
import { keyPath, parseKeyPath } from './keys.ts';
import { type Decision, LOSS_REASONS, OBSTACLES, type Obstacle } from './plan.ts';
import { RULE_OUTCOMES } from './policy.ts';
import {
  findingSchema,
  keySchema,
  originSchema,
  sourceSchema,
  strengthSchema,
  subjectSchema,
  valueSchema,
} from './schema-parts.ts';

const text = z.string();

const speaker = {
  origin: originSchema.describe('Who says it'),
  strength: strengthSchema,
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
    key: keySchema,
    subject: subjectSchema,
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
    sources: z.array(sourceSchema),
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

/** Reads back what `--report json` printed. Throws ZodError. */
export function parseReport(document: unknown): ReportDocument {
  return reportSchema.parse(document);
}
