import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

let house: string;

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'walls-'));
  const { vcs: _, $schema: __, ...config } = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
  await writeFile(join(house, 'biome.json'), JSON.stringify(config));
});
afterAll(() => rm(house, { recursive: true }));

/** What the linter, with our configuration, says of a file at `path` that imports `specifier`. */
async function lint(path: string, specifier: string): Promise<string> {
  const file = join(house, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `import * as other from '${specifier}';\n\nexport const x = other;\n`);
  const { all } = await execa(process.execPath, [biome, 'lint', path], { cwd: house, all: true, reject: false });
  return all;
}

describe('the walls between rooms, as the linter holds them', () => {
  it.each([
    ['plan may not import an emitter', 'src/plan/x.ts', '../emitters/emitter.ts'],
    ['plan may not touch the file system', 'src/plan/x.ts', 'node:fs'],
    ['policy may not import the resolver', 'src/policy/x.ts', '../plan/index.ts'],
    ['facts import nothing but diagnostics', 'src/facts/x.ts', '../bytes/index.ts'],
    ['diagnostics import nothing', 'src/diagnostics/x.ts', '../facts/index.ts'],
    ['a disk format may not import another', 'src/disks/qcow2/x.ts', '../raw/index.ts'],
    ['a disk format may not import the hints room', 'src/disks/qcow2/x.ts', '../../hints/index.ts'],
    ['a container may not import another', 'src/containers/oci-layout/x.ts', '../tar/index.ts'],
    ['a container may not import a disk format', 'src/containers/tar/x.ts', '../../disks/raw/index.ts'],
    ['a descriptor may not import another', 'src/descriptors/vmx/x.ts', '../ovf/index.ts'],
    ['a descriptor may not open containers', 'src/descriptors/ovf/x.ts', '../../containers/open.ts'],
    ['the content room may not import a disk format', 'src/content/x.ts', '../disks/raw/index.ts'],
    ['a reader of content may not import another', 'src/content/fat/x.ts', '../pe/index.ts'],
    ['an emitter may not import another', 'src/emitters/libvirt/x.ts', '../openstack/index.ts'],
    ['the OS knowledge base may not know where the package keeps its own', 'src/osinfo/x.ts', '../osinfo-db.ts'],
    ['an emitter may not import the pipeline', 'src/emitters/libvirt/x.ts', '../../pipeline/index.ts'],
    ['whoever runs programs may not know whom for', 'src/exec/x.ts', '../host/index.ts'],
    ['the host may not read variable stores', 'src/host/x.ts', '../firmware/index.ts'],
    ['the reader of variable stores may not open disks', 'src/firmware/x.ts', '../disks/detect.ts'],
    ['synthetic images share no code with the readers', 'src/synthesis/x.ts', '../disks/qcow2/header.ts'],
    ['a reader may not know how synthetic images are made', 'src/disks/qcow2/x.ts', '../../synthesis/qcow2-parts.ts'],
    ['a report may not read files', 'src/report/text/x.ts', 'node:fs/promises'],
  ])('%s', async (_title, path, specifier) => {
    expect(await lint(path, specifier)).toContain('noRestrictedImports');
  });

  it.each([
    ['the resolver reads facts', 'src/plan/x.ts', '../facts/index.ts'],
    ['a disk format uses its room', 'src/disks/qcow2/x.ts', '../format.ts'],
    ['a disk format reads bytes', 'src/disks/qcow2/x.ts', '../../bytes/index.ts'],
  ])('%s', async (_title, path, specifier) => {
    expect(await lint(path, specifier)).not.toContain('noRestrictedImports');
  });
});
