import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostCapabilities, HostDomain } from '../../src/facts/index.ts';
import { parseHostDocuments, serialiseHost } from '../../src/host/index.ts';

async function fixture(name: string) {
  return { uri: `${name}.xml`, text: await readFile(`fixtures/host/${name}.xml`, 'utf8') };
}

const parse = (text: string) => parseHostDocuments([{ uri: 'host.xml', text }]);

const UNKNOWN: HostDomain = {
  uri: 'domcapabilities-minimal.xml',
  architecture: 'x86_64',
  machine: 'q35',
  canonicalMachine: 'pc-q35-9.2',
  virtType: 'kvm',
  maxVcpus: null,
  firmware: null,
  secureBoot: null,
  cpuModes: null,
  diskBuses: null,
  videoModels: null,
  graphics: null,
  tpmModels: null,
  tpmVersions: null,
  rngModels: null,
  hyperv: null,
  launchSecurity: {},
};

const NOTHING: HostCapabilities = {
  uris: [],
  domains: [],
  guests: null,
  firmwares: null,
  libvirtVersion: null,
  qemuVersion: null,
};

describe('domcapabilities', () => {
  it('leaves what a document does not mention unknown', async () => {
    const { host, findings } = await parseHostDocuments([await fixture('domcapabilities-minimal')]);
    expect(findings).toEqual([]);
    expect(host).toEqual({ ...NOTHING, uris: ['domcapabilities-minimal.xml'], domains: [UNKNOWN] });
  });

  it('reads what newer documents say', async () => {
    const { host } = await parseHostDocuments([await fixture('domcapabilities-new')]);
    expect(host.domains).toEqual([
      {
        ...UNKNOWN,
        uri: 'domcapabilities-new.xml',
        architecture: 'aarch64',
        machine: 'virt',
        canonicalMachine: 'virt-10.0',
        maxVcpus: 512,
        firmware: ['efi'],
        secureBoot: true,
        cpuModes: ['host-passthrough', 'maximum'],
        diskBuses: ['virtio', 'scsi'],
        graphics: [],
        tpmModels: ['tpm-tis'],
        tpmVersions: [],
        launchSecurity: { sev: false, 'sev-snp': false, 's390-pv': false, tdx: true },
      },
    ]);
  });

  const caps = (inner: string) =>
    `<domainCapabilities><domain>qemu</domain><machine>pc</machine><arch>x86_64</arch>${inner}</domainCapabilities>`;
  it.each<[string, string, Partial<HostDomain>]>([
    ['an empty enumeration is none', "<os supported='yes'><enum name='firmware'/></os>", { firmware: [] }],
    ['a loader without secure is unknown', "<os supported='yes'><loader supported='yes'/></os>", { secureBoot: null }],
    ['no loader at all is no Secure Boot', "<os supported='yes'><loader supported='no'/></os>", { secureBoot: false }],
    ['a TPM that is not supported', "<devices><tpm supported='no'/></devices>", { tpmModels: [], tpmVersions: [] }],
    ['Hyper-V that is not supported', "<features><hyperv supported='no'/></features>", { hyperv: [] }],
    ['an absurd number of processors is unknown', "<vcpu max='99999999999'/>", { maxVcpus: null }],
    [
      'confidential computing that is not supported',
      "<features><launchSecurity supported='no'/><tdx supported='no'/></features>",
      { launchSecurity: { sev: false, 'sev-snp': false, 's390-pv': false, tdx: false } },
    ],
    [
      'features named like the technology',
      "<features><sev supported='yes'/><sgx supported='no'/></features>",
      { launchSecurity: { sev: true, sgx: false } },
    ],
    [
      'attributes that JavaScript knows',
      "<devices constructor='x'><disk supported='yes'><enum name='bus'><value>__proto__</value></enum></disk></devices>",
      { diskBuses: ['__proto__'] },
    ],
  ])('%s', async (_, inner, expected) => {
    const { host, findings } = await parse(caps(inner));
    expect(findings).toEqual([]);
    expect(host.domains[0]).toMatchObject(expected);
  });
});

describe('capabilities', () => {
  it('lists architectures with every machine name, for hvm only', async () => {
    const { host, findings } = await parseHostDocuments([await fixture('capabilities')]);
    expect(findings).toEqual([]);
    expect(host.domains).toEqual([]);
    expect(host.guests).toEqual([
      {
        uri: 'capabilities.xml',
        architecture: 'x86_64',
        virtTypes: ['qemu', 'kvm'],
        machines: ['pc-q35-9.2', 'q35', 'microvm'],
      },
      { uri: 'capabilities.xml', architecture: 'riscv64', virtTypes: ['qemu'], machines: ['virt'] },
    ]);
  });
});

describe('what is no host document', () => {
  it.each<[string, string, string, string | null]>([
    ['nothing', '', 'host/malformed', '1:1'],
    ['no XML', 'error: failed to connect\n', 'host/malformed', '1:1'],
    ['an open element', '<domainCapabilities>\n  <arch>x86_64\n', 'host/malformed', '3:1'],
    ['elements that cross', '<domainCapabilities>\n<a><b></a></b></domainCapabilities>', 'host/malformed', '2:10'],
    ['a DOCTYPE', '<!DOCTYPE x [<!ENTITY e "x">]><domainCapabilities/>', 'host/malformed', '1:30'],
    ['an unknown entity', '<capabilities>\n  &bomb;</capabilities>', 'host/malformed', '2:8'],
    ['two documents', '<capabilities/>\n<capabilities/>', 'host/malformed', '2:14'],
    ['another document', '\n<domain type="kvm"/>', 'host/unknown-document', '2:20'],
    [
      'no machine',
      '<domainCapabilities>\n<domain>kvm</domain><arch>x</arch></domainCapabilities>',
      'host/incomplete',
      '1:20',
    ],
    [
      'another hypervisor',
      '<domainCapabilities><arch>x</arch><machine>m</machine>\n<domain>xen</domain></domainCapabilities>',
      'host/other-hypervisor',
      '2:8',
    ],
    ['other JSON', '{"schema": "vm-import/policy@1"}', 'host/unknown-document', '1:1'],
    ['JSON without a schema', '[1]', 'host/unknown-document', '1:1'],
    ['broken JSON', '{\n  "schema": vm\n}', 'host/malformed', null],
    [
      'a snapshot that lacks something',
      '{"schema": "vm-import/host@1", "uris": [], "domains": [{}], "guests": null}',
      'host/bad-snapshot',
      '/domains/0/uri',
    ],
    [
      'a snapshot with something more',
      '{"schema": "vm-import/host@1", "uris": [], "domains": [], "guests": null, "x": 1}',
      'host/bad-snapshot',
      '',
    ],
  ])('%s', async (_, text, code, pointer) => {
    const { host, findings } = await parse(text);
    expect(host).toEqual(NOTHING);
    expect(findings.map((finding) => [finding.code, finding.exit, finding.at])).toEqual([
      [code, 2, [{ origin: 'host', uri: 'host.xml', pointer }]],
    ]);
  });

  it.each<[string, string, string]>([
    ['depth', '<capabilities>'.repeat(5000), 'it has more than 64 levels'],
    [
      'number of elements',
      `<capabilities>${'<a/>'.repeat(100_001)}</capabilities>`,
      'it has more than 100000 elements',
    ],
  ])('bounds the %s', async (_, text, problem) => {
    expect((await parse(text)).findings.map(({ args }) => args['problem'])).toEqual([problem]);
  });

  it('bounds the size', async () => {
    const { findings } = await parse(`<capabilities>${' '.repeat(4 * 1024 * 1024)}</capabilities>`);
    expect(findings.map(({ code }) => code)).toEqual(['host/too-large']);
  });

  it('keeps what other documents say', async () => {
    const { host, findings } = await parseHostDocuments([await fixture('capabilities'), { uri: 'x', text: '' }]);
    expect(findings).toHaveLength(1);
    expect(host.guests).toHaveLength(2);
  });

  it('never throws', async () => {
    const { text } = await fixture('domcapabilities-new');
    const broken = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .tuple(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1)),
      fc.nat(text.length).map((at) => text.slice(0, at)),
    );
    await fc.assert(
      fc.asyncProperty(broken, async (document) => {
        const { host, findings } = await parse(document);
        expect(host.uris.length + findings.length).toBe(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a saved snapshot', () => {
  it('reads back what was written', async () => {
    const documents = await Promise.all(
      ['domcapabilities-minimal', 'domcapabilities-new', 'capabilities'].map(fixture),
    );
    const { host } = await parseHostDocuments(documents);
    const saved = serialiseHost(host);
    expect(await parse(saved)).toEqual({ host, findings: [] });
    expect(serialiseHost((await parse(saved)).host)).toBe(saved);
  });

  it('keeps that no capabilities document was given', async () => {
    const { host } = await parseHostDocuments([await fixture('domcapabilities-minimal')]);
    expect((await parse(serialiseHost(host))).host.guests).toBeNull();
  });
});
