import { EXIT, type ExitStatus, VmImportError } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import { isKey, KEY_NAMES, parseKeyPath } from '../facts/index.ts';
import { unknownKey } from '../plan/index.ts';
import { jsonText } from '../report/words.ts';
import type { Io } from './io.ts';
import type { DecisionArguments } from './options.ts';
import { usageError } from './usage.ts';

export interface ExplainArguments extends DecisionArguments {
  readonly topic: string;
  readonly json?: boolean | undefined;
}

/**
 * `explain KEY SOURCE...` argues a decision, `explain RULE` tells what a rule of a policy does and, with sources, what
 * came of it; `explain CODE` says what a finding means and what to do about it.
 */
export async function explainCommand(io: Io, args: ExplainArguments): Promise<ExitStatus> {
  const { topic } = args;
  const parsed = parseKeyPath(topic);
  if (parsed !== undefined) return (await import('./explain-key.ts')).explainKey(io, args, parsed.key);
  const { catalogue } = await import('./catalogue.generated.ts');
  const entry = catalogue.get(topic);
  if (entry !== undefined) {
    const { argueCode } = await import('../report/argue-code.ts');
    const document = { code: topic, ...entry.spec };
    io.stdout.write(args.json === true ? jsonText(document) : argueCode(topic, entry.spec));
    return EXIT.ok;
  }
  const { explainRule, knownRules } = await import('./explain-rule.ts');
  const rules = await knownRules(io, args);
  if (rules === null) return EXIT.usage;
  const rule = rules.get(topic);
  if (rule !== undefined) return explainRule(io, args, rule);
  if (isKey(topic.split('.', 1)[0] ?? '')) throw new VmImportError(unknownKey(topic));
  const meant = didYouMean(topic, [...KEY_NAMES, ...catalogue.keys(), ...rules.keys()]);
  throw usageError(
    `There is no key, finding or rule ${topic}.`,
    meant !== undefined
      ? `Did you mean ${meant}?`
      : args.policy === undefined
        ? 'A finding is named in brackets at the end of its line; a rule of your own needs its --policy.'
        : 'A finding is named in brackets at the end of its line.',
  );
}
