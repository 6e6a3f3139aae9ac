import { describe, expect, it } from 'vitest';
import { planDisk, planOf } from '../../../fixtures/emitters/plans.ts';
import { emitter } from '../../../src/emitters/libvirt/emitter.ts';
import type { Plan, PlanFile, PlanFirmware } from '../../../src/facts/index.ts';
import { domainXml, emitLibvirt, shippedTemplates, withoutDigest } from '../skeletons.ts';

const withoutValues = (...paths: readonly string[]): Plan => {
  const plan = planOf();
  return { ...plan, values: Object.fromEntries(Object.entries(plan.values).filter(([path]) => !paths.includes(path))) };
};
const disks = (count: number): Plan['disks'] => Array.from({ length: count }, (_, index) => planDisk(`disk${index}`));
const fileAt = (path: string): PlanFile => ({ path, format: 'qcow2', command: [], alternatives: [] });
const firmwareAt = (loader: string, template: string): PlanFirmware => ({
  loader: { path: loader, format: 'raw', type: 'pflash' },
  template: { path: template, format: 'raw' },
  reason: 'it was asked for',
});
const cdrom = { id: 'cdrom0', path: '/srv/a.iso', slice: null, bootOrder: null };

describe('a plan libvirt would not define as it was meant is not written', () => {
  it.each<[string, Plan, readonly string[]]>([
    ['memory is not decided', withoutValues('memory-mib'), ['libvirt/undecided']],
    ['the bus of a disk is not decided', withoutValues('disk-bus.disk0'), ['libvirt/undecided']],
    ['the card would become an rtl8139', withoutValues('nic-model.nic0'), ['libvirt/undecided']],
    ['the display would become a cirrus', withoutValues('video-model'), ['libvirt/undecided']],
    ['the SCSI controller would become an lsilogic', planOf({ 'disk-bus.disk0': 'scsi' }), ['libvirt/undecided']],
    ['a CD-ROM drive has no bus', planOf({}, { cdroms: [cdrom] }), ['libvirt/undecided']],
    ['the name is empty', planOf({}, { name: '' }), ['libvirt/name']],
    ['the name is ..', planOf({}, { name: '..' }), ['libvirt/name']],
    ['the name looks like an option', planOf({}, { name: '-rf' }), ['libvirt/name']],
    ['the name has a slash', planOf({}, { name: 'a/b' }), ['libvirt/name']],
    ['the name has a line end', planOf({}, { name: 'a\nb' }), ['libvirt/name']],
    ['the name has a noncharacter', planOf({}, { name: 'a\u{10ffff}' }), ['libvirt/name']],
    ['the name is too long for a file name', planOf({}, { name: 'ü'.repeat(101) }), ['libvirt/name']],
    [
      'a path has a tab, which an XML parser would turn into a space',
      planOf({}, { disks: [planDisk('disk0', { path: '/srv/a\tb' })] }),
      ['libvirt/path'],
    ],
    [
      'the path of a copy has a line end',
      planOf({}, { disks: [planDisk('disk0', { copy: fileAt('/srv/a\nb') })] }),
      ['libvirt/path'],
    ],
    [
      'the path of an overlay has a noncharacter, which QEMU takes for broken UTF-8',
      planOf({}, { disks: [planDisk('disk0', { overlay: fileAt('/srv/\ufdd0') })] }),
      ['libvirt/path'],
    ],
    [
      'the path of firmware has a control character',
      planOf({ firmware: 'uefi' }, { firmwareFiles: firmwareAt('/srv/code', '/srv/\u0001') }),
      ['libvirt/path'],
    ],
    ['a path is not Unicode', planOf({}, { disks: [planDisk('disk0', { path: '/srv/\ud800' })] }), ['libvirt/path']],
    ['the format is VHDX', planOf({}, { disks: [planDisk('disk0', { format: 'vhdx' })] }), ['libvirt/disk-format']],
    [
      'the format is a name of Object.prototype',
      planOf({}, { disks: [planDisk('disk0', { format: 'constructor' })] }),
      ['libvirt/disk-format'],
    ],
    [
      'the format of a backing file is unknown',
      planOf({}, { disks: [planDisk('disk0', { backing: [{ name: 'base', path: '/srv/base', format: null }] })] }),
      ['libvirt/backing-incomplete'],
    ],
    [
      'two disks have one target name',
      planOf(
        { 'disk-bus.disk1': 'virtio', 'disk-target.disk0': 'vdb', 'disk-target.disk1': 'vdb' },
        { disks: disks(2) },
      ),
      ['libvirt/target-taken'],
    ],
    [
      'five devices are on bus ide',
      planOf(
        {
          machine: 'i440fx',
          'cdrom-bus': 'ide',
          ...Object.fromEntries(disks(4).map(({ id }) => [`disk-bus.${id}`, 'ide'])),
        },
        { disks: disks(4), cdroms: [cdrom] },
      ),
      ['libvirt/ide-full'],
    ],
    [
      'a disk is on bus usb and there is no controller',
      planOf({ 'disk-bus.disk0': 'usb', 'usb-controller': 'none' }),
      ['libvirt/usb-missing'],
    ],
  ])('%s', (_, plan, codes) => {
    const { text, findings } = emitLibvirt(plan);
    expect(findings.map((finding) => finding.code)).toEqual(codes);
    expect(text).toBeNull();
  });

  it('a backing file without a format is a safety finding with exit 3', () => {
    const backing = [{ name: 'base', path: '/srv/base', format: null }];
    const [finding] = emitLibvirt(planOf({}, { disks: [planDisk('disk0', { backing })] })).findings;
    expect(finding).toMatchObject({ safety: true, exit: 3 });
  });

  it('a processor is asked for on arm, where the default is a 32-bit one', () => {
    const plan = withoutValues('cpu-mode');
    const arm = { ...plan, values: { ...plan.values, architecture: 'aarch64', machine: 'virt', firmware: 'uefi' } };
    expect(emitLibvirt(arm).findings.map((finding) => finding.args)).toEqual([{ key: 'cpu-mode' }]);
    expect(domainXml(plan)).not.toContain('<cpu');
  });

  it('what is lost of launch security is a warning', () => {
    const { text, findings } = emitLibvirt(planOf({ 'launch-security': 'tdx' }));
    expect(text).not.toBeNull();
    expect(findings).toMatchObject([{ code: 'libvirt/launch-security', severity: 'warning' }]);
  });
});

describe('skeletons', () => {
  const name = 'libvirt/x86_64.xml';

  it.each([
    ['is missing', undefined, `${name}:1:1`],
    ['is cut off', '<domain><features><acpi/>', '/srv/site.xml:1:25'],
    ['is not well-formed', '<domain>\n <features></domain>', '/srv/site.xml:2:20'],
    ['is another document', '<network><domain></domain></network>', '/srv/site.xml:1:9'],
    ['has another root', '<domains><domain></domain></domains><domain></domain>', '/srv/site.xml:1:44'],
    ['has entities of its own', '<!DOCTYPE d [<!ENTITY e "x">]><domain>&e;</domain>', '/srv/site.xml:1:30'],
    ['is nested without end', '<domain>'.repeat(100_000), '/srv/site.xml:1:264'],
  ])('a skeleton that %s is refused, and the place is told', (_, text, place) => {
    const { text: xml, findings } = emitter.emit(
      planOf(),
      text === undefined ? {} : { [name]: { text, path: '/srv/site.xml' } },
    );
    expect(xml).toBeNull();
    expect(findings).toMatchObject([{ code: 'libvirt/skeleton', exit: 2, args: { template: place } }]);
  });

  it('there is one for every architecture', () => {
    for (const architecture of ['x86_64', 'i686', 'aarch64', 'armv7l', 'ppc64le', 'ppc64', 's390x', 'riscv64']) {
      expect(domainXml(planOf({ architecture }))).toContain(`arch="${architecture}"`);
    }
  });

  it('a template of one guest does not become part of another', () => {
    const own = `<name>other</name><uuid>2c1a7d4e-0c5f-4b5c-8c2e-1b5d6a7f8091</uuid><title>t</title>
      <description>d</description><memory unit="MiB">7</memory><currentMemory>7</currentMemory><vcpu>9</vcpu>
      <launchSecurity type="sev"/>`;
    const shipped = '<domain><on_crash>destroy</on_crash></domain>';
    const emitted = [own, ''].map((more) => {
      const text = shipped.replace('<domain>', `<domain type="xen">${more}`);
      return emitter.emit(planOf(), { [name]: { text, path: name } }).text;
    });
    expect(emitted[0]).toBe(emitted[1]);
  });

  it('what a site adds stays, beside what the plan says', () => {
    const site = `<domain>
      <memoryBacking><hugepages/></memoryBacking>
      <os><type>exe</type><bootmenu enable="yes"/></os>
      <features><acpi/><pvspinlock state="on"/></features>
      <cpu><feature policy="disable" name="svm"/></cpu>
      <clock><timer name="kvmclock" present="yes"/></clock>
      <devices><panic model="isa"/><memballoon model="none"/><controller type="pci" model="pcie-root-port"/></devices>
    </domain>`;
    const { text } = emitter.emit(planOf({ hyperv: true }), { [name]: { text: site, path: name } });
    expect(withoutDigest(text ?? '')).toMatchInlineSnapshot(`
      "<domain type="qemu">
        <name>guest</name>
        <metadata>
          <vm-import:plan xmlns:vm-import="urn:vm-import:plan:1" digest="sha256:..."/>
        </metadata>
        <memory unit="MiB">2048</memory>
        <vcpu>2</vcpu>
        <os>
          <bootmenu enable="yes"/>
          <type arch="x86_64" machine="q35">hvm</type>
        </os>
        <features>
          <acpi/>
          <pvspinlock state="on"/>
          <hyperv>
            <relaxed state="on"/>
            <vapic state="on"/>
            <spinlocks state="on" retries="8191"/>
          </hyperv>
        </features>
        <cpu mode="maximum">
          <feature policy="disable" name="svm"/>
        </cpu>
        <clock offset="utc">
          <timer name="kvmclock" present="yes"/>
          <timer name="hypervclock" present="yes"/>
        </clock>
        <memoryBacking>
          <hugepages/>
        </memoryBacking>
        <devices>
          <panic model="isa"/>
          <memballoon model="virtio"/>
          <controller type="pci" model="pcie-root-port"/>
          <controller type="usb" index="0" model="qemu-xhci" ports="15"/>
          <disk type="file" device="disk">
            <driver name="qemu" type="qcow2"/>
            <source file="/srv/images/disk0.qcow2"/>
            <backingStore/>
            <target dev="vda" bus="virtio"/>
            <boot order="1"/>
          </disk>
          <interface type="network">
            <source network="default"/>
            <model type="virtio"/>
          </interface>
          <serial type="pty">
            <target port="0"/>
          </serial>
          <console type="pty">
            <target type="serial" port="0"/>
          </console>
          <channel type="unix">
            <target type="virtio" name="org.qemu.guest_agent.0"/>
          </channel>
          <input type="tablet" bus="usb"/>
          <graphics type="vnc" autoport="yes">
            <listen type="address" address="127.0.0.1"/>
          </graphics>
          <video>
            <model type="virtio"/>
          </video>
          <rng model="virtio">
            <backend model="random">/dev/urandom</backend>
          </rng>
        </devices>
      </domain>
      "
    `);
  });

  it('comments of a skeleton stay in the skeleton', () => {
    expect(shippedTemplates([name])[name]?.text).toContain('<!--');
    expect(domainXml(planOf())).not.toContain('<!--');
  });
});

describe('target names', () => {
  it('those asked for are kept, the others take what is free on their prefix', () => {
    const plan = planOf(
      {
        'disk-bus.disk1': 'sata',
        'disk-bus.disk2': 'virtio',
        'disk-target.disk2': 'vda',
        'disk-bus.disk3': 'usb',
        'cdrom-bus': 'sata',
      },
      { disks: disks(4), cdroms: [cdrom] },
    );
    expect(domainXml(plan).match(/dev="\w+" bus="\w+"/g)).toEqual([
      'dev="vdb" bus="virtio"',
      'dev="sda" bus="sata"',
      'dev="vda" bus="virtio"',
      'dev="sdb" bus="usb"',
      'dev="sdc" bus="sata"',
    ]);
  });

  it('the twenty-seventh disk is vdaa', () => {
    const values = Object.fromEntries(disks(28).map(({ id }) => [`disk-bus.${id}`, 'virtio']));
    expect(domainXml(planOf(values, { disks: disks(28) }))).toContain('dev="vdab"');
  });
});

describe('a name that is too wide for the paths of sockets', () => {
  it.each([
    ['漢'.repeat(11), true, []],
    ['漢'.repeat(12), true, ['libvirt/wide-name']],
    [`${'a'.repeat(20)}${'漢'.repeat(50)}`, true, []],
    ['漢'.repeat(19), false, []],
    ['😀'.repeat(15), false, ['libvirt/wide-name']],
  ])('%s, with an agent: %s', (name, agent, codes) => {
    const { text, findings } = emitLibvirt(planOf({ 'guest-agent': agent }, { name }));
    expect(text).not.toBeNull();
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });
});
