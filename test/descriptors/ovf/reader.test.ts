import { describe, expect, it } from 'vitest';
import type { DescriptorReading } from '../../../src/facts/index.ts';
import { fixture, outcome, read } from './readings.ts';

const NAMESPACES =
  'xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="urn:rasd" xmlns:vmw="http://www.vmware.com/schema/ovf" xmlns:vbox="http://www.virtualbox.org/ovf/machine"';
const envelope = (inside: string) => `<Envelope ${NAMESPACES}>${inside}</Envelope>`;
const hardware = (inside: string, before = '', after = '') =>
  envelope(
    `${before}<VirtualSystem ovf:id="vm"><VirtualHardwareSection>${inside}</VirtualHardwareSection>${after}</VirtualSystem>`,
  );
const item = (type: number, fields: Readonly<Record<string, string | number>>, attributes = '') =>
  `<Item ${attributes}><rasd:ResourceType>${type}</rasd:ResourceType>${Object.entries(fields)
    .map(([name, value]) => `<rasd:${name}>${value}</rasd:${name}>`)
    .join('')}</Item>`;

const only = ({ machines }: DescriptorReading) => {
  const [machine] = machines;
  if (machine === undefined) throw new Error('no machine');
  return machine;
};
const votes = (text: string) =>
  Object.fromEntries(
    only(read(text))
      .votes.filter(({ origin, strength }) => origin === 'descriptor' && strength === 'recommended')
      .map(({ key, values }) => [key, values[0]]),
  );
const codes = (reading: DescriptorReading) =>
  [...reading.findings, ...reading.machines.flatMap(({ findings }) => findings)].map(({ code }) => code);

describe('configurations', () => {
  it('one that is not offered is a finding with the list, and the default is read', () => {
    const reading = read(fixture('cisco-profiles.ovf'), '8CPU');
    expect(reading.findings).toContainEqual(
      expect.objectContaining({
        code: 'ovf/unknown-configuration',
        severity: 'error',
        exit: 2,
        args: { name: '8CPU', known: '1CPU, 2CPU, 4CPU' },
      }),
    );
    expect(reading.machines).toEqual(read(fixture('cisco-profiles.ovf')).machines);
  });

  it('asking for one where none is offered says so', () => {
    const { findings } = read(hardware(''), 'large');
    expect(findings.map(({ code, args }) => [code, args['known']])).toEqual([['ovf/unknown-configuration', 'none']]);
  });

  it('without a default the first counts, also for properties with a value for each', () => {
    const sized = hardware(
      item(17, { InstanceID: 1, HostResource: 'OVF:/Disk/d' }),
      `<DiskSection><Disk ovf:diskId="d" ovf:capacity="\${size}"/></DiskSection><DeploymentOptionSection><Configuration ovf:id="a"/><Configuration ovf:id="b"/></DeploymentOptionSection><ProductSection><Property ovf:key="size" ovf:value="10"><Value ovf:configuration="b" ovf:value="20"/></Property></ProductSection>`,
    );
    expect(only(read(sized)).disks[0]?.capacity).toBe(10);
    expect(only(read(sized, 'b')).disks[0]?.capacity).toBe(20);
  });
});

describe('sizes', () => {
  it('memory of an unknown unit is left out and told of', () => {
    const text = hardware(item(4, { VirtualQuantity: 4, AllocationUnits: 'Disk' }));
    expect(votes(text)).toEqual({});
    expect(codes(read(text))).toEqual(['ovf/unknown-unit']);
  });

  it.each([
    ['half a GiB', { VirtualQuantity: 0.5, AllocationUnits: 'GigaBytes' }, 512],
    ['plain bytes', { VirtualQuantity: 1073741824, AllocationUnits: 'byte' }, 1024],
    ['no unit', { VirtualQuantity: 768 }, 768],
    ['nothing', { VirtualQuantity: 0, AllocationUnits: 'byte * 2^20' }, undefined],
    ['more than any machine has', { VirtualQuantity: 1, AllocationUnits: 'byte * 2^61' }, undefined],
  ])('%s of memory', (_title, fields, mib) => {
    expect(votes(hardware(item(4, fields)))['memory-mib']).toBe(mib);
  });

  it('the unit of a processor is its clock', () => {
    const text = hardware(item(3, { VirtualQuantity: 2, AllocationUnits: 'hertz * 10^9' }));
    expect(votes(text)).toEqual({ vcpus: 2 });
  });

  it('items of one resource add up, the same one twice does not', () => {
    const memory = (id: number) => item(4, { InstanceID: id, VirtualQuantity: 512, AllocationUnits: 'MegaBytes' });
    expect(votes(hardware(memory(1) + memory(2)))['memory-mib']).toBe(1024);
    expect(votes(hardware(memory(1) + memory(1)))['memory-mib']).toBe(512);
  });
});

describe('firmware that nothing names', () => {
  const config = '<vmw:Config vmw:key="tools.syncTimeWithHost" vmw:value="true"/>';

  it.each([
    ['is BIOS in a file of VMware', hardware(config), 'bios'],
    [
      'is unknown in a form copied from VMware',
      hardware('<System><VirtualSystemType>vmx-10</VirtualSystemType></System>'),
      undefined,
    ],
    [
      'is BIOS in a complete machine of VirtualBox',
      hardware('', '', '<vbox:Machine><Hardware/></vbox:Machine>'),
      'bios',
    ],
    [
      'is unknown in a VirtualBox file without one',
      hardware('<System><VirtualSystemType>virtualbox-2.2</VirtualSystemType></System>'),
      undefined,
    ],
    [
      'is BIOS in a file of the oVirt engine',
      hardware('<System><VirtualSystemType>ENGINE 4.1.0.0</VirtualSystemType></System>'),
      'bios',
    ],
    [
      'is unknown in a file of virt-v2v',
      `<!-- generated by virt-v2v -->${hardware('<System><VirtualSystemType>ENGINE 4.1.0.0</VirtualSystemType></System>')}`,
      undefined,
    ],
    ['is unknown elsewhere', hardware(''), undefined],
  ])('%s', (_title, text, firmware) => {
    expect(votes(text)['firmware']).toBe(firmware);
  });

  it.each([
    ['efi', 'true', true],
    ['efi', 'false', false],
    ['bios', 'false', undefined],
    ['bios', 'true', undefined],
  ])('with %s and Secure Boot %s', (firmware, secure, vote) => {
    const text = hardware(
      `<vmw:Config vmw:key="firmware" vmw:value="${firmware}"/><vmw:Config vmw:key="bootOptions.efiSecureBootEnabled" vmw:value="${secure}"/>`,
    );
    expect(votes(text)['secure-boot']).toBe(vote);
    expect(codes(read(text)).includes('ovf/secure-boot-without-uefi')).toBe(firmware === 'bios' && secure === 'true');
  });
});

describe('bounds of a reading', () => {
  it('of findings that are alike the first fifty are listed, the rest is counted', () => {
    const files = Array.from({ length: 71 }, (_, n) => `<File ovf:id="same" ovf:href="${n}"/>`).join('');
    const { findings } = read(envelope(`<References>${files}</References><VirtualSystem/>`));
    expect(findings).toHaveLength(51);
    expect(findings.at(-1)).toMatchObject({ code: 'ovf/more-alike', args: { code: 'ovf/duplicate-id', count: 20 } });
  });

  it.each([
    ['disks', hardware(item(17, {}).repeat(1000))],
    ['cards', hardware(item(10, {}).repeat(1000))],
    ['files', envelope(`<References>${'<File ovf:href="a"/>'.repeat(10_001)}</References>`)],
  ])('more %s than there are names for are refused', (_title, text) => {
    expect(outcome(text)).toMatchObject({ code: 'ovf/too-much', exit: 3 });
  });
});
