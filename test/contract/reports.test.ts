import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from 'sarif';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check, decision, denied, evidence, finding, rendered, WAIVER } from '../report/documents.ts';
import { NASTY } from '../report/hostile.ts';
import { PROGRAM } from './bundle.ts';
import { describeWith, describeWithout, missingFiles, missingTools, runTool } from './tools.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const goldens = new URL('../golden/reports/', import.meta.url);
const XSD = process.env['JUNIT_XSD'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vm-import-reports-'));
});
afterAll(() => rm(directory, { recursive: true }));

const at = (name: string) => join(directory, name);

/** A report in which every word that can come from outside is `text`. */
const hostile = (format: string, text: string) =>
  rendered(format, {
    evidence: evidence({
      machine: { name: text, labels: {} },
      sources: [{ uri: `/srv/${text}`, format: 'raw', size: 1, bytesRead: 1, digest: null }],
    }),
    findings: [
      finding({ args: { name: text }, at: [{ origin: 'content', uri: `/srv/${text}`, pointer: `/${text}` }] }),
      denied('site.a', { args: { message: text, remedy: text }, waiver: { ...WAIVER, reason: text, owner: text } }),
      denied('site.b', { args: { message: text, remedy: text }, audited: true }),
    ],
    checks: [check('site.a', { title: text, outcome: 'failed' }), check('site.c', { title: text, tags: [text] })],
    decisions: [decision({ value: text })],
    outcomes: [{ key: 'os', outcome: 'dropped', note: text }],
    options: { verbose: true },
  });

/** Golden reports of one kind, as they were before the directory was taken out of them. */
async function goldensOf(ending: string): Promise<readonly (readonly [name: string, text: string])[]> {
  const names = (await readdir(goldens)).filter((name) => name.endsWith(ending));
  expect(names.length).toBeGreaterThan(5);
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, goldens), 'utf8');
      return [name, text.replaceAll('<dir>', '/dir').replaceAll('&lt;dir&gt;', '/dir')] as const;
    }),
  );
}

/** Everything a format writes: what the goldens hold, and each hostile text. */
async function specimens(format: string, ending: string, nasty = NASTY): Promise<readonly string[]> {
  const texts = [
    ...(await goldensOf(ending)).map(([, text]) => text),
    ...(await Promise.all(nasty.map((text) => hostile(format, text)))),
  ];
  return Promise.all(
    texts.map(async (text, index) => {
      const file = at(`${index}.${ending}`);
      await writeFile(file, text);
      return file;
    }),
  );
}

describeWith(['cmark-gfm'], "GitHub's own Markdown parser", () => {
  const html = (file: string) =>
    runTool(
      'cmark-gfm',
      [...['table', 'autolink', 'strikethrough'].flatMap((e) => ['-e', e]), '--unsafe', file],
      directory,
    );

  it('sees headings, lists, tables and code in the reports, and nothing of what an image put there', async () => {
    const tags = new Set<string>();
    for (const file of await specimens('markdown', 'md')) {
      for (const [, tag = ''] of html(file).matchAll(/<\/?([^\s>/]+)/g)) tags.add(tag);
      expect(html(file)).not.toMatch(/<[a-z]+ /);
    }
    const ours = ['br', 'details', 'summary', 'h2', 'h3', 'p', 'ul', 'li', 'strong', 'code'];
    const tables = ['table', 'thead', 'tbody', 'tr', 'th', 'td'];
    expect([...tags].toSorted()).toEqual([...ours, ...tables].toSorted());
  });

  it('keeps rows whole: every row has as many cells as its heading', async () => {
    let seen = 0;
    for (const file of await specimens('markdown', 'md')) {
      for (const [, table = ''] of html(file).matchAll(/<table>([\s\S]*?)<\/table>/g)) {
        const rows = table.split('<tr>').slice(1);
        const columns = rows[0]?.split('<th>').length;
        // a cell too many is dropped, one too few is empty, so the last one has to say something where ours does
        for (const row of rows.slice(1)) expect(row.split('<td>')).toHaveLength(columns ?? 0);
        seen += rows.length;
      }
    }
    expect(seen).toBeGreaterThan(100);
  });
});

describeWith(['junitparser'], 'junitparser, which publishes test results in CI', () => {
  const verify = (file: string) => spawnSync('junitparser', ['verify', file], { encoding: 'utf8' });

  it('finds failures exactly where the exit status says no', async () => {
    await writeFile(at('disk.qcow2'), await readFile(join(fixtures, 'disks', 'qcow2', 'disk.qcow2')));
    await writeFile(at('site.yaml'), await readFile(join(fixtures, 'cli', 'site.yaml')));
    for (const line of [
      ['disk.qcow2', '--os', 'debian12'],
      ['disk.qcow2'],
      ['disk.qcow2', '--strict'],
      ['disk.qcow2', '--os', 'winxp', '--policy', 'site.yaml'],
      ['nowhere.qcow2'],
      ['disk.qcow2', '--set', 'secure-boot=true', '--set', 'machine=i440fx'],
    ]) {
      const argv = [
        PROGRAM,
        ...line,
        '--dry-run',
        '--quiet',
        '--report',
        'junit=report.xml',
        '--report',
        'sarif=report.sarif',
      ];
      const { status, stdout } = spawnSync(process.execPath, argv, { cwd: directory, encoding: 'utf8' });
      expect(stdout).toBe('');
      expect([line, verify(at('report.xml')).status]).toEqual([line, status === 0 ? 0 : 1]);
      const log = JSON.parse(await readFile(at('report.sarif'), 'utf8')) as Log;
      expect(log.runs[0]?.invocations?.[0]?.exitCode).toBe(status);
    }
  });

  it('reads every report', async () => {
    for (const file of await specimens('junit', 'xml', [NASTY.join(' ')])) {
      const { status, stderr } = verify(file);
      expect([status === 0 || status === 1, stderr]).toEqual([true, '']);
    }
  });
});

const missing = XSD === undefined ? ['JUNIT_XSD (the path of the schema)'] : missingFiles([XSD]);

describeWithout([...missingTools(['xmllint']), ...missing], 'the schema of Jenkins for JUnit', () => {
  it('takes every report', async () => {
    const files = await specimens('junit', 'xml');
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', XSD ?? '', ...files], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line !== '' && !line.endsWith(' validates'))).toEqual([]);
    expect(status).toBe(0);
  });
});

describeWith(['sarif-multitool'], "Microsoft's SARIF validator", () => {
  /** What it has against files: the rule, and what fills in its message. */
  async function objections(files: readonly string[], output: string): Promise<readonly string[]> {
    // it puts its arguments through a shell
    const argv = ['validate', '--rule-kind', '"Sarif;Ghas"', '--output', output, ...files];
    // .NET wants libicu or to be told that it can do without
    const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
    const { stdout, stderr } = spawnSync('sarif-multitool', argv, { encoding: 'utf8', env });
    if (!existsSync(output)) throw new Error(`sarif-multitool wrote nothing: ${stdout} ${stderr}`);
    const log = JSON.parse((await readFile(output, 'utf8')).replace(/^\ufeff/, '')) as Log;
    return (log.runs[0]?.results ?? []).map(({ ruleId, message }) => `${ruleId} ${message.arguments?.join(' ')}`);
  }

  /** That we have no home page, and that some places are in a file but not at a byte or a line of it. */
  const KNOWN = /^(SARIF2005 \S+ vm-import|SARIF2017 )/;

  it('has nothing against the reports but what is known', async () => {
    // it takes a second for each file
    const files = await specimens('sarif', 'sarif', [NASTY.join(' ')]);
    const found = await objections(files, at('all.validated'));
    expect(found.filter((objection) => !KNOWN.test(objection))).toEqual([]);
    expect(found.length).toBeGreaterThanOrEqual(files.length);
  });

  it('is a judge: it objects to a line without a number and to a rule that is not there', async () => {
    const text = await rendered('sarif', { findings: [denied('r')] });
    await writeFile(
      at('broken.sarif'),
      text.replace('"startLine": 12', '"startLine": 0').replace('"ruleIndex": 0', '"ruleIndex": 7'),
    );
    const found = await objections([at('broken.sarif')], at('broken.validated'));
    expect(found.filter((objection) => !KNOWN.test(objection))).not.toEqual([]);
  });
});
