import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPolicies } from '../../src/pipeline/policies.ts';

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
