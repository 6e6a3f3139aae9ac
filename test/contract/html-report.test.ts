import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import { execa } from 'execa';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReportDocument } from '../../src/facts/index.ts';
import { page as report } from '../../src/report/html/html.ts';
import { EVIDENCE, FINDINGS, OPTIONS, REPORT } from '../report/sample.ts';
import { PROGRAM } from './bundle.ts';
import { describeWith } from './tools.ts';

/** Pages by path; everything that is asked for is remembered. */
let pages: Readonly<Record<string, string>>;
const asked: string[] = [];
let server: Server;
let origin: string;
let browser: Browser;

interface Opened {
  readonly page: Page;
  /** What the browser complained about: console, exceptions, breaches of the security policy. */
  readonly complaints: string[];
  /** Addresses that the page made the browser ask for, the page itself among them. */
  readonly requests: string[];
}

async function open(path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  if (options.javaScriptEnabled !== false) {
    const watch = "addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))";
    await page.addInitScript({ content: watch });
  }
  await page.goto(`${origin}${path}`);
  return { page, complaints, requests };
}

const everything = () => report.render(REPORT, EVIDENCE, OPTIONS);

function hostile(): string {
  const name = '"><img src=//example.org/x onerror=alert(1)><script>alert(1)</script>';
  const findings = FINDINGS.map((finding) => ({ ...finding, message: name, rule: name }));
  const disks = EVIDENCE.disks.map((disk) => ({ ...disk, uri: name }));
  return report.render(
    { ...REPORT, findings },
    { ...EVIDENCE, disks, machine: { name, labels: { [name]: name } } },
    OPTIONS,
  );
}

function thousands(): string {
  const [first] = FINDINGS;
  const findings = Array.from({ length: 5000 }, (_, index) => ({
    ...first,
    code: `area/code-${index % 5}`,
    message: `member ${index} is odd`,
  }));
  return report.render({ ...REPORT, findings: findings as ReportDocument['findings'] }, EVIDENCE, OPTIONS);
}

const filter = (page: Page, words: string) => page.getByRole('searchbox', { name: 'Filter the report' }).fill(words);
const ground = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
/** A busy machine may take its time. */
const SOON = { timeout: 10_000 };
const openAll = (page: Page) => page.getByRole('button', { name: 'Open all' }).click();

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describeWith(['chromium', 'pdftotext', 'qemu-img'], 'the HTML report in a browser', () => {
  beforeAll(async () => {
    pages = { '/everything': everything(), '/hostile': hostile(), '/thousands': thousands() };
    server = createServer((request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      response.writeHead(path in pages ? 200 : 404, { 'content-type': 'text/html' }).end(pages[path] ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout } = await execa('sh', ['-c', 'command -v chromium']);
    // tests may run as root, where Chromium has no sandbox
    browser = await chromium.launch({ executablePath: stdout, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it.each(['/everything', '/hostile', '/thousands'])(
    '%s loads without a complaint, and asks for nothing but itself',
    async (path) => {
      asked.length = 0;
      const { page, complaints, requests } = await open(path);
      await openAll(page);
      await filter(page, 'firmware');
      await page.waitForTimeout(300);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([`${origin}${path}`]);
      expect(asked).toEqual([path]);
    },
  );

  it('obeys no script but its own', async () => {
    const { page } = await open('/everything');
    const inject = `
      const script = document.createElement('script');
      script.textContent = 'injected = true';
      document.body.append(script);`;
    await expect(page.evaluate(inject)).rejects.toThrow('TrustedScript');
    expect(await page.evaluate('window.injected')).toBeUndefined();
  });

  it('has the verdict, and every chapter under its heading', async () => {
    const { page } = await open('/everything');
    expect(await page.title()).toBe('Denied: web (vm-import report)');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Denied');
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Machine',
      'Findings 5',
      'Disks 2',
      'Decisions 12',
      'Policy 8',
      'Targets 2',
      'Sources 2',
    ]);
    expect(await page.getByRole('navigation').getByRole('link').count()).toBe(7);
    await page.getByRole('navigation').getByRole('link', { name: 'Decisions' }).click();
    expect(new URL(page.url()).hash).toBe('#decisions');
  });

  it('draws the partitions to scale, and the smallest can be seen', async () => {
    const { page } = await open('/everything', { viewport: { width: 1280, height: 900 } });
    const widths = await page
      .locator('#disk0 .drawing .part > rect')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().width));
    const [esp = 0, root = 0, tiny = 0] = widths;
    expect(root / esp).toBeCloseTo(32, 0);
    expect(tiny).toBeGreaterThan(8);
  });

  it('filters over all chapters, counts, opens and marks what matches, and Escape clears', async () => {
    const { page } = await open('/everything');
    const everywhere = await page.locator('[data-item]:visible').count();
    await filter(page, 'OUTRANKED  bios');
    const found = page.locator('[data-item]:visible');
    await expect.poll(() => found.count(), SOON).toBe(1);
    expect(await found.getAttribute('id')).toBe('decision-firmware');
    expect(await page.locator('#count').textContent()).toMatch(/^1 of \d+$/);
    expect(await page.getByText('outranked by the disk content').isVisible()).toBe(true);
    expect(await page.evaluate("CSS.highlights.get('found').size")).toBeGreaterThan(1);
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Decisions 12']);

    await page.keyboard.press('Escape');
    await expect.poll(() => found.count(), SOON).toBe(everywhere);
    expect(await page.getByText('outranked by the disk content').isVisible()).toBe(false);
    expect(await page.locator('#count').textContent()).toBe('');
  });

  it('finds a finding by the long text of its code, and says so when nothing matches', async () => {
    const { page } = await open('/everything');
    await filter(page, 'says no');
    await expect.poll(() => page.locator('[data-item]:visible').count(), SOON).toBe(1);
    expect(await page.getByText('winxp is out of support').last().isVisible()).toBe(true);
    await filter(page, 'zebra');
    await expect.poll(() => page.getByText('Nothing in the report has all these words').isVisible(), SOON).toBe(true);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
  });

  it('works by keyboard alone', async () => {
    const { page } = await open('/everything');
    const focused = () => page.evaluate('document.activeElement.textContent || document.activeElement.id');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the report');
    await page.keyboard.press('/');
    expect(await focused()).toBe('words');
    await page.keyboard.type('a/b');
    expect(await page.getByRole('searchbox').inputValue()).toBe('a/b');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
    await page.keyboard.press('Escape');
    expect(await focused()).not.toBe('words');

    const summary = page.locator('#decision-firmware summary');
    await summary.focus();
    await page.keyboard.press('Enter');
    expect(await page.getByText('outranked by the disk content').isVisible()).toBe(true);
    await page.locator('#decision-firmware').getByRole('link', { name: 'the bytes' }).first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByText('|PE..d...........|').isVisible(), SOON).toBe(true);
  });

  it('follows a link into what the filter hides', async () => {
    const { page } = await open('/everything');
    await filter(page, 'winxp');
    await expect.poll(() => page.locator('#machine').isVisible(), SOON).toBe(false);
    await page.locator('#finding-2').getByRole('link', { name: 'site.no-legacy-windows' }).click();
    await expect.poll(() => page.locator('#rule-4').isVisible(), SOON).toBe(true);
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
  });

  it('stays usable with thousands of findings', async () => {
    const { page } = await open('/thousands');
    expect(await page.locator('.item:visible').count()).toBe(40);
    const started = Date.now();
    await filter(page, 'member 4321');
    await expect.poll(() => page.locator('.item:visible').count(), { interval: 20, timeout: 10_000 }).toBe(1);
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it('is light or dark as the reader likes it', async () => {
    const light = await open('/everything', { colorScheme: 'light' });
    const dark = await open('/everything', { colorScheme: 'dark' });
    expect([await ground(light.page), await ground(dark.page)]).toEqual(['rgb(246, 246, 243)', 'rgb(19, 22, 25)']);
  });

  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('gives axe nothing to complain about: %s, %i pixels wide', async (colorScheme, width) => {
    const { page } = await open('/everything', { colorScheme, viewport: { width, height: 900 } });
    await openAll(page);
    expect(await violations(page)).toEqual([]);
  });

  it.each(['/everything', '/hostile'])('fits a phone: %s', async (path) => {
    const { page } = await open(path, { viewport: { width: 320, height: 640 } });
    await openAll(page);
    const { width, wide } = (await page.evaluate(`({
      width: document.documentElement.scrollWidth,
      wide: [...document.querySelectorAll('body *:not(pre, pre *, svg *)')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .map((element) => element.outerHTML.slice(0, 200)),
    })`)) as { width: number; wide: string[] };
    expect(wide).toEqual([]);
    expect(width).toBe(320);
  });

  it.each([true, false])(
    'prints everything that matters, without controls (scripts allowed: %s)',
    async (javaScriptEnabled) => {
      const { page } = await open('/everything', { javaScriptEnabled, colorScheme: 'dark' });
      const pdf = await page.pdf({ format: 'A4' });
      const { stdout } = await execa('pdftotext', ['-layout', '-', '-'], { input: pdf });
      for (const words of [
        'Denied',
        'outranked by the disk content',
        'the archive is that large',
        '|PE..d...........|',
        'A rule of the policy says no.',
      ]) {
        expect(stdout).toContain(words);
      }
      for (const words of ['Open all', 'Skip to the report', 'Chapters']) expect(stdout).not.toContain(words);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      if (javaScriptEnabled) {
        expect(await ground(page)).toBe('rgb(255, 255, 255)');
      }
    },
  );

  it('works without scripts: nothing is missing, everything opens by hand, and there is no dead control', async () => {
    const { page } = await open('/everything', { javaScriptEnabled: false });
    expect(await page.getByRole('searchbox').count()).toBe(0);
    expect(await page.locator('#decision-memory-mib').isVisible()).toBe(true);
    expect(await page.getByText('outranked by the disk content').isVisible()).toBe(false);
    await page.locator('#decision-firmware summary').click();
    expect(await page.getByText('outranked by the disk content').isVisible()).toBe(true);
  });

  it('is written by the program, with the long text of findings, and opens from a file', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'vm-import-html-'));
    try {
      await execa('qemu-img', ['create', '-q', '-f', 'qcow2', 'disk.qcow2', '10G'], { cwd });
      await execa(process.execPath, [PROGRAM, 'disk.qcow2', '--report', 'html=report.html'], { cwd });
      const page = await browser.newPage();
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const address = pathToFileURL(join(cwd, 'report.html')).href;
      await page.goto(address);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Allowed');
      await page.getByText('What it means').first().click();
      expect(await page.locator('.long p').first().isVisible()).toBe(true);
      expect(await page.locator('#disk0 .summary').textContent()).toContain('10 GiB for the guest');
      expect(requests).toEqual([address]);
    } finally {
      await rm(cwd, { recursive: true });
    }
  });
});
