import { z } from 'zod';
import { effectMapSchema, limitMapSchema } from './vocabulary-schema.ts';

const POLICY_SCHEMA_ID = 'vm-import/policy@1';

const text = (max: number) => z.string().trim().min(1).max(max);

const RULE_ID = /^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$/;

/** Effects by name, in the order they are told. */
export const EFFECT_NAMES = ['set', 'require', 'prefer', 'default', 'forbid', 'limit'] as const;
export type EffectName = (typeof EFFECT_NAMES)[number];

/** What a rule of phase verify may not have: the plan it looks at is already made. */
export const VOTING_EFFECTS = ['set', 'require', 'prefer', 'default', 'forbid'] as const;

// keys and values of the effect maps are checked by effects.ts, which words its findings better than a schema can
const effects = z.record(z.string(), z.unknown());

const atLeastOne = [...EFFECT_NAMES, 'deny', 'warn'].map((name) => ({ required: [name] }));
// either the rule votes, or it has none of these
const verifyOnlyLooks = {
  anyOf: [
    { properties: { phase: { const: 'vote' } } },
    { properties: Object.fromEntries(VOTING_EFFECTS.map((name) => [name, false])) },
  ],
};

const SEVERITIES = ['error', 'warning', 'info'] as const;
const MODES = ['audit', 'enforce'] as const;

const ruleSchema = z
  .strictObject({
    id: text(100)
      .regex(RULE_ID, 'a dotted lower-case name such as site.no-legacy-windows')
      .describe('Stable dotted name. A rule of a later policy with the same id takes the place of this one.'),
    title: text(200).optional().describe('One line for lists and reports.'),
    phase: z
      .enum(['vote', 'verify'])
      .optional()
      .describe(
        'vote (default): sees the evidence and speaks before anything is decided. verify: sees the finished plan and may deny, warn or limit.',
      ),
    when: text(2000)
      .optional()
      .describe(
        'CEL condition; the rule applies when it is true. Variables: evidence, disks, nics, os, architecture, and in phase verify also plan["key"].',
      ),
    set: effects
      .meta(effectMapSchema('one'))
      .optional()
      .describe('Decides a key, above hints and flags: one value each.'),
    require: effects
      .meta(effectMapSchema('many'))
      .optional()
      .describe('One of these values must hold; what the image asks for still chooses among them.'),
    prefer: effects
      .meta(effectMapSchema('many'))
      .optional()
      .describe('Recommended values, best first, above what the image recommends.'),
    default: effects
      .meta(effectMapSchema('many'))
      .optional()
      .describe('Recommended values, best first, for when the image says nothing.'),
    forbid: effects
      .meta(effectMapSchema('many'))
      .optional()
      .describe('None of these values may hold; never yields to an image or a flag.'),
    limit: effects
      .meta(limitMapSchema())
      .optional()
      .describe('Bounds of numeric keys, inclusive. In phase verify the finished plan is checked against them.'),
    deny: text(1000).optional().describe('Denies the import with this message; {{ CEL }} inserts a value.'),
    warn: text(1000).optional().describe('Warns with this message; {{ CEL }} inserts a value.'),
    message: text(1000)
      .optional()
      .describe(
        'Why set, require, prefer, default, forbid or limit say what they say; {{ CEL }} inserts a value. Words of the finding of a limit in phase verify.',
      ),
    targets: z
      .array(text(50))
      .min(1)
      .max(32)
      .optional()
      .describe(
        'The rule concerns only imports for one of these targets (--emit). A name stands for those that begin with NAME- too: openstack for openstack-json.',
      ),
    mode: z
      .enum(MODES)
      .optional()
      .describe('audit: what the rule would do is told and has no effect. Default: the mode of the document.'),
    severity: z
      .enum(SEVERITIES)
      .optional()
      .describe('Of deny (default error), of warn (default warning; never error) or of a limit in phase verify.'),
    remedy: text(1000).optional().describe('What the reader of the message can do about it.'),
    docs: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional()
      .describe('A page that says more.'),
    tags: z.array(text(50)).max(32).optional().describe('Free words to select rules by.'),
    locked: z.boolean().optional().describe('true: neither a flag nor a later rule or policy weakens this rule.'),
  })
  .meta({ anyOf: atLeastOne, allOf: [verifyOnlyLooks] });

const overrideSchema = z
  .strictObject({
    severity: z
      .enum(['off', ...SEVERITIES])
      .optional()
      .describe('off: the rule is not applied.'),
    mode: z.enum(MODES).optional().describe('audit: what the rule would do is told and has no effect.'),
    locked: z.literal(true).optional().describe('Neither a flag nor a later rule or policy weakens the rule.'),
  })
  .meta({ minProperties: 1 });

export const policySchema = z
  .strictObject({
    $schema: z.string().max(500).optional().describe('For editors; ignored.'),
    schema: z.literal(POLICY_SCHEMA_ID).describe('Kind and version of this document.'),
    name: text(100)
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a word of letters, digits, dots, dashes')
      .describe('Name of the policy in lists and reports.'),
    extends: z
      .array(text(4096))
      .max(32)
      .optional()
      .describe(
        'Policies to start from: preset:NAME, or files relative to this one. Later ones win, and this file last.',
      ),
    mode: z
      .enum(MODES)
      .optional()
      .describe(
        'audit: this document and all it extends are tried out; what would happen is told and has no effect. Default enforce.',
      ),
    trust: z
      .strictObject({
        hints: z
          .enum(['honour', 'recommend', 'ignore'])
          .optional()
          .describe('How far an image binds: its required and forbidden hold, only recommend, or count for nothing.'),
      })
      .optional()
      .describe('How far the image is believed.'),
    disagreement: z
      .enum(['unresolved', 'warn', 'boot-disk-wins'])
      .optional()
      .describe('What happens when required hints of several disks contradict each other.'),
    allow: z
      .strictObject({
        'backing-files': z
          .literal('below-source')
          .optional()
          .describe('Accept disks with backing files, if these lie below the real directory of the overlay.'),
      })
      .optional()
      .describe('Exceptions from what is refused by default.'),
    osinfo: z
      .enum(['embedded', 'installed', 'newest'])
      .optional()
      .describe(
        'Which OS database answers: embedded (default), the one that comes with the program; installed, the osinfo-db of this machine with its overrides, where there is one; newest, the newer of both.',
      ),
    waivers: z
      .array(text(4096))
      .max(32)
      .optional()
      .describe('Waiver documents (vm-import/waivers@1), relative to this file.'),
    overrides: z
      .record(z.string(), z.union([z.enum(['off', ...SEVERITIES]), overrideSchema]))
      .optional()
      .describe(
        'Changes of rules that others wrote, by id: off, a severity, or a map of severity, mode and locked. Also severities of ordinary findings of vm-import by code, such as plan/os-unknown.',
      ),
    rules: z.array(ruleSchema).max(1000).optional().describe('The rules, in order; later ones win.'),
  })
  .meta({ title: 'vm-import policy', description: 'Rules of a site for imported virtual machines.' });

export type PolicyInput = z.infer<typeof policySchema>;
export type RuleInput = z.infer<typeof ruleSchema>;

/** The published JSON Schema of a policy file. */
export function policyJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(policySchema, { target: 'draft-2020-12', io: 'input' });
}
