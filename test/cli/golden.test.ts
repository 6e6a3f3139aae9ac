import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './terminal.ts';

let terminal: Terminal;
beforeAll(async () => {
  terminal = await openTerminal();
});
afterAll(() => terminal.close());

/** Name of the golden file and the command line; the file shows what it prints and how it ends. */
const XP_WAIVED = [
  'disk.qcow2',
  '--os',
  'winxp',
  '--policy',
  'site.yaml',
  '--waivers',
  'waivers.yaml',
  '--now',
] as const;

const cases: readonly (readonly [name: string, ...line: string[]])[] = [
  ['help', '--help'],
  ['help-inspect', 'inspect', '--help'],
  ['help-hints', 'hints', '--help'],
  ['domain-xml', 'disk.qcow2'],
  [
    'domain-xml-debian12',
    'disk.qcow2',
    '--os',
    'debian12',
    '--name',
    'web',
    '--uuid',
    '6E4A2CAE-0C0F-4E2D-9A33-27C4F1D3B8F0',
  ],
  ['domain-xml-win11', 'disk.qcow2', '--os', 'win11'],
  ['domain-xml-winxp', 'disk.qcow2', '--os', 'winxp'],
  ['domain-xml-two-disks', 'disk.qcow2', 'data.raw', '--set', 'disk-bus.disk1=sata', '--set', 'boot-order=disk0,nic0'],
  ['domain-xml-hints', 'hinted.qcow2'],
  ['domain-xml-no-network', 'disk.qcow2', '--network', 'none', '--cdrom', 'data.raw'],
  [
    'domain-xml-kernel',
    'disk.qcow2',
    '--kernel',
    'data.raw',
    '--initrd',
    'data.raw',
    '--set',
    'kernel-args=console=ttyS0',
  ],
  ['openstack', 'disk.qcow2', '--emit', 'openstack', '--os', 'debian12'],
  ['openstack-json', 'hinted.qcow2', '--emit', 'openstack-json'],
  ['plan', 'hinted.qcow2', '--emit', 'plan'],
  ['dry-run', 'hinted.qcow2', '--dry-run', '--policy', 'site.yaml'],
  ['dry-run-verbose', 'disk.qcow2', '--dry-run', '--verbose', '--os', 'debian12'],
  ['dry-run-json', 'hinted.qcow2', '--dry-run', '--report', 'json'],
  ['report-beside-artefact', 'disk.qcow2', '--os', 'debian12', '--report', 'text', '--emit', 'openstack'],
  ['inspect', 'inspect', 'hinted.qcow2'],
  ['inspect-json', 'inspect', 'hinted.qcow2', '--json'],
  ['inspect-cut', 'inspect', 'cut.qcow2', 'disk.qcow2'],
  ['get-firmware', 'get', 'firmware', 'hinted.qcow2'],
  ['get-disk-bus', 'get', 'disk-bus', 'hinted.qcow2'],
  ['get-unknown', 'get', 'os', 'disk.qcow2', '--quiet'],
  ['explain-machine', 'explain', 'machine', 'hinted.qcow2', '--policy', 'site.yaml'],
  ['explain-memory', 'explain', 'memory-mib', 'hinted.qcow2'],
  ['explain-key', 'explain', 'firmware'],
  ['explain-code', 'explain', 'disk/backing-file'],
  ['explain-unknown-code', 'explain', 'disk/backing-fil'],
  ['hints-get', 'hints', 'get', 'hinted.qcow2'],
  ['hints-get-none', 'hints', 'get', 'disk.qcow2'],
  ['hints-validate', 'hints', 'validate', 'hints.json'],
  ['hints-validate-hostile', 'hints', 'validate', 'hostile.qcow2', '--strict'],
  ['policy-check', 'policy', 'check', 'site.yaml', 'preset:strict'],
  ['policy-list', 'policy', 'list', 'site.yaml'],
  ['policy-list-layers', 'policy', 'list', 'layers', '--verbose'],
  ['policy-list-json', 'policy', 'list', 'preset:default', '--json'],
  ['policy-audit', 'hinted.qcow2', '--policy', 'preset:default', '--policy', 'audit.yaml', '--dry-run'],
  ['policy-contradiction', 'disk.qcow2', '--policy', 'contradiction.yaml'],
  ['policy-outside-root', 'disk.qcow2', '--policy', 'outside.yaml'],
  ['policy-check-broken', 'policy', 'check', 'broken.yaml'],
  ['policy-check-help', 'policy', 'check', '--help'],
  ['policy-check-evidence', 'policy', 'check', 'site.yaml', '--evidence', 'hinted.json', '--os', 'winxp'],
  ['policy-check-several', 'policy', 'check', 'preset:strict', '--evidence', 'efi.json', '--evidence', 'overlay.json'],
  [
    'policy-check-json',
    'policy',
    'check',
    'site.yaml',
    '--evidence',
    'efi.json',
    '--report',
    'json',
    '--emit',
    'openstack',
  ],
  ['policy-check-forged', 'policy', 'check', 'site.yaml', '--evidence', 'forged.json'],
  ['policy-check-no-evidence', 'policy', 'check', 'site.yaml', '--evidence', 'disk.qcow2'],
  ['usage-evidence', 'policy', 'check', 'site.yaml', '--disk-dir', 'x'],
  ['usage-evidence-report', 'policy', 'check', 'site.yaml', '--evidence=a', '--evidence=b', '--report', 'json=c'],
  ['policy-lint', 'policy', 'lint', 'suspicious.yaml'],
  ['policy-lint-clean', 'policy', 'lint', 'site.yaml', 'preset:strict'],
  ['policy-lint-json', 'policy', 'lint', 'suspicious.yaml', 'preset:default', '--json', '--quiet'],
  ['usage-lint-report', 'policy', 'lint', 'site.yaml', '--report', 'json'],
  ['policy-lint-broken', 'policy', 'lint', 'broken.yaml'],
  ['explain-lint', 'explain', 'lint/never-applies'],
  ['policy-test', 'policy', 'test', 'tests/site.test.yaml', '--verbose'],
  ['policy-test-coverage', 'policy', 'test', 'tests/site.test.yaml', '--coverage', '--min-coverage', '100'],
  ['policy-test-failing', 'policy', 'test', 'tests/failing.test.yaml', '--coverage'],
  ['policy-test-json', 'policy', 'test', 'tests/failing.test.yaml', '--json'],
  ['policy-test-broken', 'policy', 'test', 'tests/broken.test.yaml'],
  ['policy-test-names', 'policy', 'test', 'tests/names.test.yaml'],
  ['policy-test-unknown', 'policy', 'test', 'tests/unknown.test.yaml'],
  ['policy-test-search', 'policy', 'test', 'tests', '--quiet'],
  ['policy-test-none', 'policy', 'test', 'osinfo'],
  ['policy-test-missing', 'policy', 'test', 'nowhere.test.yaml'],
  ['policy-test-help', 'policy', 'test', '--help'],
  ['usage-policy-test-report', 'policy', 'test', 'tests', '--report', 'json'],
  ['usage-policy-test-percent', 'policy', 'test', 'tests', '--min-coverage', 'all'],
  ['os-show', 'os', 'show', 'win11'],
  ['os-show-unknown', 'os', 'show', 'debain12'],
  ['os-name', 'os', 'name', 'vmware:debian12_64Guest'],
  ['os-name-family-only', 'os', 'name', 'cim:101'],
  ['os-name-missing', 'os', 'name', 'os-release:debian:99', '--json'],
  ['usage-os-scheme', 'os', 'name', 'vmwear:debian12_64Guest'],
  ['usage-os-name', 'os', 'name', 'windows:eleven'],
  ['usage-os-no-scheme', 'os', 'name', 'debian12'],
  ['os-detect', 'os', 'detect', 'fedora.iso'],
  ['os-detect-all', 'os', 'detect', 'fedora.iso', '--all'],
  ['os-detect-json', 'os', 'detect', 'fedora.iso', '--json'],
  ['os-detect-ambiguous', 'os', 'detect', 'windows.iso'],
  ['os-detect-unknown', 'os', 'detect', 'disc.iso'],
  ['os-detect-no-disc', 'os', 'detect', 'disk.qcow2'],
  ['explain-os-medium', 'explain', 'os', 'windows.iso', '--policy', 'site.yaml'],
  ['os-show-json', 'os', 'show', 'base1', '--json', '--osinfo-db', 'osinfo'],
  ['os-list', 'os', 'list', '--osinfo-db', 'osinfo'],
  ['os-list-json', 'os', 'list', '--osinfo-db', 'osinfo', '--json'],
  ['os-compile', 'os', 'compile', '--from', 'osinfo', '--from', 'osinfo-local'],
  ['osinfo-db-missing', 'os', 'show', 'win11', '--osinfo-db', 'nowhere'],
  ['osinfo-db-foreign', 'disk.qcow2', '--os', 'win11', '--osinfo-db', 'hints.json'],
  ['os-compile-help', 'os', 'compile', '--help'],
  ['explain-proof', 'explain', 'firmware', 'efi.raw'],
  ['inspect-efi', 'inspect', 'efi.raw'],
  ['dry-run-needs-nvram', 'vendor.raw', '--dry-run'],
  ['domain-xml-windows-xp-disk', 'xp.raw'],
  ['dry-run-windows-11-disk', 'win11.raw', '--dry-run', '--verbose'],
  ['explain-windows-disk-bus', 'explain', 'disk-bus', 'win11.raw', '--policy', 'site.yaml'],
  ['domain-xml-iso', 'disc.iso'],
  ['copied-vhd', 'old.vhd', '--disk-dir', 'copies', '--emit', 'plan', '--os', 'debian12'],
  ['vhd-advisor', 'inspect', 'old.vhd', '--verbose'],
  ['overrides-proof', 'efi.raw', '--set', 'firmware=bios', '--emit', 'openstack'],
  ['refused-overlay', 'overlay.qcow2'],
  ['allowed-overlay', 'overlay.qcow2', '--allow-backing'],
  ['overlay-to-openstack', 'overlay.qcow2', '--allow-backing', '--emit', 'openstack'],
  ['refused-escaping-overlay', 'escaping.qcow2', '--allow-backing'],
  ['refused-data-file', 'data-file.qcow2'],
  ['refused-cut', 'cut.qcow2'],
  ['refused-vmdk', 'disk.vmdk'],
  ['refused-format', 'disk.qcow2', '--format', 'raw'],
  ['refused-name', '--', '-rf.qcow2'],
  ['missing-file', 'nowhere.qcow2'],
  ['hostile-hints', 'hostile.qcow2', '--dry-run'],
  ['denied-by-policy', 'disk.qcow2', '--os', 'winxp', '--policy', 'site.yaml'],
  ['denied-by-strict', 'disk.qcow2', '--strict'],
  ['broken-policy', 'disk.qcow2', '--policy', 'broken.yaml'],
  ['waived-rule', ...XP_WAIVED, '2027-01-31T23:59:59Z'],
  ['waived-rule-report', ...XP_WAIVED, '2027-01-31', '--dry-run'],
  ['waived-rule-explained', 'explain', 'os', ...XP_WAIVED, '2027-01-31'],
  ['waiver-expired', ...XP_WAIVED, '2027-02-01'],
  [
    'waiver-unused',
    'get',
    'os',
    'disk.qcow2',
    '--os',
    'debian12',
    '--policy',
    'site.yaml',
    '--waivers',
    'waivers.yaml',
    '--now',
    '2027-01-31T00:00:00+02:00',
    '--verbose',
  ],
  [
    'waiver-needs-digest',
    'get',
    'os',
    'hinted.qcow2',
    '--policy',
    'site.yaml',
    '--waivers',
    'waivers.yaml',
    '--now',
    '2027-01-31',
  ],
  ['waived-overlay', 'overlay.qcow2', '--waivers', 'waived-codes.yaml', '--now', '2027-01-31'],
  ['waived-overlay-inspected', 'inspect', 'overlay.qcow2', '--waivers', 'waived-codes.yaml', '--now', '2027-01-31'],
  [
    'waived-overlay-to-openstack',
    'overlay.qcow2',
    '--waivers',
    'waived-codes.yaml',
    '--now',
    '2027-01-31',
    '--emit',
    'openstack',
  ],
  ['waiver-without-effect', 'data-file.qcow2', '--waivers', 'waived-codes.yaml', '--now', '2027-01-31'],
  ['waivers-broken', 'disk.qcow2', '--waivers', 'broken-waivers.yaml'],
  ['waivers-of-another-policy', 'disk.qcow2', '--waivers', 'waivers.yaml'],
  ['waivers-missing', 'inspect', 'disk.qcow2', '--waivers', 'nowhere.yaml'],
  ['usage-now', 'disk.qcow2', '--now', 'tomorrow'],
  ['unresolved-hints', 'hinted.qcow2', 'bios.qcow2'],
  ['unresolved-flags', 'disk.qcow2', '--set', 'secure-boot=true', '--set', 'machine=i440fx'],
  ['windows-without-virtio', 'disk.qcow2', '--os', 'win10', '--policy', 'site.yaml', '--dry-run'],
  ['ova', 'appliance.ova'],
  ['ova-inspect', 'inspect', 'appliance.ova', '--verify', 'listed'],
  ['ova-dry-run', 'appliance.ova', '--dry-run', '--network', 'VM Network=lan', '--keep-mac', '--network', 'LAN=x'],
  ['ova-in-place', 'appliance.ova', '--disk-placement', 'in-place'],
  ['ova-overlay', 'appliance.ova', '--disk-placement', 'overlay', '--disk-dir', '/var/lib/libvirt/images'],
  ['ova-openstack', 'appliance.ova', '--emit', 'openstack'],
  ['ova-corrupt', 'corrupt.ova', '--verify', 'listed'],
  ['ova-escaping', 'escaping.ova'],
  ['ova-manifest', 'inspect', 'corrupt.ova', '--manifest'],
  ['ova-manifest-compressed', 'inspect', 'debian.box', '--manifest'],
  ['ova-manifest-disk', 'inspect', 'disk.qcow2', '--manifest'],
  ['ova-and-disk', 'appliance.ova', 'disk.qcow2'],
  ['vapp-open', 'vapp.ovf'],
  ['vapp-unknown-vm', 'vapp.ovf', '--vm', 'nobody'],
  ['box', 'debian.box'],
  ['two-disks-in-tar', 'two.tar'],
  ['two-disks-in-tar-member', 'inspect', 'two.tar', '--member', 'b.qcow2'],
  ['compressed-disk', 'inspect', 'packed.qcow2.gz'],
  ['member-of-a-disk', 'disk.qcow2', '--member', 'x'],
  ['usage-option', 'disk.qcow2', '--emti', 'plan'],
  ['usage-later-option', 'disk.qcow2', '--offline'],
  ['usage-twice', 'disk.qcow2', '--name', 'a', '--name', 'b'],
  ['usage-switch', 'disk.qcow2', '--strict=maybe'],
  ['usage-overwrite', 'disk.qcow2', '-o', 'disk.qcow2'],
  ['usage-key', 'disk.qcow2', '--set', 'firmwre=uefi'],
  ['usage-value', 'disk.qcow2', '--set', 'firmware=efi'],
  ['usage-subject', 'disk.qcow2', '--set', 'firmware.disk0=uefi'],
  ['usage-several-targets', 'disk.qcow2', '--emit', 'plan', '--emit', 'libvirt-xml'],
  ['usage-report-file', 'disk.qcow2', '--report', 'json'],
  ['usage-nothing'],
  ['usage-hints', 'hints'],
];

describe('what the program prints', () => {
  it.each(cases)('%s', async (name, ...line) => {
    const { exit, stdout, stderr } = await terminal.run(line);
    // a golden file must not make a bug the expected answer
    expect(exit).not.toBe(70);
    const shown = line.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word}'`));
    const screen = [
      ['$ vm-import', ...shown].join(' '),
      `exit status ${exit}`,
      '--- stdout',
      stdout,
      '--- stderr',
      stderr,
    ].join('\n');
    await expect(screen).toMatchFileSnapshot(`../golden/cli/${name}.txt`);
  });

  it('judges evidence from a pipe', async () => {
    const { stdout: saved } = await terminal.run(['inspect', 'hinted.qcow2', '--json']);
    const evidence = saved.replaceAll('<dir>', terminal.directory);
    const piped = await terminal.run(['policy', 'check', 'site.yaml', '--evidence', '-'], evidence);
    const direct = await terminal.run(['hinted.qcow2', '--policy', 'site.yaml', '--dry-run']);
    expect(piped).toEqual(direct);
    expect(piped.exit).toBe(0);
    const huge = await terminal.run(
      ['policy', 'check', 'site.yaml', '--evidence', '-'],
      Buffer.alloc(17 * 1024 * 1024),
    );
    expect(huge).toMatchObject({ exit: 2, stdout: '' });
    expect(huge.stderr).toContain('[evidence/too-large]');
  });

  it('writes what policy tests come to for CI systems', async () => {
    const { exit } = await terminal.run(['policy', 'test', 'tests', '--quiet', '--report', 'junit=tests.xml']);
    expect(exit).toBe(2);
    const xml = await readFile(terminal.path('tests.xml'), 'utf8');
    await expect(xml).toMatchFileSnapshot('../golden/cli/policy-test-junit.xml');
  });

  it('prints the published schemas', async () => {
    for (const [verb, kind] of [
      ['hints', 'hints'],
      ['policy', 'policy'],
    ] as const) {
      const { stdout } = await terminal.run([verb, 'schema']);
      await expect(stdout).toMatchFileSnapshot(`../../docs/schemas/${kind}.schema.json`);
    }
  });
});
