import { describe, expect, it } from 'vitest';
import type { HostDomain, Key, Value } from '../../src/facts/index.ts';
import * as c from './cases.ts';

/** What a document says the host lacks, what somebody requires, and what lost or could not be had. */
const lacking: readonly (readonly [title: string, domain: Partial<HostDomain>, key: Key, value: Value])[] = [
  ['UEFI', { firmware: [] }, 'firmware', 'uefi'],
  ['Secure Boot', { secureBoot: false }, 'secure-boot', true],
  ['a CPU mode', { cpuModes: ['host-model'] }, 'cpu-mode', 'host-passthrough'],
  ['a disk bus', { diskBuses: ['virtio'] }, 'disk-bus', 'sata'],
  ['a video model', { videoModels: ['virtio'] }, 'video-model', 'qxl'],
  ['a display', { graphics: ['vnc'] }, 'graphics', 'spice'],
  ['a TPM version', { tpmVersions: ['2.0'] }, 'tpm', '1.2'],
  ['an RNG', { rngModels: [] }, 'rng', 'virtio'],
  ['as many vCPUs', { maxVcpus: 8 }, 'vcpus', 16],
  ['a confidential computing technology', { launchSecurity: { tdx: false } }, 'launch-security', 'tdx'],
  ['any Hyper-V enlightenment', { hyperv: [] }, 'hyperv', true],
];

describe('a host document', () => {
  it.each(lacking)('that lacks %s makes its requirement unresolved', (_title, domain, key, value) => {
    const required = c.hints(key, 'required', [value]);
    const host = c.host(c.domain(domain));
    const codes = c.decideAll([required], { host }).findings.map(({ code }) => code);
    expect(codes).toContain('plan/unresolved');
    // the same document without the statement stops nothing
    const silent = Object.fromEntries(Object.keys(domain).map((name) => [name, name === 'launchSecurity' ? {} : null]));
    const other = c.decideAll([required], { host: c.host(c.domain(silent)) });
    expect(other.findings.map(({ code }) => code)).not.toContain('plan/unresolved');
  });

  it('without a TPM leaves machines without one alone', () => {
    const host = c.host(c.domain({ tpmModels: [], tpmVersions: [] }));
    const resolution = c.decideAll([], { host });
    expect(resolution.findings).toEqual([]);
    expect(c.valuesOf(resolution)).toMatchObject({ tpm: 'none', machine: 'q35' });
  });

  it('about another machine is no reason to take that machine', () => {
    const host = c.host(c.domain({ machine: 'i440fx', canonicalMachine: 'pc-i440fx-7.2' }));
    const resolution = c.decideAll([], { host });
    expect(c.valuesOf(resolution)).toMatchObject({ machine: 'q35' });
    expect(resolution.findings.map(({ code }) => code)).toEqual(['plan/host-silent']);
  });

  it('is left where somebody recommends another machine', () => {
    const host = c.host(c.domain());
    const votes = [
      c.osinfo('machine', 'recommended', ['i440fx']),
      c.osinfo('disk-bus', 'recommended', ['ide', 'sata']),
    ];
    const resolution = c.decideAll(votes, { host, drivers: c.WINDOWS_XP });
    expect(c.valuesOf(resolution)).toMatchObject({ machine: 'i440fx', 'disk-bus.disk0': 'ide' });
    expect(resolution.findings.map(({ code }) => code)).toEqual(['plan/host-silent']);
  });

  it('is not escaped to a machine nobody asked for', () => {
    const host = c.host(c.domain());
    const resolution = c.decideAll([c.hints('graphics', 'recommended', ['spice'])], { host });
    expect(c.valuesOf(resolution)).toMatchObject({ machine: 'q35', graphics: 'vnc' });
  });

  it.each(['x86_64', 'aarch64'])('beside one of another processor lets %s run', (architecture) => {
    const arm = c.domain({ uri: 'arm.xml', architecture: 'aarch64', machine: 'virt', cpuModes: ['host-passthrough'] });
    const votes = [c.hints('architecture', 'required', [architecture])];
    expect(c.valuesOf(c.decideAll(votes, { host: c.host(c.domain(), arm) }))).toMatchObject({ 'virt-type': 'kvm' });
  });

  it('of capabilities lists pinned machines by name', () => {
    const guests = [{ uri: 'caps.xml', architecture: 'x86_64', virtTypes: ['kvm'], machines: ['pc-q35-7.2', 'q35'] }];
    const host = { ...c.NO_HOST, uris: ['caps.xml'], guests };
    const machine = (name: string) => c.valuesOf(c.decideAll([c.policySet('machine', [name])], { host }))['machine'];
    expect([machine('pc-q35-7.2'), machine('pc-q35-9.2'), machine('q35')]).toEqual(['pc-q35-7.2', null, 'q35']);
  });
});
