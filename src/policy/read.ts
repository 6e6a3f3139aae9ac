import { Problems } from './problems.ts';
import type { Tree } from './yaml.ts';
import { readYaml } from './yaml.ts';

export interface DocumentLimits {
  /** What the file is, at the start of a sentence: `The policy`. */
  readonly name: string;
  readonly maxBytes: number;
  /** What to do about a file that is larger. */
  readonly hint: string;
}

/**
 * Reads the text of one YAML or JSON document. `tree` is null where it is too large or no YAML; what is wrong is in
 * `problems`, which takes what a schema finds besides.
 */
export function readDocument(
  text: string,
  uri: string,
  { name, maxBytes, hint }: DocumentLimits,
): { readonly tree: Tree | null; readonly problems: Problems } {
  const size = Buffer.byteLength(text);
  if (size > maxBytes) {
    const problems = new Problems(uri, () => '1:1');
    problems.tooLarge({ document: name, size, limit: maxBytes, hint });
    return { tree: null, problems };
  }
  const { tree, problems: syntax, place } = readYaml(text);
  const problems = new Problems(uri, place);
  for (const { problem, at } of syntax) problems.syntax({ document: name, problem }, at);
  return { tree, problems };
}
