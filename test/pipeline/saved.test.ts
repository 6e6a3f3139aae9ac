import { readdirSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/cli/catalogue.generated.ts';
import {
  evidenceDocument,
  type Finding,
  inspect,
  loadPolicy,
  type Planned,
  plan,
  VmImportError,
} from '../../src/index.ts';
import { MAX_EVIDENCE_BYTES, readEvidence, refusedSince } from '../../src/pipeline/index.ts';
import { openTerminal, type Terminal } from '../cli/terminal.ts';

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
});
afterAll(() => terminal.close());

const specOf = (code: string) => catalogue.get(code)?.spec;
const read = (text: string | Buffer) => readEvidence(Buffer.from(text), 'e.json', specOf);

const POLICIES = {
  default: [],
  strict: ['preset:strict'],
  chains: ['chains.yaml'],
} as const satisfies Record<string, readonly string[]>;

function outcome({ decisions, judgement, findings, checks }: Planned) {
  return { decisions, judgement, findings, checks };
}

/** What a document does not carry is left out: whether a reader could go on behind an error. */
function told<T extends { readonly findings: readonly Finding[] }>(of: T) {
  return { ...of, findings: of.findings.map(({ objection: _, ...finding }) => finding) };
}

/** Decides twice: from the image, and from what `inspect --json` printed of it. Undefined for what is no source. */
async function bothWays(path: string, policyNames: readonly string[]) {
  const policy = await loadPolicy(policyNames.map((name) => (name.endsWith('.yaml') ? terminal.path(name) : name)));
  const evidence = await inspect([path], { policy }).catch((error: unknown) => {
    if (error instanceof VmImportError) return undefined;
    throw error;
  });
  if (evidence === undefined) return undefined;
  const printed = JSON.stringify(evidenceDocument(evidence), null, 2);
  const saved = await read(printed);
  expect(saved.findings).toEqual([]);
  if (saved.evidence === null) throw new Error('no evidence');
  const options = { policy, saved: true };
  return {
    direct: told(outcome(await plan(evidence, options))),
    again: told(outcome(await plan(refusedSince(saved.evidence, policy, false), options))),
  };
}

describe('evidence that was saved', () => {
  it.each(Object.entries(POLICIES))('leads to the same decisions and verdict as its image: %s', async (_, names) => {
    await writeFile(
      terminal.path('chains.yaml'),
      'schema: vm-import/policy@1\nname: chains\nallow: { backing-files: below-source }\n',
    );
    const files = (await readdir(terminal.directory)).filter((name) =>
      /\.(qcow2|raw|vhd|iso|vmdk|ova|ovf|box|tar|gz)$/.test(name),
    );
    const exits = new Set<number>();
    for (const name of files) {
      const both = await bothWays(terminal.path(name), names);
      if (both === undefined) continue;
      expect(both.again, name).toEqual(both.direct);
      exits.add(both.direct.judgement.exit);
    }
    expect(files.length).toBeGreaterThan(20);
    expect(exits).toContain(0);
    expect(exits).toContain(3);
  });

  const descriptors = fileURLToPath(new URL('../../fixtures/descriptors/', import.meta.url));
  const documents = readdirSync(descriptors, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ovf|vmx)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  it('leads to the same for every descriptor', async () => {
    let judged = 0;
    for (const path of documents) {
      const both = await bothWays(path, []);
      if (both === undefined) continue;
      expect(both.again, path).toEqual(both.direct);
      judged++;
    }
    expect(judged).toBeGreaterThan(20);
  });

  it('is refused where a chain was allowed and is not any more', async () => {
    const overlay = await inspect([terminal.path('overlay.qcow2')], { allowBacking: true });
    const { evidence } = await read(JSON.stringify(evidenceDocument(overlay)));
    const policy = await loadPolicy(['preset:strict']);
    if (evidence === null) throw new Error('no evidence');
    expect(refusedSince(evidence, policy, true)).toBe(evidence);
    const { findings } = refusedSince(evidence, policy, false);
    expect(findings.map(({ code, safety }) => [code, safety])).toContainEqual(['disk/backing-file', true]);
  });

  it('is looked up nowhere', async () => {
    const vmdk = await inspect([terminal.path('old.vhd')]);
    await writeFile(terminal.path('old.qcow2'), '');
    const codes = async (saved: boolean) => (await plan(vmdk, { saved })).findings.map(({ code }) => code);
    expect(await codes(false)).toContain('plan/copy-exists');
    expect(await codes(true)).not.toContain('plan/copy-exists');
  });
});

describe('a document that claims too much', () => {
  const document = async () => {
    const evidence = await inspect([terminal.path('hinted.qcow2')]);
    return JSON.parse(JSON.stringify(evidenceDocument(evidence)));
  };
  const finding = {
    code: 'disk/backing-file',
    severity: 'error',
    exit: 3,
    message: 'All is well.',
    remedy: '',
    args: { name: 'base.qcow2' },
    rule: null,
    waived: false,
    waiver: null,
    audited: false,
    at: [],
  };

  it('waives no finding, and words none', async () => {
    const note = { reason: 'r', owner: 'o', ticket: null, expires: '2099-01-01', uri: 'w.yaml', pointer: '1:1' };
    const claims = { severity: 'info', exit: 0, waived: true, waiver: note, audited: true, rule: 'site.x' };
    const { evidence } = await read(JSON.stringify({ ...(await document()), findings: [{ ...finding, ...claims }] }));
    const [revived] = evidence?.findings ?? [];
    expect(revived).toMatchObject({
      severity: 'error',
      exit: 3,
      safety: true,
      waiver: null,
      audited: false,
      rule: null,
    });
    expect(revived?.message).toContain('keeps part of its data');
  });

  type Change = (document: { [name: string]: unknown[] } & { machine: { name: string } }) => void;
  const change = (list: string, fields: object) => (of: { [name: string]: unknown[] }) => {
    of[list] = (of[list] ?? []).map((entry, index) => (index === 0 ? { ...(entry as object), ...fields } : entry));
  };
  it.each<[what: string, pointer: string, change: Change]>([
    ['a vote of a policy', '/votes/0/origin', change('votes', { origin: 'policy-set' })],
    ['a vote of a flag', '/votes/0/origin', change('votes', { origin: 'flag' })],
    ['a locked vote', '/votes/0', change('votes', { locked: true })],
    ['a vote of a rule', '/votes/0', change('votes', { rule: 'site.x' })],
    [
      'a device of another kind',
      '/votes/0/subject',
      change('votes', { key: 'firmware', values: ['bios'], subject: 'disk0' }),
    ],
    [
      'a value outside the vocabulary',
      '/votes/0/values/0',
      change('votes', { key: 'machine', subject: null, values: ['x'] }),
    ],
    [
      'a versioned machine',
      '/votes/0/values/0',
      change('votes', { key: 'machine', subject: null, values: ['pc-q35-9.0'] }),
    ],
    [
      'a bound of two numbers',
      '/votes/0/values',
      change('votes', { key: 'vcpus', strength: 'maximum', values: [1, 2] }),
    ],
    ['a member that nobody knows', '/votes/0', change('votes', { weight: 100 })],
    ['one disk twice', '/disks/1/id', (of) => of['disks']?.push(of['disks'][0])],
    [
      'a name that leads elsewhere',
      '/machine/name',
      (of) => {
        of.machine.name = '../../etc/passwd';
      },
    ],
    [
      'more disks than a machine has',
      '/disks',
      (of) => {
        of['disks'] = Array(300)
          .fill(0)
          .map((_, index) => ({ ...(of['disks']?.[0] as object), id: `disk${index}` }));
      },
    ],
    [
      'a finding that nobody knows',
      '/findings/0',
      (of) => {
        of['findings'] = [{ ...finding, code: 'disk/harmless' }];
      },
    ],
    [
      'a finding without what it is about',
      '/findings/0',
      (of) => {
        of['findings'] = [{ ...finding, args: {} }];
      },
    ],
  ])('%s', async (_, pointer, apply) => {
    const wrong = await document();
    expect((await read(JSON.stringify(wrong))).findings).toEqual([]);
    apply(wrong);
    const { evidence, findings } = await read(JSON.stringify(wrong));
    expect(evidence).toBeNull();
    expect(findings[0]).toMatchObject({ exit: 2, severity: 'error' });
    expect(findings[0]?.at).toEqual([{ origin: 'content', uri: 'e.json', pointer }]);
  });

  it.each<[what: string, code: string, text: () => string | Buffer]>([
    ['no JSON', 'evidence/not-json', () => '{'],
    ['no UTF-8', 'evidence/not-json', () => Buffer.from([0x22, 0xff, 0x22])],
    ['nothing', 'evidence/not-json', () => ''],
    ['nesting', 'evidence/not-json', () => '['.repeat(1_000_000)],
    ['nesting behind a text with brackets', 'evidence/not-json', () => `["\\"]]]]", ${'{"a":'.repeat(70)}1`],
    ['a list', 'evidence/wrong-value', () => '[]'],
    ['another kind', 'evidence/wrong-value', () => '{"schema":"vm-import/report@1"}'],
    ['too much', 'evidence/too-large', () => Buffer.alloc(MAX_EVIDENCE_BYTES + 1, 0x20)],
  ])('%s', async (_, code, text) => {
    const { evidence, findings } = await read(text());
    expect(evidence).toBeNull();
    expect(findings[0]?.code).toBe(code);
    expect(findings.length).toBeLessThanOrEqual(20);
  });

  it('any JSON, and a good document with anything in any place, ends in evidence or findings', async () => {
    const good = JSON.stringify(await document());
    const places = [...good.matchAll(/(?<=[:[,])(?:"(?:[^"\\]|\\.)*"|\d+|null|true|false)/g)];
    const policy = await loadPolicy(['preset:strict']);
    const anything = fc
      .tuple(fc.constantFrom(...places), fc.json({ maxDepth: 2 }))
      .map(([place, json]) => `${good.slice(0, place.index)}${json}${good.slice(place.index + place[0].length)}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, fc.json()), async (text) => {
        const { evidence, findings } = await read(text);
        expect(findings.every(({ exit, code }) => exit === 2 && code.startsWith('evidence/'))).toBe(true);
        if (evidence === null) expect(findings).not.toEqual([]);
        else await plan(refusedSince(evidence, policy, false), { policy, saved: true });
      }),
      { numRuns: 300 },
    );
  });
});
