import fc from 'fast-check';
import type { Log, Result, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostics/index.ts';
import { spotOf, uriReference } from '../../src/report/sarif/places.ts';
import { check, denied, evidence, finding, OPTIONS, rendered, WAIVER } from './documents.ts';
import { hostile, NASTY } from './hostile.ts';
import { sarifErrors } from './judges.ts';

type Told = Parameters<typeof rendered>[1];

async function run(told: Told): Promise<Run> {
  const text = await rendered('sarif', told);
  expect(sarifErrors(text)).toEqual([]);
  const [only] = (JSON.parse(text) as Log).runs;
  if (only === undefined) throw new Error('a log without a run');
  return only;
}

async function results(told: Told): Promise<readonly Result[]> {
  return (await run(told)).results ?? [];
}

describe('names as URI references', () => {
  it.each([
    ['/srv/a disk.qcow2', 'file:///srv/a%20disk.qcow2'],
    ['/srv/a.ova!b/c.vmdk', 'file:///srv/a.ova!b/c.vmdk'],
    ['/srv/100%#?.raw', 'file:///srv/100%25%23%3F.raw'],
    ['policies/site.yaml', 'policies/site.yaml'],
    ['a:b.yaml', 'a%3Ab.yaml'],
    ['preset:default', 'preset:default'],
    ['oci:/srv/layout:tag', 'oci:/srv/layout%3Atag'],
    ['osinfo:embedded/20250619', 'osinfo:embedded/20250619'],
    ['javascript:alert(1)', 'javascript%3Aalert(1)'],
    ['\ud800', '%EF%BF%BD'],
  ])('%j is %s', (name, uri) => {
    expect(uriReference(name)).toBe(uri);
  });
});

describe('pointers as places', () => {
  it.each([
    ['12:5', { region: { startLine: 12, startColumn: 5 } }],
    ['7', { region: { startLine: 7 } }],
    ['0', {}],
    ['header+0x48', { region: { byteOffset: 72 } }],
    ['0x319', { region: { byteOffset: 793 } }],
    [
      'header-extension+0xb8/hardware/firmware',
      { region: { byteOffset: 184 }, logical: { fullyQualifiedName: '/hardware/firmware' } },
    ],
    ['guest+0x1be', { logical: { fullyQualifiedName: 'guest+0x1be' } }],
    ['/image/sha256', { logical: { fullyQualifiedName: '/image/sha256' } }],
    [
      '/Envelope/Item[2]:34:7',
      {
        region: { startLine: 34, startColumn: 7 },
        logical: { fullyQualifiedName: '/Envelope/Item[2]', kind: 'element' },
      },
    ],
    ['memsize@12', { region: { startLine: 12 }, logical: { fullyQualifiedName: 'memsize' } }],
    ['0xffffffffffffffff', {}],
    ['--set', { logical: { fullyQualifiedName: '--set' } }],
  ])('%s', (pointer, spot) => {
    expect(spotOf(pointer)).toEqual(spot);
  });
});

describe('SARIF results', () => {
  it('are filed under the rule that raised them, else under their code', async () => {
    const { tool, results: found } = await run({
      findings: [finding(), denied('site.size'), finding({ severity: 'info', exit: 0, code: 'hints/found' })],
      checks: [check('site.size', { docs: 'https://example.org/size', tags: ['a', 'a', 'b'], outcome: 'failed' })],
    });
    expect(found?.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['disk/backing-file', 'error'],
      ['site.size', 'error'],
      ['hints/found', 'note'],
    ]);
    for (const { ruleId, ruleIndex } of found ?? []) {
      expect(tool.driver.rules?.[ruleIndex ?? -1]?.id).toBe(ruleId);
    }
    const [ofCode, , ofPolicy] = tool.driver.rules ?? [];
    expect(ofCode?.shortDescription?.text).toBe('What disk/backing-file means.');
    expect(ofCode?.help?.text).toContain('Why it matters');
    expect(ofPolicy).toMatchObject({ helpUri: 'https://example.org/size', properties: { tags: ['a', 'b'] } });
  });

  it('give waived findings a suppression, and those of audit mode the level note', async () => {
    const [waived, audited, counting] = await results({
      findings: [finding({ waiver: WAIVER }), denied('r', { audited: true }), denied('r')],
    });
    expect(waived).toMatchObject({
      level: 'error',
      suppressions: [
        {
          kind: 'external',
          justification: 'the tenant moves off it in spring',
          location: { physicalLocation: { artifactLocation: { uri: 'waivers.yaml' }, region: { startLine: 3 } } },
          properties: { owner: 'ops@example.org', ticket: 'OPS-123' },
        },
      ],
    });
    expect(audited).toMatchObject({
      level: 'note',
      properties: { audited: true, severity: 'error' },
      suppressions: [],
    });
    expect(counting).toMatchObject({ level: 'error', suppressions: [] });
  });

  it('always have a place, and every region says where it begins', async () => {
    const found = await results({
      findings: [
        finding({ at: [] }),
        finding({ at: [{ origin: 'flag', uri: null, pointer: '--set' }] }),
        finding({
          at: [
            { origin: 'flag', uri: null, pointer: '--set' },
            { origin: 'policy', uri: 'site.yaml', pointer: '1:1' },
            { origin: 'policy', uri: 'site.yaml', pointer: '1:1' },
          ],
        }),
      ],
    });
    expect(found.map(({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation?.uri)).toEqual([
      'file:///srv/images/web.qcow2',
      'file:///srv/images/web.qcow2',
      'site.yaml',
    ]);
    expect(found[2]?.relatedLocations).toEqual([{ logicalLocations: [{ fullyQualifiedName: '--set' }] }]);
  });

  it('have no links and no placeholders in their words', async () => {
    const [only] = await results({ findings: [finding({ args: { name: '[here](https://evil.example) {0}' } })] });
    expect(only?.message.text).toContain('[here] (https://evil.example) {{0}}');
  });

  it('hold rules that passed only when asked, because GitHub makes alerts of them', async () => {
    const checks = [check('a'), check('b', { outcome: 'applied' })];
    expect(await results({ checks })).toEqual([]);
    expect(await results({ checks, options: { verbose: true } })).toMatchObject([
      { ruleId: 'a', kind: 'pass', level: 'none', message: { text: 'Passed: About a.' } },
    ]);
  });
});

describe('a SARIF run', () => {
  it.each([
    ['allowed', 0, []],
    ['denied', 1, [denied('r')]],
    ['unreadable', 3, [finding()]],
    ['unresolved', 4, [finding({ code: 'plan/unresolved', exit: 4 })]],
    ['denied', 2, [finding({ code: 'x/usage', exit: 2 })]],
    ['allowed', 0, [finding({ waiver: WAIVER }), denied('r', { audited: true })]],
  ])('says %s with exit status %i', async (exitCodeDescription, exitCode, findings) => {
    const { invocations } = await run({ findings });
    expect(invocations).toMatchObject([{ executionSuccessful: true, exitCode, exitCodeDescription }]);
  });

  it('lists what was looked at once, with its digest', async () => {
    const source = { uri: '/a', format: 'raw', size: 1, bytesRead: 1, digest: `sha256:${'0'.repeat(64)}` };
    const { artifacts } = await run({ evidence: evidence({ sources: [source, source] }) });
    expect(artifacts).toMatchObject([{ location: { uri: 'file:///a' }, hashes: { 'sha-256': '0'.repeat(64) } }]);
  });
});

describe('fingerprints', () => {
  const marks = async (findings: readonly Finding[], of: Told = {}) =>
    (await results({ ...of, findings })).map(({ partialFingerprints }) => partialFingerprints?.['vmImportFinding/v1']);
  const at = (uri: string, pointer: string) => [{ origin: 'descriptor', uri, pointer }] as const;
  const alike = (a: Finding, b: Finding) => [a, b] as const;

  it.each([
    [
      'the directory of the image',
      alike(finding(), finding({ at: [{ origin: 'content', uri: '/home/ci/x y/web.qcow2', pointer: 'header+0x8' }] })),
    ],
    [
      'directories in words',
      alike(
        finding({ args: { name: 'over /srv/a b/c/base.raw' }, at: at('/srv/a b/c/x', '') }),
        finding({ args: { name: 'over /mnt/base.raw' }, at: at('/q/x', '') }),
      ),
    ],
    ['offsets', alike(finding(), finding({ at: at('/srv/images/web.qcow2', 'header+0x800') }))],
    ['lines', alike(finding({ at: at('/a/m.ovf', '/Item[2]:34:7') }), finding({ at: at('/b/m.ovf', '/Item[2]:5:1') }))],
    [
      'sizes',
      alike(
        finding({ args: { size: 5, bound: 'at most 5 GiB' } }),
        finding({ args: { size: 6, bound: 'at most 7 GiB' } }),
      ),
    ],
    [
      'the place and the words of a policy',
      alike(
        denied('r'),
        denied('r', {
          args: { message: 'other', remedy: 'words' },
          at: [{ origin: 'policy', uri: '/etc/p.yaml', pointer: '1:2' }],
        }),
      ),
    ],
    ['waivers and audit mode', alike(denied('r'), denied('r', { audited: true, waiver: WAIVER }))],
    ['severity', alike(denied('r'), denied('r', { severity: 'warning' }))],
  ])('do not depend on %s', async (_title, [a, b]) => {
    expect(await marks([a])).toEqual(await marks([b]));
  });

  it.each([
    ['the rule', alike(denied('r'), denied('s'))],
    ['the code', alike(finding(), finding({ code: 'disk/other' }))],
    ['the file', alike(finding(), finding({ at: at('/srv/images/db.qcow2', 'header+0x8') }))],
    [
      'the element',
      alike(finding({ at: at('/a/m.ovf', '/Item[2]:3:7') }), finding({ at: at('/a/m.ovf', '/Item[3]:3:7') })),
    ],
    ['the device', alike(finding({ args: { disk: 'disk0' } }), finding({ args: { disk: 'disk1' } }))],
    ['a number in the name', alike(finding({ args: { name: 'd-1.vmdk' } }), finding({ args: { name: 'd-2.vmdk' } }))],
    ['the name', alike(finding(), finding({ args: { name: 'other.qcow2' } }))],
  ])('depend on %s', async (_title, [a, b]) => {
    expect(await marks([a])).not.toEqual(await marks([b]));
  });

  it('depend on the machine', async () => {
    const other = evidence({ machine: { name: 'db', labels: {} } });
    expect(await marks([finding()])).not.toEqual(await marks([finding()], { evidence: other }));
  });

  it('are counted where two findings are alike', async () => {
    const [first, second] = await marks([finding(), finding()]);
    expect(first).toMatch(/^[0-9a-f]{32}:1$/);
    expect(second).toBe(first?.replace(/1$/, '2'));
  });
});

/** A report in which every word that can come from outside is `text`. */
const hostileReport = (text: string) =>
  rendered('sarif', {
    evidence: evidence({
      machine: { name: text, labels: {} },
      sources: [{ uri: text, format: text, size: 1, bytesRead: 1, digest: `sha256:${'a'.repeat(64)}` }],
    }),
    findings: [
      finding({ args: { name: text }, at: [{ origin: 'content', uri: text, pointer: text }] }),
      denied(text, { waiver: { ...WAIVER, reason: text, owner: text, ticket: text, uri: text, pointer: text } }),
    ],
    checks: [check(text, { title: text, docs: text, tags: [text, text], uri: text, pointer: text })],
    options: { ...OPTIONS, verbose: true },
  });

describe('hostile words in SARIF', () => {
  it.each(NASTY.map((text) => [text]))('%j', async (text) => {
    expect(sarifErrors(await hostileReport(text))).toEqual([]);
  });

  it('end in a valid document without control characters and halves of characters', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const document = await hostileReport(text);
        expect(sarifErrors(document)).toEqual([]);
        expect(document).not.toMatch(/\\u(00[01]|d[89a-f])/i);
        expect(document).not.toMatch(/[\p{Cs}\p{Cf}]/u);
      }),
    );
  });

  it.each([
    ['https://h.example/x?y=1[a](b)|c^d{e}`f', 'https://h.example/x?y=1%5Ba%5D(b)%7Cc%5Ed%7Be%7D%60f'],
    ['https://h.example/100%#a#b', 'https://h.example/100%25#a%23b'],
    ['http://[2001:DB8::1]:8080/', 'http://[2001:db8::1]:8080/'],
    ['https://user:secret@h.example/', undefined],
    ['https://{h}/', undefined],
    ['javascript:alert(1)', undefined],
  ])('spell the help address %s as %s', async (docs, expected) => {
    const { tool } = await run({ findings: [denied('r')], checks: [check('r', { docs })] });
    expect(tool.driver.rules?.[0]?.helpUri).toBe(expected);
  });

  it('make a help address that the schema takes, or none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('https://', 'http://h/', 'https://h/?', 'https://h/#'),
        hostile,
        async (to, text) => {
          const checks = [check('r', { docs: `${to}${text}` })];
          expect(sarifErrors(await rendered('sarif', { findings: [denied('r')], checks }))).toEqual([]);
        },
      ),
    );
  });
});
