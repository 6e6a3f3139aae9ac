import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Evidence } from '../../src/facts/index.ts';
import { inspect, VmImportError } from '../../src/index.ts';
import { describeWith, itRefused, runTool } from './tools.ts';
import { askVirtV2v, macOf, NOTHING, type Told } from './virt-v2v.ts';
import { DIFFERENT, NOT_UNDERSTOOD, REFUSED, UNREAD } from './virt-v2v-differences.ts';

const OWN = fileURLToPath(new URL('../../fixtures/descriptors/ovf', import.meta.url));
const REAL = fileURLToPath(new URL('../../../shared/data/ovf', import.meta.url));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vm-import-bundles-'));
  runTool('qemu-img', ['create', '-q', '-f', 'vmdk', '-o', 'subformat=streamOptimized', 'dummy.vmdk', '1M'], directory);
  runTool('sh', ['-c', 'gzip -k dummy.vmdk; truncate -s 64K dummy.iso'], directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** An OVA of the descriptor and files under the names that it gives, as far as they lie below it. */
function ovaOf(descriptor: string): string {
  const work = mkdtempSync(join(directory, 'ova-'));
  const text = readFileSync(descriptor, 'utf8');
  const members = new Set(['machine.ovf']);
  copyFileSync(descriptor, join(work, 'machine.ovf'));
  for (const [element, href = ''] of text.matchAll(/<(?:\w+:)?File\b[^>]*?\bhref="([^"]*)"[^>]*>/g)) {
    const name = unescaped(href);
    if (/^$|^\/|:\/\/|(?:^|\/)\.\.(?:\/|$)/.test(name)) continue;
    const file = /chunkSize="[1-9]/.test(element) ? `${name}.000000000` : name;
    mkdirSync(dirname(join(work, file)), { recursive: true });
    const packed = /compression="gz/.test(element) ? '.gz' : '';
    const disk = /\.(?:vmdk|vhdx?|vdi|img|raw)$|^[^.]*$/i.test(name) || packed !== '';
    const kind = disk ? `dummy.vmdk${packed}` : 'dummy.iso';
    copyFileSync(join(directory, kind), join(work, file));
    members.add(file);
  }
  runTool('tar', ['--format=gnu', '--no-unquote', '-cf', 'machine.ova', '--', ...members], work);
  return join(work, 'machine.ova');
}

/** Our evidence in virt-v2v's terms. What no vote states is what both take: BIOS. */
function toldBy({ machine, disks, nics, votes }: Evidence): Told {
  const said = (key: string, subject: string | null = null) =>
    votes.find((vote) => vote.key === key && vote.subject === subject && vote.uri?.endsWith('.ovf') === true)
      ?.values[0];
  const number = (key: string) => (said(key) === undefined ? null : Number(said(key)));
  return {
    name: machine.name,
    memoryMib: number('memory-mib'),
    vcpus: number('vcpus'),
    firmware: String(said('firmware') ?? 'bios'),
    // media in drives are disks of the evidence too
    disks: disks.filter(({ uri }) => !uri.endsWith('.iso')).map(({ id }) => String(said('disk-bus', id) ?? 'none')),
    nics: nics.map(({ network, mac, model }) =>
      [network ?? 'none', macOf(mac), model?.toLowerCase() ?? 'none'].join(' | '),
    ),
  };
}

async function ask(ova: string): Promise<Told | string> {
  try {
    const evidence = await inspect([ova]);
    const refusal = evidence.findings.find(({ severity, code }) => severity === 'error' && !code.startsWith('vmdk/'));
    return evidence.disks.length === 0 && refusal !== undefined ? refusal.code : toldBy(evidence);
  } catch (error) {
    if (error instanceof VmImportError) return error.finding.code;
    throw error;
  }
}

const FIELDS = ['name', 'memoryMib', 'vcpus', 'firmware', 'disks', 'nics'] as const;
const stems = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.ovf'))
        .map((name) => basename(name, '.ovf'))
    : [];

describeWith(['virt-v2v', 'qemu-img', 'tar', 'gzip'], 'virt-v2v agrees', () => {
  const own = stems(OWN);
  const real = stems(REAL);
  if (real.length === 0)
    itRefused('on descriptors of other products', 'they are not ours to hand on, and not on this machine');

  it('on descriptors that are there: each difference that is allowed names a file', () => {
    const named = [UNREAD, DIFFERENT].flat().flatMap(({ files }) => files);
    const all = [...named, ...Object.values(REFUSED).flat(), ...NOT_UNDERSTOOD];
    const known = new Set([...own, ...real]);
    expect(all.filter((stem) => !known.has(stem) && (real.length > 0 || !stem.includes('__')))).toEqual([]);
    // enough is left to agree on
    const compared = own.filter((stem) => !all.includes(stem) || DIFFERENT.some(({ files }) => files.includes(stem)));
    expect(compared.length).toBeGreaterThan(10);
  });

  it.each([...own.map((stem) => [stem, OWN] as const), ...real.map((stem) => [stem, REAL] as const)])(
    'on %s',
    async (stem, folder) => {
      const ova = ovaOf(join(folder, `${stem}.ovf`));
      const [theirs, ours] = [askVirtV2v(ova), await ask(ova)];
      rmSync(dirname(ova), { recursive: true });
      const code = Object.keys(REFUSED).find((refusal) => REFUSED[refusal]?.includes(stem));
      if (code !== undefined || typeof ours === 'string') expect(ours).toBe(code);
      const unread = UNREAD.find(({ files }) => files.includes(stem));
      if (unread !== undefined || typeof theirs === 'string') expect(theirs).toMatch(unread?.says ?? /^$/);
      if (typeof ours === 'string' || typeof theirs === 'string') return;
      if (NOT_UNDERSTOOD.includes(stem)) {
        expect({ ...theirs, name: '' }).toEqual({ ...NOTHING, name: '' });
        return;
      }
      const allowed = DIFFERENT.filter(({ files }) => files.includes(stem)).flatMap(({ fields }) => fields);
      const different = FIELDS.filter((field) => JSON.stringify(theirs[field]) !== JSON.stringify(ours[field]));
      expect({ stem, different, theirs, ours }).toEqual({
        stem,
        different: FIELDS.filter((field) => allowed.includes(field)),
        theirs,
        ours,
      });
    },
  );
});
