import { readdir, readFile } from 'node:fs/promises';

/** The package's own `templates/`, which lies beside `src/` and beside `dist/`. */
const TEMPLATES = new URL('../templates/', import.meta.url);

/** Text of one of the package's templates. */
export async function readTemplate(name: string): Promise<string> {
  return readFile(new URL(name, TEMPLATES), 'utf8');
}

/** Names of all of them, in order: `libvirt/aarch64.xml`. */
export async function templateNames(): Promise<readonly string[]> {
  const entries = await readdir(TEMPLATES, { recursive: true });
  return entries.filter((name) => name.includes('/')).sort();
}
