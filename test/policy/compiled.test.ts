import { readdir, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicies as compileFiles, loadPolicy, plan } from '../../src/pipeline/index.ts';
import type { LoadedPolicy, Policy, PolicyIo } from '../../src/policy/index.ts';
import { compilePolicies, PRESET_NAMES, verify, vote } from '../../src/policy/index.ts';
import { eagerImports } from './eager-imports.ts';
import { disk, evidence, load, summary } from './evidence.ts';
import { MACHINES, readEvidence } from './matrix/machines.ts';

const compiled = { version: '1.2.3', checksum: (text: string) => crc32(text).toString(16) };

async function compile(files: Readonly<Record<string, string>>, refs?: readonly string[]): Promise<string> {
  const io: Pick<PolicyIo, 'readText' | 'list'> = {
    readText: (path) => Promise.resolve(files[path] ?? ''),
    list: async (path) => {
      const inside = Object.keys(files).filter((name) => name.startsWith(`${path}/`));
      return inside.length === 0 ? null : inside.map((name) => name.slice(path.length + 1));
    },
  };
  const { text, findings } = await compilePolicies(refs ?? Object.keys(files).slice(0, 1), { ...io, compiled });
  if (text === null) throw new Error(JSON.stringify(findings));
  return text;
}

/** Loads a compiled policy where its sources are not. */
const loadCompiled = (text: string, io: Partial<PolicyIo> = { compiled }): Promise<LoadedPolicy> =>
  load({ 'site.compiled': text }, ['site.compiled'], io);

const bodyOf = (text: string): string => text.slice(text.indexOf('"sources":') + 10, text.lastIndexOf('}'));

/** The file with another body, and the checksum of that. */
function withBody(text: string, body: string): string {
  const before = compiled.checksum(bodyOf(text));
  return text.replace(bodyOf(text), () => body).replace(before, compiled.checksum(body));
}

const HEADER = 'schema: vm-import/policy@1\nname: site\n';
const SITE = `${HEADER}extends: [preset:strict, base.yaml]
trust: { hints: ignore }
waivers: [granted.yaml]
overrides:
  strict.digest: error
  plan/os-unknown: error
rules:
  - id: site.numbers
    when: double(size(disks)) < 2.0 && -9223372036854775808 < 0 && disks.map(d, [d.id]) != [[""]]
    deny: '{{ {"a": 1}["a"] }} of {{ size(disks) }}'
  - id: site.tried
    mode: audit
    prefer: { machine: [i440fx] }
    message: 'for {{ cel.bind(n, size(nics), n == 0 ? "none" : "some") }}'
`;
const BASE = `${HEADER}rules:
  - id: base.name
    when: disks.exists(d, d.uri.matches("^.*[.]raw$"))
    warn: raw
  - id: base.memory
    phase: verify
    limit: { memory-mib: { max: 100 } }
`;
const FILES = { 'site.yaml': SITE, 'base.yaml': BASE };

describe('a compiled policy', () => {
  it('is the same policy, places included', async () => {
    const plain = await load(FILES, ['site.yaml'], { compiled });
    expect(await loadCompiled(await compile(FILES))).toEqual(plain);
    expect(plain.policy?.trial?.rules.length).toBeGreaterThan(10);
  });

  it('is the same policy where directories and several files were named', async () => {
    const files = { ...FILES, 'd/10-a.yaml': BASE.replaceAll('base.', 'a.'), 'd/20.waivers.yaml': 'x' };
    const refs = ['d', 'site.yaml', 'preset:openstack'];
    const plain = await load(files, refs, { compiled });
    expect(plain.policy?.waivers.map(({ path }) => path)).toEqual(['granted.yaml', 'd/20.waivers.yaml']);
    expect(await loadCompiled(await compile(files, refs))).toEqual(plain);
  });

  it('can be compiled again, and goes with other layers', async () => {
    const text = await compile(FILES);
    expect(await compile({ 'site.compiled': text })).toBe(text);
    const later = `${HEADER}overrides: { base.name: off }\n`;
    const refs = (name: string) => ['preset:portable', name, 'later.yaml'];
    const layered = await load({ x: text, 'later.yaml': later }, refs('x'), { compiled });
    expect(layered).toEqual(await load({ ...FILES, 'later.yaml': later }, refs('site.yaml'), { compiled }));
    expect(layered.policy?.off.map(({ id }) => id)).toEqual(['base.name']);
  });

  it('reads waivers below the directory it lies in, and nowhere else', async () => {
    const text = await compile({ 'site.yaml': `${HEADER}waivers: [../granted.yaml]\n` }, ['site.yaml']).catch(String);
    expect(text).toContain('policy/outside-root');
    const inside = await compile({ 'a/site.yaml': `${HEADER}waivers: [granted.yaml]\n` });
    const loaded = await load({ 'b/site.compiled': inside }, ['b/site.compiled'], { compiled });
    expect(summary(loaded)).toEqual(['policy/outside-root a/site.yaml 3:11']);
  });

  it.each([
    ['another version', { compiled: { ...compiled, version: '1.2.4' } }, 'vm-import 1.2.3 made it'],
    ['a caller that takes none', {}, 'not taken here'],
  ])('%s refuses it', async (_, io, problem) => {
    const { policy, findings } = await loadCompiled(await compile(FILES), io);
    expect(policy).toBeNull();
    expect(findings.map(({ code, exit }) => [code, exit])).toEqual([['policy/compiled', 2]]);
    expect(findings[0]?.args['problem']).toContain(problem);
  });

  it.each<[string, (text: string) => string]>([
    ['a severity', (text) => text.replace('"error"', '"info"')],
    ['the end', (text) => text.slice(0, -20)],
    ['the layout', (text) => JSON.stringify(JSON.parse(text), null, 2)],
    ['the kind', (text) => text.replace('policy@1', 'policy@2')],
    ['no JSON', (text) => withBody(text, bodyOf(text).slice(1))],
    ['a prototype', (text) => withBody(text, bodyOf(text).replace('{', '{"__proto__":{"a":1},'))],
    ['a missing field', (text) => withBody(text, bodyOf(text).replace('"locked":false,', ''))],
    ['a value of no key', (text) => withBody(text, bodyOf(text).replace('"i440fx"', '"i44fx"'))],
    ['an operator', (text) => withBody(text, bodyOf(text).replace('["<",', '["constructor",'))],
    ['an int', (text) => withBody(text, bodyOf(text).replace('"-9223372036854775808"', '"-9223372036854775809"'))],
    ['a double', (text) => withBody(text, bodyOf(text).replace('["double","2"]', '["double",""]'))],
    ['a limit that binds nobody', (text) => withBody(text, bodyOf(text).replace('"maximum"', '"required"'))],
    ['a file that it does not hold', (text) => withBody(text, bodyOf(text).replace('"site.yaml"', '"/etc/passwd"'))],
    ['a preset of its own', (text) => withBody(text, bodyOf(text).replaceAll('"base.yaml"', '"preset:strict"'))],
  ])('is refused when somebody changed %s', async (_, change) => {
    const text = await compile(FILES);
    expect(change(text)).not.toBe(text);
    const { policy, findings } = await loadCompiled(change(text));
    expect(policy).toBeNull();
    expect(findings.map(({ code }) => code)).toEqual(['policy/compiled']);
  });

  it('is taken with another title under the checksum of that: it is its shape that is refused above', async () => {
    const text = await compile(FILES);
    const { policy, findings } = await loadCompiled(
      withBody(text, bodyOf(text).replace('"title":null', '"title":"x"')),
    );
    expect(findings).toEqual([]);
    expect(policy?.trial?.rules.map(({ title }) => title)).toContain('x');
  });

  it.each([
    ['a policy', { 'site.yaml': `${HEADER}extends: [x.compiled]\n`, 'x.compiled': '' }, 'site.yaml'],
    ['a directory', { 'd/x.json': '', 'd/y.yaml': HEADER }, 'd'],
  ])('cannot be named by %s', async (_, files, ref) => {
    const text = await compile(FILES);
    const all = Object.entries(files).map(([name, content]) => [name, content === '' ? text : content]);
    const { policy, findings } = await load(Object.fromEntries(all), [ref], { compiled });
    expect(policy).toBeNull();
    expect(findings.map(({ code }) => code)).toEqual(['policy/compiled']);
  });

  it('never throws, whatever stands in it under a right checksum, and never drops a rule that failed', async () => {
    const text = await compile(FILES);
    const places = pathsOf(JSON.parse(bodyOf(text)));
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('deny', 'matches', '__proto__', ['id', 'os'], ['value', 1]));
    let failing = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(places.length - 1), value, async (at, instead) => {
        const body: unknown = JSON.parse(bodyOf(text));
        put(body, places[at] ?? [], instead);
        const { policy, findings } = await loadCompiled(withBody(text, JSON.stringify(body)));
        if (policy === null) return findings.length > 0;
        const judged = await judge(policy);
        const failed = judged.checks.filter(({ outcome }) => outcome === 'error').map(({ rule }) => rule);
        if (failed.length > 0) failing++;
        return failed.every((rule) => judged.findings.some((finding) => finding.rule === rule));
      }),
      // one in ten is loaded, and one in a hundred has a rule that fails
      { numRuns: 1000 },
    );
    expect(failing).toBeGreaterThan(0);
  });

  it('is loaded and run without a YAML parser, zod and CEL', async () => {
    expect(await eagerImports(['evaluate', 'compiled-read', 'load'])).toEqual([[], [], []]);
  });
});

async function judge(policy: Policy) {
  const context = { evidence: evidence({ disks: [disk()] }), os: 'debian12', architecture: 'x86_64' };
  const voted = await vote(policy, context);
  const verified = await verify(policy, { ...context, plan: { machine: 'q35', 'memory-mib': 2048 } });
  return {
    checks: [...voted.checks, ...verified.checks],
    findings: [...voted.findings, ...verified.findings],
  };
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...(path.length === 0 ? [] : [path]), ...entries.flatMap(([name, one]) => pathsOf(one, [...path, name]))];
}

function put(value: unknown, [name, ...rest]: Path, instead: unknown): void {
  if (typeof value !== 'object' || value === null || name === undefined) return;
  if (rest.length === 0) Reflect.set(value, name, instead);
  else put(Reflect.get(value, name), rest, instead);
}

/** Later layers, which do not stand alone. */
const LATER = ['fixtures/cli/layers/.hidden.yaml', 'fixtures/cli/layers/20-team.yaml'];

describe('the same verdicts', async () => {
  const layers = await readdir('fixtures/cli/layers');
  const fixtures = ['site.yaml', 'audit.yaml', 'suspicious.yaml', 'layers', ...layers.map((name) => `layers/${name}`)];
  const refs = [...PRESET_NAMES.map((name) => `preset:${name}`), ...fixtures.map((name) => `fixtures/cli/${name}`)];

  it.each(refs.map((ref) => [ref]))('%s', async (ref) => {
    const plain = await loadPolicy([ref]).catch(() => null);
    const { text, findings } = await compileFiles([ref]);
    expect([plain === null, text === null]).toEqual(LATER.includes(ref) ? [true, true] : [false, false]);
    if (plain === null || text === null) {
      expect(findings.length).toBeGreaterThan(0);
      return;
    }
    const { loadPolicies } = await import('../../src/policy/index.ts');
    const [, version = ''] = /"version":"([^"]*)"/.exec(text) ?? [];
    const { policy } = await loadPolicies(['fixtures/cli/site.compiled'], {
      readText: () => Promise.resolve(text),
      compiled: { ...compiled, version },
    });
    if (policy === null) throw new Error('the compiled policy must load');
    for (const machine of MACHINES) {
      const saved = await readEvidence(await readFile(`fixtures/policy/evidence/${machine.name}.json`, 'utf8'));
      const set = machine.os === null ? [] : [['os', machine.os] as const];
      const { conclude: _, ...expected } = await plan(saved, { policy: plain, set });
      const { conclude: __, ...actual } = await plan(saved, { policy, set });
      expect(actual).toEqual(expected);
    }
  });
});
