import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { commandRunner } from '../../src/exec/index.ts';
import { askHost } from '../../src/host/ask.ts';
import { checkConnection, isConnection, isLocal, isUnprivileged } from '../../src/host/connection.ts';

let folder: string;
const real = process.env['PATH'] ?? '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'virsh-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  vi.stubEnv('PATH', `${folder}:${real}`);
});

const CAPABILITIES = `<capabilities><host/>
  <guest><os_type>hvm</os_type><arch name='x86_64'><machine canonical='pc-q35-7.2'>q35</machine><machine>pc-q35-7.2</machine>
    <machine>pc-i440fx-7.2</machine><machine>isapc</machine><domain type='qemu'/><domain type='kvm'/><domain type='xen'/></arch></guest>
  <guest><os_type>hvm</os_type><arch name='sparc'><machine>SS-5</machine><domain type='qemu'/></arch></guest>
</capabilities>`;
const ANSWER = `<domainCapabilities><domain>$6</domain><machine>pc-q35-7.2</machine><arch>$2</arch></domainCapabilities>`;

/** A virsh that writes down how it is called. */
async function virsh(answers: { readonly [name: string]: string }): Promise<void> {
  const cases = Object.entries(answers).map(([name, script]) => `${name}) ${script} ;;`);
  const script = `#!/bin/sh
echo "$*" >> '${folder}/calls'
shift
[ "$1" = -c ] && shift 2
command=$1
shift
case $command in
${cases.join('\n')}
esac
`;
  await writeFile(join(folder, 'virsh'), script);
  await chmod(join(folder, 'virsh'), 0o755);
  await rm(join(folder, 'calls'), { force: true });
}

const print = (text: string) => `cat <<END\n${text}\nEND\n`;
const run = commandRunner({ timeout: 2000, output: 1 << 20 });
const URI = 'qemu+ssh://kvm1/system';
const ask = (uri: string | null = URI) => askHost(uri, { run, readFile: (path) => readFile(path, 'utf8') });
const calls = async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');

async function refused(asked: Promise<unknown>): Promise<VmImportError['finding']> {
  const error = await asked.catch((caught: unknown) => caught);
  if (!(error instanceof VmImportError)) throw error;
  return error.finding;
}

describe('a connection', () => {
  it('is asked for each kind of guest that plans are made for', async () => {
    await virsh({
      capabilities: print(CAPABILITIES),
      domcapabilities: print(ANSWER),
      version: print('Running hypervisor: QEMU 7.2.22\nRunning against daemon: 9.0.0'),
    });
    const { host, findings } = await ask();
    expect(findings).toEqual([]);
    expect(host).toMatchObject({ uris: [URI], libvirtVersion: '9.0.0', qemuVersion: '7.2.22', firmwares: null });
    expect(host.domains.map(({ architecture, virtType }) => `${architecture} ${virtType}`)).toEqual(
      ['qemu', 'kvm', 'qemu', 'kvm'].map((type) => `x86_64 ${type}`),
    );
    const asked = (machine: string, type: string) =>
      `-q -c ${URI} domcapabilities --arch x86_64 --machine ${machine} --virttype ${type}`;
    expect((await calls()).toSorted()).toEqual([
      `-q -c ${URI} capabilities`,
      asked('pc-i440fx-7.2', 'kvm'),
      asked('pc-i440fx-7.2', 'qemu'),
      asked('q35', 'kvm'),
      asked('q35', 'qemu'),
      `-q -c ${URI} version --daemon`,
    ]);
  });

  it('is the one that libvirt has by default where none is named', async () => {
    await virsh({ uri: print('test:///default'), capabilities: print('<capabilities/>') });
    const { host, findings } = await ask(null);
    expect(host).toMatchObject({ uris: ['test:///default'], domains: [], libvirtVersion: null, qemuVersion: null });
    expect(findings).toMatchObject([{ code: 'host/no-domains', severity: 'warning' }]);
    expect((await calls())[0]).toBe('-q uri');
  });

  it('that refuses a kind of guest is taken at its word', async () => {
    await virsh({
      capabilities: print(CAPABILITIES),
      domcapabilities: `if [ $6 = kvm ]; then echo 'error: invalid argument: KVM is not supported' >&2; exit 1; fi; ${print(ANSWER)}`,
    });
    const { host, findings } = await ask();
    expect(host.domains).toHaveLength(2);
    expect(findings.map(({ code, severity, args }) => [code, severity, args['guest']])).toEqual([
      ['host/no-answer', 'warning', 'x86_64 q35 kvm'],
      ['host/no-answer', 'warning', 'x86_64 pc-i440fx-7.2 kvm'],
    ]);
  });

  it('of this machine brings the firmware that is installed', async () => {
    await virsh({ capabilities: print('<capabilities/>') });
    const { host } = await ask('qemu:///session');
    expect(host.firmwares === null || host.firmwares.every(({ uri }) => uri.endsWith('.json'))).toBe(true);
  });

  it.each<[string, { readonly [name: string]: string }, string]>([
    ['fails', { capabilities: "echo 'error: failed to connect' >&2; exit 1" }, 'exec/failed'],
    [
      'loses its connection',
      { capabilities: print(CAPABILITIES), domcapabilities: "echo 'error: Broken pipe' >&2; exit 1" },
      'exec/failed',
    ],
    ['hangs', { capabilities: 'sleep 60' }, 'exec/timed-out'],
    ['prints 100 MB', { capabilities: 'head -c 100000000 /dev/zero' }, 'exec/too-much-output'],
    ['hangs later', { capabilities: print(CAPABILITIES), domcapabilities: 'sleep 60' }, 'exec/timed-out'],
  ])('whose virsh %s ends the run in time', async (_, answers, code) => {
    await virsh(answers);
    const start = performance.now();
    expect(await refused(ask())).toMatchObject({ code, exit: 2 });
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it('whose virsh prints something else is an error of the document', async () => {
    await virsh({ capabilities: print('hello') });
    const { findings } = await ask();
    expect(findings).toMatchObject([{ code: 'host/malformed', exit: 2, severity: 'error' }]);
  });

  it('without virsh ends with what to install', async () => {
    vi.stubEnv('PATH', join(folder, 'nowhere'));
    expect(await refused(ask())).toMatchObject({
      code: 'exec/missing',
      exit: 2,
      args: { remedy: expect.stringContaining('libvirt-clients') },
    });
  });
});

describe('a URI', () => {
  it.each(['qemu:///system', 'qemu+ssh://root@kvm1/system', 'test:///default', 'qemu:///embed?root=/tmp/x'])(
    '%s is asked',
    (uri) => {
      expect(isConnection(uri)).toBe(true);
      expect(() => checkConnection(uri)).not.toThrow();
    },
  );

  it.each(['caps.xml', '/etc/host.json', resolve('qemu'), './qemu:', 'C:\\caps.xml'])('%s is a path', (path) => {
    expect(isConnection(path)).toBe(false);
  });

  it.each([
    '-c',
    'http://example.org/',
    'qemu://-oProxyCommand=x/system',
    'qemu+ssh://root@-x/system',
    'qemu:///a b',
    'qemu:///\u001b[2J',
  ])('%j is refused', (uri) => {
    expect(() => checkConnection(uri)).toThrow(/host\/bad-uri/);
  });

  it('tells whose files are ours', () => {
    expect(
      ['qemu:///system', 'qemu+unix:///session', 'qemu+ssh://a/system', 'qemu://a/system', 'test:///default'].map(
        isLocal,
      ),
    ).toEqual([true, true, false, false, false]);
    expect([
      isUnprivileged('qemu:///session', 1000),
      isUnprivileged('qemu:///session', 0),
      isUnprivileged('qemu:///system', 1000),
    ]).toEqual([true, false, false]);
  });
});
