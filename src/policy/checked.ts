import type { z } from 'zod';
import type { DocumentWords } from './issues.ts';
import { reportIssues } from './issues.ts';
import { Problems } from './problems.ts';
import type { Tree } from './yaml.ts';
import { plainData, readYaml } from './yaml.ts';

const MAX_BYTES = 1024 * 1024;

/** A YAML or JSON document held against its schema. */
export interface CheckedDocument<T> {
  /** null when the text is no YAML. */
  readonly tree: Tree | null;
  /** null when the schema does not take it. */
  readonly data: T | null;
  /** What is wrong so far; whoever looks closer adds to it. */
  readonly problems: Problems;
}

/** Reads one file that configures the run. Never throws: everything that is wrong with the text is a finding. */
export function readChecked<S extends z.ZodType>(
  text: string,
  uri: string,
  words: DocumentWords & { readonly schema: S },
): CheckedDocument<z.infer<S>> {
  const size = Buffer.byteLength(text);
  if (size > MAX_BYTES) {
    const problems = new Problems(uri, () => '1:1');
    problems.tooLarge({ limit: MAX_BYTES });
    return { tree: null, data: null, problems };
  }
  const { tree, problems: syntax, place } = readYaml(text);
  const problems = new Problems(uri, place);
  for (const { problem, at } of syntax) problems.syntax(problem, at);
  if (tree === null) return { tree, data: null, problems };
  const parsed = words.schema.safeParse(plainData(tree));
  if (!parsed.success) reportIssues(parsed.error.issues, tree, problems, words);
  return { tree, data: parsed.success ? parsed.data : null, problems };
}
