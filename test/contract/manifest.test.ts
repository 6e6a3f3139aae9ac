import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseManifest } from '../../src/containers/manifest.ts';
import { checkManifest, correctedManifest, listedAlgorithms } from '../../src/containers/manifest-check.ts';
import { digestRanges } from '../../src/sources/digest.ts';
import { openFile } from '../../src/sources/file.ts';
import { describeWith, runTool } from './tools.ts';

const NAMES = ['a.ovf', 'disk (1) of 2.vmdk', 'back\\slash', 'new\nline', '-dash.iso'];

describeWith(['sha1sum', 'sha256sum', 'sha512sum', 'md5sum', 'openssl'], 'manifests as real tools print them', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'vm-import-manifest-'));
    NAMES.forEach((name, index) => {
      writeFileSync(join(dir, name), Buffer.alloc(index * 3_000_000 + 7, name));
    });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  async function digestsOf(names: readonly string[], manifest: ReturnType<typeof parseManifest>) {
    const wanted = listedAlgorithms(manifest, names);
    const found = new Map();
    for (const name of names) {
      const file = await openFile(join(dir, name));
      const range = { name, offset: 0, size: file.size, algorithms: wanted.get(name) ?? [] };
      for (const { digests } of await digestRanges(file, [range])) found.set(name, digests);
      await file.close();
    }
    return found;
  }

  // openssl escapes nothing, so a name with a line break is two lines there
  it.each([
    ['sha256sum', ['--'], NAMES],
    ['sha512sum', ['--binary', '--'], NAMES],
    ['md5sum', ['--'], NAMES],
    ['sha1sum', ['--tag', '--'], NAMES.filter((name) => !/[\\\n]/.test(name))],
    ['sha256sum', ['--tag', '--'], NAMES.filter((name) => !/[\\\n]/.test(name))],
    ['openssl', ['dgst', '-sha1', '--'], NAMES.slice(0, 2)],
    ['openssl', ['dgst', '-sha256', '--'], NAMES.slice(0, 2)],
  ])('%s %j', async (tool, argv, names) => {
    const printed = runTool(tool, [...argv.filter((word) => tool !== 'openssl' || word !== '--'), ...names], dir);
    const manifest = parseManifest(Buffer.from(printed), 'x.mf');
    expect(manifest.findings).toEqual([]);
    expect(manifest.entries.map(({ name }) => name)).toEqual(names);
    const digests = await digestsOf(names, manifest);
    const findings = checkManifest(manifest, names, digests);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(findings.filter(({ code }) => code === 'manifest/not-checked')).toEqual([]);
  });

  it('sha256sum --check accepts a corrected manifest', async () => {
    const names = NAMES.slice(0, 2);
    const manifest = parseManifest(Buffer.from(runTool('sha256sum', names, dir)), 'x.mf');
    const text = correctedManifest(names, await digestsOf(names, manifest));
    // the OVF spelling differs from BSD's in blanks only
    writeFileSync(join(dir, 'x.mf'), (text ?? '').replaceAll('SHA256(', 'SHA256 (').replaceAll(')= ', ') = '));
    expect(runTool('sha256sum', ['--check', '--strict', 'x.mf'], dir)).toBe(
      names.map((name) => `${name}: OK\n`).join(''),
    );
    expect(readFileSync(join(dir, 'x.mf'), 'utf8').split('\n')).toHaveLength(names.length + 1);
  });
});
