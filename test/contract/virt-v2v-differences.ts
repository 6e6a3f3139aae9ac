import type { Told } from './virt-v2v.ts';

/*
 * Every difference between virt-v2v and this program that is allowed, by class and file. Files of one name are in
 * fixtures/descriptors/ovf, files with two underscores among the descriptors of other products.
 */

/** Files that virt-v2v does not read, with what it says and whether we do. */
export const UNREAD: readonly { readonly why: string; readonly says: RegExp; readonly files: readonly string[] }[] = [
  {
    why: 'numbers of templates not yet filled in, and GUIDs as Parent',
    says: /expecting XML expression to return an integer/,
    files: [
      ...['capacities', 'nil-and-empty', 'ovirt-ova', 'coreos__vmware-template', 'flatcar__vmware-properties'],
      ...['mininet__vm', 'olvm__ovirt-ova-style', 'open-vmdk__hw11-uefi'],
    ],
  },
  {
    why: 'disks that are blank, or that no file belongs to',
    says: /error parsing disk fileRef|could not parse disk rasd:HostResource/,
    files: [
      ...['cisco-profiles', 'cisco__iosv-16nic-virtio', 'govmomi__configspec-everything'],
      ...['govmomi__disk-capacity-property', 'vmoperator__uber-nvram-configs'],
    ],
  },
  { why: 'a firmware of a template', says: /unknown Config:firmware value/, files: ['capi__image-builder-template'] },
  {
    why: 'a File without a name',
    says: /no href in ovf:File/,
    files: ['broken-references', 'gce__exported-descriptor'],
  },
  {
    why: 'bytes that are no XML, or no longer',
    says: /parser error/,
    files: ['refused-cut', 'refused-entity', 'neg__corrupted-jeos'],
  },
  {
    why: 'white space, comments or a wrong encoding before the document',
    says: /parser error/,
    files: [
      ...['vcloud-leading-comment', 'vcloud__vcd-leading-newline', 'xenserver-declared-utf16'],
      'xencenter__sample-app-declared-utf16',
    ],
  },
  {
    why: 'files outside of the archive',
    says: /which was not found in the OVA archive/,
    files: ['neg__bound-non-integer', 'ovftool__bound-min-max', 'ovftool__remote-http-href'],
  },
];

/** Files that we refuse, with the code. virt-v2v takes most of them for an empty machine. */
export const REFUSED: { readonly [code: string]: readonly string[] } = {
  'bundle/several-machines': [
    ...['hints', 'nested-vapp', 'required-unknown-section', 'vcloud-leading-comment'],
    ...['dmtf__virtualsystemcollection-2.0', 'neg__populated-size-int64max', 'ovftool__unknown-sections-vapp'],
    ...['vcloud__vcd-3vms', 'vcloud__vcd-leading-newline', 'vcloud__vcd-two-vms', 'vsphere__complete-vsc'],
    ...['vsphere__nested-esxi-vapp-cap-property', 'vsphere__nested-vapp', 'vsphere__vapp-startup-order'],
  ],
  // a machine that nobody can start
  'bundle/diskless': [
    ...['bounds', 'namespace-without-version', 'cot__minimal', 'neg__envelope3', 'neg__hw-version-fubar'],
    ...['virtualbox09__four-nics', 'virtualbox__virtio-nic-no-subtype', 'ovftool__iso-file-hostresource'],
    // files in References that no machine has
    ...['vsphere__vbs-win10-32', 'vsphere__virtual-device-group', 'hrefs'],
  ],
  'bundle/no-machine': ['no-machine', 'neg__wrong-ns-ovf-envelope', 'ovftool__external-msg-bundles'],
  // virt-v2v leaves out disks whose files it cannot place
  'bundle/missing-file': ['ovirt-virt-v2v', 'ovirt4__virt-v2v-2.3.4-win2019'],
  'bundle/outside': [
    ...['neg__bound-non-integer', 'ovftool__bound-min-max', 'ovftool09__section-xsitype-prefix-unbound'],
    ...['ovftool__subtypes-comma', 'ovftool__subtypes-space'],
  ],
  'bundle/remote-file': ['ovftool__remote-http-href'],
  'ovf/doctype': ['refused-doctype'],
  'ovf/duplicate-id': ['neg__duplicate-diskid'],
  'ovf/malformed': ['refused-cut', 'refused-entity', 'neg__corrupted-jeos'],
  'ovf/not-ovf': ['refused-domain'],
  'ovf/required-not-understood': ['neg__required-unknown-section'],
  'ovf/wrong-namespace': ['refused-soap', 'neg__wrong-envelope-namespace'],
};

/**
 * Files of which virt-v2v understands nothing: other namespaces (0.9, oVirt, PowerVC, z/VM, none), Items of OVF 2.0,
 * and collections of one machine.
 */
export const NOT_UNDERSTOOD: readonly string[] = [
  ...['no-namespace', 'ovf-0.9', 'ovirt-export-domain', 'powervc', 'unbound-prefix', 'virtualbox-ovf2-storageitem'],
  ...['wrong-rasd-namespace', 'zvm', 'dmtf__scaleout-disk', 'nova__vmwareapi-test', 'oracle-vm__hvm-template'],
  ...['ovftool09__esx-0.9', 'ovftool__iso-file-hostresource', 'ovftool__sles11-elements-in-no-namespace'],
  ...['ovftool__xp-cim75-vapp', 'ovirt3__engine-3.3-lundisk', 'powervc__coreos-powervs', 'powervc__pvsadm-template'],
  ...['rhevm3__image-uploader-sample', 'rpath__iso-only', 'virtualbox__ovf2.0-buslogic'],
  ...['vsphere__mixed-ide-sas-many-disks', 'rpath__raw-hd-wiki-format', 'rpath__xenova-vpc-targz'],
];

/** Single fields, in files that both read. */
export const DIFFERENT: readonly {
  readonly why: string;
  readonly fields: readonly (keyof Told)[];
  readonly files: readonly string[];
}[] = [
  {
    why: 'no CPU and memory Items: virt-v2v takes 1 vCPU and 1 TiB, we leave it to the defaults',
    fields: ['memoryMib', 'vcpus'],
    files: [
      ...['mixed-buses', 'swapped-identity', 'gce__missing-disk-units', 'ovftool__parentref-delta'],
      'ovftool__two-hardware-sections',
    ],
  },
  { why: 'virt-v2v ignores units: GigaBytes are MiB to it', fields: ['memoryMib'], files: ['oracle-vm'] },
  {
    why: 'virt-v2v ignores configurations: the first Item wins',
    fields: ['memoryMib', 'vcpus'],
    files: ['cisco__cot-input-profiles'],
  },
  {
    why: 'virt-v2v ignores configurations: disks of all of them are there',
    fields: ['disks'],
    files: ['cisco__c8000v-bootdisk-profiles'],
  },
  {
    why: 'virt-v2v takes the Items of all hardware sections together, or the first',
    fields: ['memoryMib', 'vcpus', 'disks'],
    files: ['several-hardware-sections'],
  },
  { why: 'a disk without Parent has no bus to virt-v2v', fields: ['disks'], files: ['ovftool__two-hardware-sections'] },
  {
    why: 'no Name below VirtualSystem: we take its id',
    fields: ['name'],
    files: [
      ...['virtualbox-7', 'virtualbox-arm', 'oraclelinux__vbox7-uefi-virtioscsi', 'oraclelinux__vbox71-arm'],
      ...['ovftool__two-hardware-sections', 'virtualbox__30-controller-subtypes', 'virtualbox__os-id-0'],
      'virtualbox__snapshot-flattened',
    ],
  },
  {
    why: 'firmware stands in vbox:Machine, which virt-v2v does not read',
    fields: ['firmware'],
    files: ['virtualbox-7', 'virtualbox-arm', 'oraclelinux__vbox7-uefi-virtioscsi', 'oraclelinux__vbox71-arm'],
  },
  {
    why: 'memory and CPUs stand in vbox:Machine only',
    fields: ['memoryMib', 'vcpus'],
    files: ['virtualbox-arm'],
  },
  {
    why: 'MAC addresses and exact adapters stand in vbox:Machine',
    fields: ['nics'],
    files: [
      ...['virtualbox-7', 'homeassistant__ova-pc', 'oraclelinux__vbox7-uefi-virtioscsi', 'oraclelinux__vbox71-arm'],
      'virtualbox__os-id-0',
    ],
  },
  {
    why: 'ResourceType 20 is SATA to virt-v2v whatever its subtype says',
    fields: ['disks'],
    files: ['virtualbox-arm', 'oraclelinux__vbox7-uefi-virtioscsi', 'oraclelinux__vbox71-arm'],
  },
  {
    why: 'disks in the order of Items, not of controller and address',
    fields: ['disks'],
    files: ['mixed-buses'],
  },
  {
    why: 'a bus that the exporter makes up, or on which these addresses cannot be, is no bus to us',
    fields: ['disks'],
    files: ['hyper-v-forklift', 'xen-orchestra'],
  },
  {
    why: 'z/VM writes amounts and disks (ResourceType 31) in a way of its own',
    fields: ['memoryMib', 'vcpus', 'disks'],
    files: ['ibm-zvm__sampleovf'],
  },
  { why: 'an empty Connection: virt-v2v calls the network eth0', fields: ['nics'], files: ['ganeti__export'] },
];
