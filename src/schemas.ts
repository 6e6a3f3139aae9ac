/**
 * The documents of vm-import as zod schemas and JSON Schemas (`import ... from 'vm-import/schemas'`). Apart from the
 * main entry because zod takes longer to load than a plan takes to make.
 */
import { z } from 'zod';
import { planSchema } from './emitters/plan/schema.ts';
import { evidenceSchema } from './facts/evidence-schema.ts';
import { policyTestReportSchema } from './facts/policy-test-schema.ts';
import { reportSchema } from './facts/report-schema.ts';
import { hintJsonSchema } from './hints/schema.ts';
import { hostJsonSchema } from './host/schema.ts';
import { policyJsonSchema } from './policy/schema.ts';
import { suiteJsonSchema } from './policy/suite/schema.ts';
import { waiversJsonSchema } from './policy/waivers/schema.ts';

export { parsePlan, planSchema } from './emitters/plan/schema.ts';
export { evidenceSchema, parseEvidence } from './facts/evidence-schema.ts';
export { policyTestReportSchema } from './facts/policy-test-schema.ts';
export { parseReport, reportSchema } from './facts/report-schema.ts';
export { policySchema } from './policy/schema.ts';
export { suiteSchema } from './policy/suite/schema.ts';
export { waiversSchema } from './policy/waivers/schema.ts';

type DocumentKind =
  | 'evidence'
  | 'hints'
  | 'host'
  | 'plan'
  | 'policy'
  | 'policy-test'
  | 'policy-test-report'
  | 'report'
  | 'waivers';

/** JSON Schemas (draft 2020-12) by kind of document, as published in `docs/schemas/`. */
export function jsonSchemas(): Readonly<Record<DocumentKind, unknown>> {
  return {
    evidence: z.toJSONSchema(evidenceSchema),
    hints: hintJsonSchema(),
    host: hostJsonSchema(),
    plan: z.toJSONSchema(planSchema),
    policy: policyJsonSchema(),
    'policy-test': suiteJsonSchema(),
    'policy-test-report': z.toJSONSchema(policyTestReportSchema),
    report: z.toJSONSchema(reportSchema),
    waivers: waiversJsonSchema(),
  };
}
