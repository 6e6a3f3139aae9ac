import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEvidence, parsePlan, parseReport, policyTestReportSchema } from '../../src/schemas.ts';
import { withoutDigest } from '../emitters/skeletons.ts';
import { openTerminal, type Terminal } from './terminal.ts';

let terminal: Terminal;
beforeEach(async () => {
  terminal = await openTerminal();
});
afterEach(() => terminal.close());

const read = (name: string) => readFile(terminal.path(name), 'utf8');

/** A firmware descriptor of QEMU. */
const FIRMWARE = JSON.stringify({
  description: 'UEFI',
  'interface-types': ['uefi'],
  mapping: {
    device: 'flash',
    executable: { filename: '/nowhere/code.fd', format: 'raw' },
    'nvram-template': { filename: '/nowhere/vars.fd', format: 'raw' },
  },
  targets: [{ architecture: 'x86_64', machines: ['pc-q35-*'] }],
  features: [],
  tags: [],
});

describe('files', () => {
  it('writes the artefact to a file and nothing to stdout', async () => {
    const { stdout: printed } = await terminal.run(['disk.qcow2', '--quiet']);
    expect(await terminal.run(['disk.qcow2', '--quiet', '-o', 'vm.xml'])).toEqual({ exit: 0, stdout: '', stderr: '' });
    expect(withoutDigest((await read('vm.xml')).replaceAll(terminal.directory, '<dir>'))).toBe(printed);
  });

  it.each([['disk.qcow2'], ['hinted.qcow2'], ['disk.qcow2', '--set', 'firmware=uefi', '--name', 'x']])(
    'the domain names its plan by the digest of what --emit plan prints: %s',
    async (...line) => {
      await terminal.run([...line, '-o', 'vm.xml']);
      await terminal.run([...line, '--emit', 'plan', '-o', 'vm.json']);
      const digest = createHash('sha256')
        .update(await readFile(terminal.path('vm.json')))
        .digest('hex');
      expect(await read('vm.xml')).toContain(`digest="sha256:${digest}"`);
    },
  );

  it('replaces an existing file whole, by rename', async () => {
    await writeFile(terminal.path('vm.xml'), 'old '.repeat(4096));
    const before = (await stat(terminal.path('vm.xml'))).ino;
    await terminal.run(['disk.qcow2', '-o', 'vm.xml']);
    expect(await read('vm.xml')).toMatch(/^<domain [\s\S]*<\/domain>\n$/);
    expect((await stat(terminal.path('vm.xml'))).ino).not.toBe(before);
  });

  it('puts several targets into a directory that it makes', async () => {
    const targets = ['libvirt-xml', 'openstack', 'openstack-set', 'openstack-json', 'openstack-ansible', 'plan'];
    const emit = targets.flatMap((target) => ['--emit', target]);
    expect((await terminal.run(['disk.qcow2', ...emit, '-o', 'out/deep'])).exit).toBe(0);
    expect((await readdir(terminal.path('out/deep'))).toSorted()).toEqual([
      'disk.openstack-set.sh',
      'disk.openstack.json',
      'disk.openstack.sh',
      'disk.openstack.yml',
      'disk.plan.json',
      'disk.xml',
    ]);
  });

  it('puts one target into a directory that is there', async () => {
    await mkdir(terminal.path('out'));
    await terminal.run(['disk.qcow2', '--name', 'web', '-o', 'out']);
    expect(await readdir(terminal.path('out'))).toEqual(['web.xml']);
  });

  it('leaves nothing behind when it cannot write', async () => {
    const { exit, stderr } = await terminal.run(['disk.qcow2', '-o', 'nowhere/vm.xml']);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('[cli/unwritable]')]);
  });

  it('never writes over a policy or a file of waivers', async () => {
    const before = await read('waivers.yaml');
    await writeFile(terminal.path('team.yaml'), 'schema: vm-import/policy@1\nname: team\nextends: [site.yaml]\n');
    for (const file of ['waivers.yaml', 'team.yaml', 'site.yaml']) {
      const line = ['disk.qcow2', '--policy', 'team.yaml', '--waivers', 'waivers.yaml', '--report', `json=${file}`];
      const { exit, stderr } = await terminal.run(line);
      expect([exit, stderr]).toEqual([2, expect.stringContaining('one of the files that are read')]);
    }
    expect(await read('waivers.yaml')).toBe(before);
  });

  it('never writes over hints, a variable store or what is known of the host', async () => {
    await writeFile(terminal.path('data.raw.vm-hints.json'), '{ "vmHints": 1 }');
    await writeFile(terminal.path('vars.fd'), Buffer.alloc(131_072, 0xff));
    await mkdir(terminal.path('firmware'));
    await writeFile(terminal.path('firmware/50-uefi.json'), FIRMWARE);
    const line = ['data.raw', '--set', 'firmware=uefi', '--set', 'nvram=vars.fd', '--host', 'firmware', '-o'];
    for (const file of ['data.raw.vm-hints.json', 'vars.fd', 'firmware/50-uefi.json']) {
      const { exit, stderr } = await terminal.run([...line, file]);
      expect([exit, stderr]).toEqual([2, expect.stringContaining('one of the files that are read')]);
    }
  });

  it('of several targets are told in one report, without a directory', async () => {
    const { exit, stdout } = await terminal.run(['disk.qcow2', '--dry-run', '--emit', 'plan', '--emit', 'openstack']);
    expect([exit, stdout]).toEqual([
      0,
      expect.stringMatching(/Kept and lost in plan[\s\S]*Kept and lost in openstack/),
    ]);
  });

  it('tell in JSON who answers for what is waived', async () => {
    const waived = ['--policy', 'site.yaml', '--waivers', 'waivers.yaml', '--now', '2027-01-31'];
    const { stdout } = await terminal.run(['disk.qcow2', '--os', 'winxp', ...waived, '--dry-run', '--report', 'json']);
    const report = parseReport(JSON.parse(stdout));
    expect(report.verdict).toBe('allowed');
    expect(report.findings.filter((finding) => finding.waived)).toMatchObject([
      { rule: 'site.big', waiver: { owner: 'storage@example.org', ticket: null, expires: '2027-06-30T10:00:00Z' } },
      {
        rule: 'site.no-legacy-windows',
        waiver: { owner: 'radiology@example.org', ticket: 'OPS-123', uri: 'waivers.yaml', pointer: '4:5' },
      },
    ]);
    const codes = ['--waivers', 'waived-codes.yaml', '--now', '2027-01-31'];
    const inspected = await terminal.run(['inspect', 'overlay.qcow2', '--json', ...codes]);
    expect(parseEvidence(JSON.parse(inspected.stdout)).findings).toMatchObject([
      { code: 'disk/backing-file', waived: true, waiver: { owner: 'images@example.org' } },
    ]);
  });

  it('writes no artefact when the verdict is not allowed, but the report', async () => {
    const { exit } = await terminal.run([
      'cut.qcow2',
      '-o',
      'vm.xml',
      '--report',
      'json=report.json',
      '--report',
      'text=report.txt',
    ]);
    expect(exit).toBe(3);
    expect(await readdir(terminal.directory)).not.toContain('vm.xml');
    expect(JSON.parse(await read('report.json'))).toMatchObject({ verdict: 'unreadable' });
    expect(await read('report.txt')).toContain('Verdict: unreadable');
  });

  it('writes nothing beside the images it reads', async () => {
    const before = await readdir(terminal.directory);
    await terminal.run(['hinted.qcow2', '--dry-run']);
    await terminal.run(['inspect', 'disk.qcow2', '--verify', 'all']);
    await terminal.run(['policy', 'test', 'tests']);
    expect(await readdir(terminal.directory)).toEqual(before);
  });
});

describe('documents', () => {
  it('read back what they wrote', async () => {
    await terminal.run(['hinted.qcow2', '--emit', 'plan', '-o', 'plan.json']);
    expect(parsePlan(await read('plan.json'))).toMatchObject({ name: 'hinted', values: { firmware: 'uefi' } });
    const { stdout: report } = await terminal.run(['hostile.qcow2', '--dry-run', '--report', 'json']);
    expect(parseReport(JSON.parse(report))).toEqual(JSON.parse(report));
    const { stdout: evidence } = await terminal.run(['inspect', '--json', 'hinted.qcow2', 'data.raw']);
    expect(parseEvidence(JSON.parse(evidence))).toEqual(JSON.parse(evidence));
    const { stdout: tests } = await terminal.run(['policy', 'test', 'tests', '--json']);
    expect(policyTestReportSchema.parse(JSON.parse(tests))).toEqual(JSON.parse(tests));
  });

  it('are the same bytes for the same inputs', async () => {
    const line = ['hinted.qcow2', 'data.raw', '--dry-run', '--report', 'json', '--policy', 'site.yaml'];
    expect(await terminal.run(line)).toEqual(await terminal.run(line));
  });

  it('agree on one verdict: report and exit status', async () => {
    const verdicts = { 0: 'allowed', 1: 'denied', 3: 'unreadable', 4: 'unresolved' } as Record<number, string>;
    for (const line of [
      ['disk.qcow2'],
      ['disk.qcow2', '--strict'],
      ['cut.qcow2'],
      ['overlay.qcow2'],
      ['hinted.qcow2', 'bios.qcow2'],
      ['overlay.qcow2', '--allow-backing', '--emit', 'openstack'],
      // unreadable comes before unresolved
      ['cut.qcow2', 'disk.qcow2', '--set', 'secure-boot=true', '--set', 'machine=i440fx'],
    ]) {
      const { exit, stdout } = await terminal.run([...line, '--dry-run', '--report', 'json']);
      expect([line, JSON.parse(stdout).verdict]).toEqual([line, verdicts[exit]]);
    }
  });
});

describe('side-cars', () => {
  it('count more than hints in the image, and both are listed', async () => {
    await writeFile(terminal.path('hinted.qcow2.vm-hints.json'), '{"vmHints":1,"hardware":{"machine":["q35"]}}');
    const { stdout } = await terminal.run(['explain', 'machine', 'hinted.qcow2']);
    expect(stdout).toMatch(
      /^machine is q35\n {2}because the hint document recommends q35\n {4}<dir>\/hinted.qcow2.vm-hints.json\n/,
    );
    expect(stdout).toContain(
      'the hint document recommends i440fx or q35 (its second choice)\n      <dir>/hinted.qcow2\n',
    );
    expect(stdout).toContain('not i440fx: weaker\n');
  });

  it('that are symbolic links are not followed', async () => {
    await symlink('/etc/passwd', terminal.path('disk.qcow2.vm-hints.json'));
    const { exit, stderr } = await terminal.run(['disk.qcow2']);
    expect([exit, stderr]).toEqual([0, expect.stringContaining('[hints/side-car-not-a-file]')]);
  });

  it('that name another disk are refused when digests are verified', async () => {
    const sha256 = 'ab'.repeat(32);
    await writeFile(terminal.path('disk.qcow2.vm-hints.json'), JSON.stringify({ vmHints: 1, image: { sha256 } }));
    expect((await terminal.run(['disk.qcow2'])).exit).toBe(0);
    const { exit, stderr } = await terminal.run(['disk.qcow2', '--verify', 'listed']);
    expect([exit, stderr]).toEqual([3, expect.stringContaining('[hints/wrong-image]')]);
  });

  it('given by hand outrank all others', async () => {
    await writeFile(terminal.path('mine.json'), '{"vmHints":1,"hardware":{"machine":["q35"]}}');
    const { stdout } = await terminal.run(['get', 'machine', 'hinted.qcow2', '--hints', 'mine.json']);
    expect(stdout).toBe('q35\n');
  });

  it('that are malformed stop the import, unless the policy ignores hints', async () => {
    await writeFile(terminal.path('disk.qcow2.vm-hints.json'), '{"vmHints":1,');
    expect((await terminal.run(['disk.qcow2'])).exit).toBe(3);
    await writeFile(
      terminal.path('ignore.yaml'),
      'schema: vm-import/policy@1\nname: ignore\ntrust: { hints: ignore }\nrules: []\n',
    );
    expect((await terminal.run(['disk.qcow2', '--policy', 'ignore.yaml'])).exit).toBe(0);
  });
});

describe('hints set and unset', () => {
  it('write a document that get, plan and validate see', async () => {
    expect((await terminal.run(['hints', 'set', 'disk.qcow2', 'hints.json'])).exit).toBe(0);
    const { stdout } = await terminal.run(['hints', 'get', 'disk.qcow2']);
    expect(JSON.parse(stdout)).toMatchObject({ vmHints: 1, hardware: { firmware: { required: ['uefi'] } } });
    expect((await terminal.run(['get', 'firmware', 'disk.qcow2'])).stdout).toBe('uefi\n');
    expect((await terminal.run(['hints', 'validate', 'disk.qcow2'])).exit).toBe(0);
    expect((await terminal.run(['hints', 'unset', 'disk.qcow2'])).exit).toBe(0);
    expect((await terminal.run(['hints', 'get', 'disk.qcow2'])).stdout).toBe('');
    expect((await terminal.run(['get', 'firmware', 'disk.qcow2', '--quiet'])).stdout).toBe('bios\n');
  });

  it('refuse a document that would be refused on reading', async () => {
    const before = await readFile(terminal.path('disk.qcow2'));
    const { exit, stderr } = await terminal.run(['hints', 'set', 'disk.qcow2', 'hostile-hints.json']);
    expect([exit, stderr]).toEqual([1, expect.stringContaining('[hints/refused-back-end]')]);
    expect(await readFile(terminal.path('disk.qcow2'))).toEqual(before);
  });

  it.each([
    ['an overlay', 'overlay.qcow2', 3],
    ['a raw disk', 'data.raw', 2],
    ['a missing file', 'nowhere.qcow2', 3],
  ])('refuse %s', async (_title, name, status) => {
    expect((await terminal.run(['hints', 'set', name, 'hints.json'])).exit).toBe(status);
  });
});
