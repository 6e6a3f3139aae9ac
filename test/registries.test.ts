import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../src/cli/catalogue.generated.ts';
import { containers } from '../src/containers/registry.generated.ts';
import { descriptors } from '../src/descriptors/registry.generated.ts';
import { formats } from '../src/disks/registry.generated.ts';
import { targets } from '../src/emitters/registry.generated.ts';
import { reporters } from '../src/report/registry.generated.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function folders(room: string): Promise<string[]> {
  const entries = await readdir(new URL(`../src/${room}/`, import.meta.url), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

describe('generated files', () => {
  it.each(['generate.mjs', 'generate-presets.mjs', 'generate-schemas.mjs', 'generate-page.mjs'])(
    '%s has nothing to write',
    async (script) => {
      const { exitCode, stderr } = await execa(process.execPath, [`.ci/${script}`, '--check'], {
        cwd: root,
        reject: false,
      });
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
    },
  );
});

describe('registries', () => {
  it('list every disk format by the name of its folder', async () => {
    expect(formats.map(({ id }) => id)).toEqual((await folders('disks')).toSorted());
  });

  it('list every container by the name of its folder', async () => {
    expect(containers.map(({ id }) => id)).toEqual((await folders('containers')).toSorted());
  });

  it('list every kind of descriptor by the name of its folder', async () => {
    expect(descriptors.map(({ id }) => id)).toEqual((await folders('descriptors')).toSorted());
  });

  it('list every report by the name of its folder', async () => {
    expect(reporters.map(({ id }) => id)).toEqual((await folders('report')).toSorted());
  });

  it('hold targets that the documentation names, each under a name and a suffix of its own', async () => {
    const page = await readFile(new URL('../docs/targets.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z-]+)` \| `([a-z.-]+)` \|/gm)].map(([, id, suffix]) => [id, suffix]);
    const found = await Promise.all(targets.map(async ({ id, load }) => [id, (await load()).suffix]));
    expect(documented).toEqual(expect.arrayContaining(found));
    expect(new Set(found.map(([id]) => id)).size).toBe(targets.length);
    expect(new Set(found.map(([, suffix]) => suffix)).size).toBe(targets.length);
  });

  it('load what they name', async () => {
    for (const { id, load } of targets) expect([id, typeof (await load()).emit]).toEqual([id, 'function']);
    for (const { id, load } of reporters) expect([id, typeof (await load()).render]).toEqual([id, 'function']);
    for (const { id, load } of descriptors) expect([id, typeof (await load()).read]).toEqual([id, 'function']);
    for (const { id, load } of formats) expect([id, typeof (await load()).read]).toEqual([id, 'function']);
    for (const { id, load } of containers) {
      const loaded = await load();
      expect([id, typeof (typeof loaded === 'function' ? loaded : loaded.open)]).toEqual([id, 'function']);
    }
  });

  it('have probes that answer any bytes and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(), (bytes, size) => {
        for (const { probe } of formats) expect(typeof probe({ head: Buffer.from(bytes), size })).toBe('boolean');
        for (const format of containers) {
          if (format.kind !== 'image') expect(typeof format.probe(Buffer.from(bytes))).toBe('boolean');
        }
      }),
    );
  });
});

describe('the catalogue of findings', () => {
  const entries = [...catalogue.values()];

  it('has no code twice', () => {
    expect(entries.length).toBeGreaterThan(80);
    expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length);
  });

  it.each(entries.map(({ code, spec }) => [code, spec] as const))('%s is worded for a person', (code, spec) => {
    expect(code).toMatch(/^[a-z0-9-]+\/[a-z0-9.-]+$/);
    // one line on stderr: a sentence that says what is wrong and one that says what to do
    for (const text of [spec.message, spec.remedy]) {
      expect(text).not.toMatch(/\n/);
      expect(text).toMatch(/[.?!}]$/);
    }
    expect(spec.explain.length).toBeGreaterThan(60);
    expect([1, 2, 3, 4]).toContain(spec.exit);
    if (spec.severity === 'error' && spec.safety === true) expect(spec.exit).toBe(3);
  });
});
