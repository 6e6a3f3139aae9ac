import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { evidenceSchema } from '../../src/schemas.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

// conftest itself is in no registry that the tests may use; this holds the page to the document it speaks of
it('the Rego of docs/conftest.md asks only for what evidence has', async () => {
  const page = await readFile(`${docs}conftest.md`, 'utf8');
  const rego = /```rego\n([^`]*)```/.exec(page)?.[1] ?? '';
  const lists = new Map<string, string>();
  for (const [, variable = '', list = ''] of rego.matchAll(/some (\w+) in input\.(\w+)/g)) lists.set(variable, list);
  expect([...lists.values()].toSorted()).toEqual(['disks', 'findings', 'votes']);
  const { shape } = evidenceSchema;
  const known = {
    disks: shape.disks.element.shape,
    findings: shape.findings.element.shape,
    votes: shape.votes.element.shape,
  };
  let asked = 0;
  for (const [, variable = '', field = ''] of rego.matchAll(/\b(disk|finding|vote)\.(\w+)/g)) {
    const list = lists.get(variable);
    expect(Object.keys(list === undefined ? {} : known[list as keyof typeof known])).toContain(field);
    asked++;
  }
  expect(asked).toBeGreaterThan(8);
  expect(/input\.schema == "([^"]+)"/.exec(rego)?.[1]).toBe(shape.schema.value);
});
