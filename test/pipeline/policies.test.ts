import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPolicies } from '../../src/pipeline/policies.ts';
import { findSuites } from '../../src/pipeline/suite/find.ts';
import { word } from '../../src/report/words.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vm-import-policies-'));
  await mkdir(join(dir, 'site'));
  await writeFile(join(dir, 'there.yaml'), 'schema: vm-import/policy@1\nname: there\n');
  await symlink(join(dir, 'there.yaml'), join(dir, 'site', 'to-there.yaml'));
  await symlink('../missing.yaml', join(dir, 'site', 'to-missing.yaml'));
  await symlink('to-missing.yaml', join(dir, 'site', 'to-link.yaml'));
  await symlink('loop.yaml', join(dir, 'site', 'loop.yaml'));
});
afterAll(() => rm(dir, { recursive: true }));

async function told(key: 'extends' | 'waivers', ref: string): Promise<readonly string[]> {
  const path = join(dir, 'site', 'policy.yaml');
  await writeFile(path, `schema: vm-import/policy@1\nname: site\n${key}: [${ref}]\n`);
  const { findings } = await readPolicies([path]);
  return findings.map((finding) => `${finding.code} ${word(finding).remedy}`);
}

describe('a file outside the directories that were named', () => {
  it.each(['../there.yaml', '../missing.yaml', '../no/such.yaml', 'to-there.yaml', 'to-missing.yaml', 'to-link.yaml'])(
    'is refused whether or not it is there: %s',
    async (ref) => {
      for (const [key, flag] of [
        ['extends', '--policy'],
        ['waivers', '--waivers'],
      ] as const) {
        expect(await told(key, ref)).toEqual([
          `policy/outside-root Name it on the command line with ${flag} of its own, or move it below.`,
        ]);
      }
    },
  );

  it.each(['missing.yaml', 'no/such.yaml', 'loop.yaml'])('and what is missing inside is missing: %s', async (ref) => {
    expect(await told('extends', ref)).toEqual([expect.stringMatching(/^policy\/unreadable /)]);
    expect(await told('waivers', ref)).toEqual([]);
  });
});

it('a policy in another encoding is refused where it starts to be wrong, and so is one that extends it', async () => {
  const house = await mkdtemp(join(tmpdir(), 'policies-'));
  try {
    const [latin, above] = [join(house, 'latin.yaml'), join(house, 'above.yaml')];
    const rule = '{ id: a.b, when: evidence.machine.name == "caf\u00e9", deny: x }';
    await writeFile(latin, Buffer.from(`schema: vm-import/policy@1\nname: a\nrules:\n  - ${rule}\n`, 'latin1'));
    await writeFile(above, 'schema: vm-import/policy@1\nname: b\nextends: [latin.yaml]\n');
    const column = `  - ${rule}`.indexOf('\u00e9') + 1;
    for (const file of [latin, above]) {
      const { policy, findings } = await readPolicies([file]);
      expect(policy).toBeNull();
      const at = [{ origin: 'policy', uri: latin, pointer: `4:${column}` }];
      expect(findings).toMatchObject([{ code: 'source/not-utf8', exit: 2, at }]);
    }
  } finally {
    await rm(house, { recursive: true });
  }
});

describe('policy tests', () => {
  it('are found in capitals too', async () => {
    const suites = join(dir, 'suites');
    await mkdir(suites);
    for (const name of ['a.test.YAML', 'b.Test.yml', 'c.TEST.JSON', 'd.yaml']) await writeFile(join(suites, name), '');
    expect(await findSuites([suites])).toEqual(
      ['a.test.YAML', 'b.Test.yml', 'c.TEST.JSON'].map((name) => join(suites, name)),
    );
  });
});
