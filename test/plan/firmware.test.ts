import { describe, expect, it } from 'vitest';
import type { HostCapabilities, HostFirmware, SuppliedStore, Value } from '../../src/facts/index.ts';
import { chooseFirmware, enlightenmentsOf, firmwareOfHost } from '../../src/plan/firmware.ts';
import * as c from './cases.ts';

const ENROLLED = c.firmware({
  code: 'CODE_4M.ms.fd',
  vars: 'VARS_4M.ms.fd',
  targets: [{ architecture: 'x86_64', machines: ['pc-q35-*'] }],
  features: ['secure-boot', 'enrolled-keys', 'requires-smm'],
});
const SECURE = c.firmware({
  code: 'CODE_4M.secboot.fd',
  targets: [{ architecture: 'x86_64', machines: ['pc-q35-*'] }],
  features: ['secure-boot', 'requires-smm'],
});
const PLAIN = c.firmware();
const hostWith = (...firmwares: HostFirmware[]): HostCapabilities => ({ ...c.host(c.domain()), firmwares });
const debian = hostWith(ENROLLED, SECURE, PLAIN);

const keys = (enrolled: boolean) => ({ pk: enrolled, kek: enrolled, db: enrolled });
const supplied = (over: Partial<SuppliedStore['store']> = {}, format: 'raw' | 'qcow2' = 'raw'): SuppliedStore => ({
  path: '/vm/nvram.fd',
  format,
  store: {
    size: 540_672,
    authenticated: true,
    variables: 3,
    keys: keys(false),
    secureBootEnabled: null,
    bootEntries: 0,
    ...over,
  },
});

const MACHINE = { architecture: 'x86_64', machine: 'q35', 'virt-type': 'kvm', firmware: 'uefi' };
const values = (over: { readonly [key: string]: Value } = {}) => ({
  ...MACHINE,
  'secure-boot': false,
  nvram: '/vm/nvram.fd',
  ...over,
});
const codes = ({ findings }: ReturnType<typeof chooseFirmware>) => findings.map(({ code }) => code);

describe('a supplied variable store', () => {
  it('is named with the code that goes with it', () => {
    expect(chooseFirmware(values(), debian, supplied())).toEqual({
      files: {
        loader: { path: '/fw/CODE_4M.fd', format: 'raw', type: 'pflash' },
        template: { path: '/vm/nvram.fd', format: 'raw' },
        reason: 'libvirt refuses a variable store beside firmware that it selects itself',
      },
      findings: [],
    });
  });

  it('with keys goes with the code that enforces them', () => {
    const choice = chooseFirmware(values({ 'secure-boot': true }), debian, supplied({ keys: keys(true) }));
    expect(choice).toMatchObject({ files: { loader: { path: '/fw/CODE_4M.ms.fd' } }, findings: [] });
  });

  it.each<[string, { readonly [key: string]: Value }, SuppliedStore, string]>([
    ['of another size', {}, supplied({ size: 131_072 }), 'no-build'],
    ['in another format', {}, supplied({}, 'qcow2'), 'no-build'],
    ['without keys, with Secure Boot', { 'secure-boot': true }, supplied(), 'without-keys'],
    [
      'without db, with Secure Boot',
      { 'secure-boot': true },
      supplied({ keys: { pk: true, kek: true, db: false } }),
      'without-keys',
    ],
    [
      'with keys, where the guest is to enrol its own',
      { 'secure-boot': true, 'enrolled-keys': false },
      supplied({ keys: keys(true) }),
      'with-keys',
    ],
    [
      'with keys that are switched off',
      { 'secure-boot': true },
      supplied({ keys: keys(true), secureBootEnabled: false }),
      'switched-off',
    ],
    ['of a build without signatures', { 'secure-boot': true }, supplied({ authenticated: false }), 'unauthenticated'],
  ])('%s is refused', (_, over, store, code) => {
    const choice = chooseFirmware(values(over), debian, store);
    expect(choice.findings).toMatchObject([{ code: `plan/nvram-${code}`, severity: 'error', exit: 4 }]);
  });

  it('that fits nothing is told what the host has', () => {
    const [finding] = chooseFirmware(values(), debian, supplied({ size: 1 })).findings;
    expect(finding?.args).toMatchObject({ builds: '/fw/VARS_4M.fd (540672 bytes, raw)', which: 'without Secure Boot' });
  });

  it('is not matched by guessing', () => {
    for (const host of [null, c.host(c.domain()), hostWith(c.firmware({ targets: [] }))]) {
      const choice = chooseFirmware(values(), host, supplied());
      expect([choice.files, codes(choice)]).toEqual([null, ['plan/nvram-unmatched']]);
    }
    const unknown = c.firmware({ template: { path: '/fw/VARS.fd', format: 'raw', size: null } });
    expect(codes(chooseFirmware(values(), hostWith(unknown), supplied()))).toEqual(['plan/nvram-unmatched']);
  });

  it('does not go with firmware whose files are not there', () => {
    const choice = chooseFirmware(values(), hostWith(c.firmware({ present: false })), supplied());
    expect([choice.files, codes(choice)]).toEqual([null, ['plan/nvram-no-build']]);
  });
});

describe('firmware', () => {
  const { nvram: _, ...plain } = values();
  it('that libvirt selects is not named', () => {
    expect(chooseFirmware(plain, debian, null)).toEqual({ files: null, findings: [] });
    expect(chooseFirmware({ ...plain, firmware: 'bios' }, debian, null).files).toBeNull();
  });

  it('that libvirt does not select is named by its files', () => {
    const host = { ...debian, domains: [c.domain({ firmware: [] })] };
    expect(chooseFirmware(plain, host, null).files).toMatchObject({
      loader: { path: '/fw/CODE_4M.fd', type: 'pflash' },
      template: { path: '/fw/VARS_4M.fd', format: 'raw' },
    });
    const secure = { ...plain, 'secure-boot': true, 'enrolled-keys': false };
    expect(chooseFirmware(secure, host, null).files?.loader.path).toBe('/fw/CODE_4M.secboot.fd');
    expect(chooseFirmware(plain, { ...host, firmwares: null }, null).files).toBeNull();
  });

  it('that only descriptors know of is no reason to refuse UEFI', () => {
    const required = [c.hints('firmware', 'required', ['uefi'])];
    const none = c.host(c.domain({ firmware: [], secureBoot: null }));
    expect(c.decideAll(required, { host: none }).findings.map(({ code }) => code)).toContain('plan/unresolved');
    const host = { ...none, firmwares: [PLAIN] };
    expect(c.valuesOf(c.decideAll(required, { host }))).toMatchObject({ firmware: 'uefi' });
  });

  it('without Secure Boot makes Secure Boot impossible where libvirt says nothing of it', () => {
    const required = [c.hints('secure-boot', 'required', [true]), c.hints('firmware', 'required', ['uefi'])];
    const silent = c.host(c.domain({ secureBoot: null }));
    expect(c.valuesOf(c.decideAll(required, { host: silent }))).toMatchObject({ 'secure-boot': true });
    const without = c.decideAll(required, { host: { ...silent, firmwares: [PLAIN] } });
    expect(without.findings.map(({ code }) => code)).toContain('plan/unresolved');
    const unrelated = c.firmware({ targets: [{ architecture: 'aarch64', machines: ['virt-*'] }] });
    const unknown = c.decideAll(required, { host: { ...silent, firmwares: [unrelated] } });
    expect(c.valuesOf(unknown)).toMatchObject({ 'secure-boot': true });
  });

  it('with keys only cannot start without them', () => {
    const required = [
      c.hints('secure-boot', 'required', [true]),
      c.hints('firmware', 'required', ['uefi']),
      c.flag('enrolled-keys', false),
    ];
    const host = { ...c.host(c.domain()), firmwares: [ENROLLED, PLAIN] };
    expect(c.decideAll(required, { host }).findings.map(({ code }) => code)).toContain('plan/unresolved');
    expect(c.valuesOf(c.decideAll(required, { host: debian }))).toMatchObject({ 'enrolled-keys': false });
  });
});

describe('firmware of the host, for targets without libvirt', () => {
  it('is the first that is as decided, also where libvirt selects it by itself', () => {
    const code = (over: Parameters<typeof values>[0]) => firmwareOfHost(values(over), debian)?.loader.path;
    expect(code({ 'secure-boot': false })).toBe(PLAIN.executable.path);
    expect(code({ 'secure-boot': true, 'enrolled-keys': true })).toBe(ENROLLED.executable.path);
    expect(code({ 'secure-boot': true, 'enrolled-keys': false })).toBe(SECURE.executable.path);
  });

  it('is not known without descriptors, for BIOS, or where none fits', () => {
    expect(firmwareOfHost(values(), null)).toBeNull();
    expect(firmwareOfHost(values({ firmware: 'bios' }), debian)).toBeNull();
    expect(firmwareOfHost(values({ 'secure-boot': true, 'enrolled-keys': true }), hostWith(PLAIN))).toBeNull();
  });
});

describe('enlightenments', () => {
  const host = c.host(c.domain({ hyperv: ['relaxed', 'vapic'] }), c.domain({ hyperv: ['x'], virtType: 'qemu' }));
  it('are those of a document for exactly this kind of guest', () => {
    const guest = { ...MACHINE, hyperv: true };
    expect(enlightenmentsOf(guest, host)).toEqual(['relaxed', 'vapic']);
    expect(enlightenmentsOf({ ...guest, machine: 'pc-q35-7.2' }, host)).toEqual(['relaxed', 'vapic']);
    expect(enlightenmentsOf({ ...guest, machine: 'i440fx' }, host)).toBeNull();
    expect(enlightenmentsOf({ ...guest, hyperv: false }, host)).toBeNull();
    expect(enlightenmentsOf(guest, c.host(c.domain()))).toBeNull();
    expect(enlightenmentsOf({ ...guest, architecture: 'aarch64' }, host)).toBeNull();
    expect(enlightenmentsOf(guest, null)).toBeNull();
  });
});
