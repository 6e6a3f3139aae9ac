import { VmImportError } from '../diagnostics/index.ts';
import { didYouMean } from '../facts/did-you-mean.ts';
import { describeValues, KEY_NAMES, keySpec, parseKeyPath, parseValue, type Vote, vote } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';

/**
 * The vote of one `--set KEY=VALUE`, or of a flag that stands for it. Later flags win over earlier ones: `index` is
 * the position on the command line. Throws `plan/unknown-key` or `plan/bad-value` (exit 2).
 */
export function flagVote(path: string, raw: unknown, index: number, flag = '--set'): Vote {
  const parsed = parseKeyPath(path);
  if (parsed === undefined) throw new VmImportError(unknownKey(path));
  const value = parseValue(parsed.key, raw);
  if (value === undefined) {
    throw new VmImportError(
      diagnostics['bad-value']({ key: path, value: JSON.stringify(raw), takes: describeValues(parsed.key) }),
    );
  }
  return vote({
    key: parsed.key,
    subject: parsed.subject,
    strength: 'required',
    values: [value],
    origin: 'flag',
    pointer: flag,
    order: -index,
  });
}

/** The finding for a key nobody knows, with the one that was probably meant. */
export function unknownKey(path: string) {
  const [key = path, subject] = path.split('.', 2);
  const known = KEY_NAMES.find((name) => name === key);
  if (known !== undefined && subject !== undefined) {
    const { scope } = keySpec(known);
    const hint =
      scope === 'machine'
        ? `${known} belongs to the whole machine: write ${known} alone.`
        : `Write ${known}.${scope}0.`;
    return diagnostics['unknown-key']({ key: path, hint });
  }
  const meant = didYouMean(key, KEY_NAMES);
  const hint = meant === undefined ? `The keys are: ${KEY_NAMES.join(', ')}.` : `Did you mean ${meant}?`;
  return diagnostics['unknown-key']({ key: path, hint });
}
