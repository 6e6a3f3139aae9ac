import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { printed, readAs } from './reading.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/descriptors/', import.meta.url));

/** A fixture is one file, or a folder with the document and its companions. */
function read(id: string, name: string) {
  const path = join(fixtures, id, name);
  if (!statSync(path).isDirectory()) return readAs(id, basename(path), readFileSync(path));
  const companions = readdirSync(path).map((file) => ({ name: file, bytes: readFileSync(join(path, file)) }));
  const main = companions.find((file) => ['metadata.json', 'config'].includes(file.name));
  if (main === undefined) throw new Error(`${path} has no main document`);
  return readAs(
    id,
    main.name,
    main.bytes,
    companions.filter((file) => file !== main),
  );
}

describe.each(['oci-labels', 'vagrant', 'virt-inspector', 'vmx'].filter((id) => existsSync(join(fixtures, id))))(
  'documents of %s',
  (id) => {
    it.each(readdirSync(join(fixtures, id)))('%s', async (name) => {
      await expect(printed(await read(id, name))).toMatchFileSnapshot(
        `golden/${id}/${name.replace(/\.\w+$/, '')}.json`,
      );
    });
  },
);
