import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bufferSource,
  emit,
  evidenceDocument,
  inspect,
  loadPolicy,
  plan,
  reportDocument,
  VmImportError,
} from '../../src/index.ts';
import { parseEvidence, parseReport } from '../../src/schemas.ts';

const fixture = fileURLToPath(new URL('../../fixtures/disks/qcow2/disk.qcow2', import.meta.url));

let directory: string;
let disk: string;
beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'vm-import-library-')));
  disk = join(directory, 'disk.qcow2');
  await copyFile(fixture, disk);
});
afterAll(() => rm(directory, { recursive: true }));

describe('the library', () => {
  it('inspects, plans and emits', async () => {
    const evidence = await inspect([disk]);
    expect(evidence.disks).toMatchObject([{ id: 'disk0', format: 'qcow2', virtualSize: 1024 ** 3, path: disk }]);
    const planned = await plan(evidence, { set: [['os', 'debian12']] });
    expect(planned.judgement).toEqual({ verdict: 'allowed', exit: 0 });
    if (planned.plan === null) throw new Error('there must be a plan');
    const { text, findings } = await emit(planned.plan, 'libvirt-xml');
    expect(findings).toEqual([]);
    expect(text).toContain('<domain type="kvm">');
  });

  it('takes bytes in place of a path, and looks for nothing beside them', async () => {
    const bytes = await readFile(disk);
    await writeFile(`${disk}.vm-hints.json`, '{"vmHints":1,"title":"beside the file"}');
    const [file, memory] = [await inspect([disk]), await inspect([bufferSource(disk, bytes)])];
    await rm(`${disk}.vm-hints.json`);
    expect(file.machine.labels).toEqual({ title: 'beside the file' });
    expect(memory.machine.labels).toEqual({});
    expect(memory.disks).toEqual(file.disks);
    expect((await inspect([bufferSource('x.img', bytes)], { verify: 'all' })).sources).toMatchObject([
      { uri: resolve('x.img'), digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` },
    ]);
    const twice = await inspect([bufferSource('x.img', bytes), bufferSource('x.img', bytes)]);
    expect(twice.findings.map(({ code }) => code)).toEqual(['plan/shared-file']);
  });

  it('reads a normal image in one request', async () => {
    const [source] = (await inspect([disk])).sources;
    expect(source?.bytesRead).toBe(16384);
  });

  it('gives documents that their schemas read', async () => {
    const evidence = await inspect([disk]);
    const planned = await plan(evidence);
    expect(parseEvidence(evidenceDocument(evidence)).disks).toHaveLength(1);
    expect(parseReport(reportDocument(planned, [], { strict: false })).verdict).toBe('allowed');
  });

  it('returns what is wrong with an input as findings, and no plan', async () => {
    const evidence = await inspect([join(directory, 'missing.qcow2')]);
    expect(evidence.findings.map(({ code }) => code)).toEqual(['source/not-found']);
    const planned = await plan(evidence);
    expect([planned.plan, planned.judgement.exit]).toEqual([null, 3]);
  });

  it.each([
    [
      'a key that does not exist',
      () => plan0({ set: [['firmwre', 'uefi']] }),
      'There is no key firmwre. [plan/unknown-key]',
    ],
    [
      'a value that does not exist',
      () => plan0({ set: [['firmware', 'efi']] }),
      'firmware cannot be "efi". [plan/bad-value]',
    ],
    ['a UUID that is none', () => plan0({ uuid: '1234' }), '1234 is not a UUID. [plan/bad-uuid]'],
    ['a policy that is not there', () => loadPolicy([join('/', 'nowhere.yaml')]), 'policy/unreadable'],
  ])('throws for %s', async (_title, request, message) => {
    const error = await request().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(VmImportError);
    expect(error).toMatchObject({ message: expect.stringContaining(message), finding: { exit: 2 } });
  });

  async function plan0(options: Parameters<typeof plan>[1]) {
    return plan(await inspect([disk]), options);
  }
});
