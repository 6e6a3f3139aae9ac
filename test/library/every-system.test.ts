import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Finding, inspect, plan, word } from '../../src/index.ts';
import { embedded } from '../osinfo/embedded.ts';

const evidence = await inspect([fileURLToPath(new URL('../../fixtures/disks/qcow2/disk.qcow2', import.meta.url))]);
const systems = (await embedded()).list().map(({ id, shortIds }) => shortIds[0] ?? id);

// a disk that says nothing about its machine leaves everything to the profile
it.each(['x86_64', 'aarch64'])(
  'every system of the knowledge base has a plan on %s',
  async (architecture) => {
    const refused: string[] = [];
    for (const os of systems) {
      const { plan: planned, findings } = await plan(evidence, {
        set: [
          ['os', os],
          ['architecture', architecture],
        ],
      });
      const errors = findings.filter(({ severity }: Finding) => severity === 'error');
      if (planned === null) refused.push(`${os}: ${errors.map((finding) => word(finding).message).join(' ')}`);
    }
    expect(refused).toEqual([]);
  },
  240_000,
);
