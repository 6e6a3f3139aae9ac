import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Finding } from '../../src/diagnostics/index.ts';

/** A directory with these files, as long as the test runs. */
export async function tree(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vm-import-osinfo-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  return directory;
}

export const libosinfo = (entries: string) => `<libosinfo version="0.0.1">\n${entries}\n</libosinfo>\n`;

/** The file of one system, `http://example.org/base/1` for `base/1`. */
export function system(name: string, content = ''): Readonly<Record<string, string>> {
  const [path, shortId] = [name.replace('/', '-'), name.replace('/', '')];
  const id = `http://example.org/${name}`;
  return {
    [`os/example.org/${path}.xml`]: libosinfo(`<os id="${id}"><short-id>${shortId}</short-id>${content}</os>`),
  };
}

/** Codes with the place in the tree: `osinfo/bad-file os/example.org/base-1.xml:2:10`. */
export function told(findings: readonly Finding[], directory: string): readonly string[] {
  return findings.map(({ code, at: [place] }) => {
    const uri = place?.uri?.replace(`${directory}/`, '') ?? '';
    return `${code} ${uri}${place?.pointer === null ? '' : `:${place?.pointer}`}`;
  });
}
