import { z } from 'zod';
import { VERDICTS } from '../diagnostics/verdict.ts';
import type { PolicyTestReport } from './policy-test.ts';
import { findingSchema, valueSchema } from './schema-parts.ts';

const text = z.string();
const pointer = z
  .string()
  .regex(/^\d+:\d+$/)
  .describe('line:column');

const difference = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('verdict'), expected: z.enum(VERDICTS), got: z.enum(VERDICTS), pointer }),
  z.strictObject({
    kind: z.literal('missing'),
    list: z.enum(['findings', 'includes', 'audited', 'waived']),
    name: text,
    under: z
      .enum(['includes', 'audited', 'waived'])
      .nullable()
      .describe('the list that it could be expected in; null: it was not raised'),
    pointer,
  }),
  z.strictObject({
    kind: z.literal('unexpected'),
    list: z.enum(['findings', 'excludes']),
    name: text,
    message: text,
    pointer,
  }),
  z.strictObject({
    kind: z.literal('value'),
    key: text,
    expected: valueSchema.nullable().describe('null is undecided'),
    got: valueSchema.nullable(),
    pointer,
  }),
]);

const result = z.strictObject({
  name: text,
  pointer,
  outcome: z.enum(['passed', 'failed', 'error']).describe('error: it could not be run, as trouble says'),
  verdict: z.enum(VERDICTS).nullable(),
  differences: z.array(difference),
  findings: z.array(findingSchema).describe('everything that was found, expected or not'),
  trouble: findingSchema.nullable(),
});

const count = z.int().nonnegative();

/** What `policy test --json` prints. */
export const policyTestReportSchema = z
  .strictObject({
    schema: z.literal('vm-import/policy-test-report@1'),
    suites: z.array(z.strictObject({ uri: text, policy: z.array(text), cases: z.array(result) })),
    coverage: z.array(
      z.strictObject({
        rule: text,
        title: text.nullable(),
        uri: text,
        pointer,
        own: z.boolean().describe('in a policy under test; false for rules of what that policy extends'),
        audited: z.boolean().describe('in audit mode: what it would do is counted'),
        fired: count.describe('cases in which it acted'),
        silent: count.describe('cases in which it did not'),
        always: z.boolean().describe('it has no condition that could keep it silent'),
      }),
    ),
    broken: z
      .array(z.strictObject({ uri: text, findings: z.array(findingSchema) }))
      .describe('suites that could not be run, and why'),
  })
  .meta({
    title: 'vm-import policy test report',
    description: 'What came of policy tests',
  }) satisfies z.ZodType<PolicyTestReport>;
