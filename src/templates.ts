import { readFile } from 'node:fs/promises';

/** Text of a file of the package's own `templates/`, which lies beside `src/` and beside `dist/`. */
export async function readTemplate(name: string): Promise<string> {
  return readFile(new URL(`../templates/${name}`, import.meta.url), 'utf8');
}
