import { type Finding, type Provenance, VmImportError } from '../../diagnostics/index.ts';
import type { DescribedDisk, DescribedFile, DescribedMachine, Json } from '../../facts/index.ts';
import { cleanLine, labelText, shown } from '../../facts/text.ts';
import { architectureNamed } from '../architecture.ts';
import type { CompanionDocument, DescriptorDocument, DescriptorReader } from '../descriptor.ts';
import { isJsonMap, type JsonMap, member, readJsonObject, textMember } from '../json.ts';
import { VoteList } from '../vote-list.ts';
import { type DomainDisk, type DomainReading, readDomain } from './box-xml.ts';
import { diagnostics } from './diagnostics.ts';

const GIB = 2 ** 30;
const MAX_DISKS = 128;
const MAX_LABELS = 16;

/** Providers whose boxes hold the disks that `metadata.json` names. */
const LIBVIRT: readonly string[] = ['libvirt', 'kvm', 'qemu'];
const FORMATS: readonly string[] = ['qcow2', 'raw', 'vmdk', 'vdi', 'vhdx', 'vpc', 'qed'];

/** Reads `metadata.json` with what lies beside it. The Vagrantfile is a program; it is never run and never parsed. */
export const reader: DescriptorReader = {
  read(document) {
    const metadata = readJsonObject(document.bytes);
    if (typeof metadata === 'string') {
      throw new VmImportError(diagnostics.malformed({ problem: metadata }, at(document, null)));
    }
    const findings: Finding[] = [];
    const provider = cleanLine((textMember(metadata, 'provider') ?? '').slice(0, 64));
    const list = new VoteList(document.uri);
    const domain = readBoxXml(document, findings);
    const disks = readDisks(document, metadata, provider, domain, findings);
    const inDomain = disks.map((disk) => domainDisk(disk, disks.length, domain));
    readArchitecture(document, metadata, list, findings);
    if (find(document, 'Vagrantfile') !== undefined) {
      findings.push(diagnostics['vagrantfile-not-run']({}, at(document, null, 'Vagrantfile')));
    }
    const machine: DescribedMachine = {
      id: 'box',
      name: domain?.name ?? null,
      labels: readLabels(document, metadata),
      disks: disks.map((disk, index) => ({ ...disk, address: inDomain[index]?.address ?? disk.address })),
      drives: [],
      nics: domain?.nics ?? [],
      state: [],
      votes: [...list.votes, ...(domain?.votes(inDomain) ?? [])],
      drivers: [],
      osNames: [],
      findings: [],
      hints: null,
      details: { provider, ...version(metadata) },
    };
    const files: DescribedFile[] = disks.flatMap(({ file }) => (file === null ? [] : [file]));
    return { dialect: `vagrant-${provider || 'unknown'}`, machines: [machine], configurations: [], files, findings };
  },
};

function find({ companions = [] }: DescriptorDocument, name: string): CompanionDocument | undefined {
  return companions.find((companion) => companion.name === name);
}

function at(document: DescriptorDocument, pointer: string | null, companion?: string): readonly Provenance[] {
  const uri = (companion === undefined ? undefined : find(document, companion)?.uri) ?? document.uri;
  return [{ origin: 'descriptor', uri, pointer }];
}

function readBoxXml(document: DescriptorDocument, findings: Finding[]): DomainReading | null {
  const box = find(document, 'box.xml');
  if (box === undefined) return null;
  const reading = readDomain(box.bytes, box.uri);
  if (!('problem' in reading)) return reading;
  const args = { problem: shown(reading.problem) };
  findings.push(diagnostics['unreadable-domain'](args, at(document, reading.pointer, 'box.xml')));
  return null;
}

/**
 * Version 2 lists its disks. Version 1 has one, `box.img`, and says its format and size. A box of the old provider kvm
 * has neither, and names its disk in `box.xml`.
 */
function readDisks(
  document: DescriptorDocument,
  metadata: JsonMap,
  provider: string,
  domain: DomainReading | null,
  findings: Finding[],
): readonly DescribedDisk[] {
  const listed = member(metadata, 'disks');
  if (Array.isArray(listed)) return listedDisks(document, listed, findings);
  const format = textMember(metadata, 'format');
  const size = member(metadata, 'virtual_size');
  if (LIBVIRT.includes(provider) && (format !== undefined || size !== undefined || domain === null)) {
    const capacity = typeof size === 'number' && size > 0 && size <= 2 ** 22 ? Math.round(size * GIB) : null;
    if (size !== undefined && capacity === null) {
      const args = { member: 'virtual_size', value: shown(JSON.stringify(size)), wanted: 'a size in GiB' };
      findings.push(diagnostics['bad-value'](args, at(document, '/virtual_size')));
    }
    return [disk('box.img', 'box.img', format, capacity, size === undefined ? '/' : '/virtual_size')];
  }
  if (LIBVIRT.includes(provider) && domain !== null) {
    return domain.disks.flatMap(({ file, pointer }) =>
      file === null ? [] : [disk(file, file, undefined, null, pointer)],
    );
  }
  findings.push(diagnostics['no-description']({ provider: provider || 'none' }, at(document, '/provider')));
  return [];
}

/** The same disk in `box.xml`: by the name of its file, or because there is only one. Never by position. */
function domainDisk(disk: DescribedDisk, count: number, domain: DomainReading | null): DomainDisk | undefined {
  const name = disk.file?.href.split('/').at(-1);
  const named = domain?.disks.find(({ file }) => file === name);
  return named ?? (count === 1 && domain?.disks.length === 1 ? domain.disks[0] : undefined);
}

function listedDisks(
  document: DescriptorDocument,
  listed: readonly Json[],
  findings: Finding[],
): readonly DescribedDisk[] {
  if (listed.length > MAX_DISKS) {
    const args = { member: 'disks', value: `${listed.length} disks`, wanted: `at most ${MAX_DISKS} disks` };
    findings.push(diagnostics['bad-value'](args, at(document, '/disks')));
  }
  return listed.slice(0, MAX_DISKS).flatMap((entry, index) => {
    const path = textMember(entry, 'path');
    const pointer = `/disks/${index}`;
    if (path === undefined) {
      const args = { member: `disks/${index}/path`, value: 'absent', wanted: 'the name of a file in the box' };
      findings.push(diagnostics['bad-value'](args, at(document, pointer)));
      return [];
    }
    const name = cleanLine((textMember(entry, 'name') ?? path).slice(0, 256));
    return [disk(name || path, path, textMember(entry, 'format'), null, `${pointer}/path`)];
  });
}

function disk(
  name: string,
  href: string,
  format: string | undefined,
  capacity: number | null,
  pointer: string,
): DescribedDisk {
  return {
    name,
    file: { href, compression: null, chunkSize: null, size: null, pointer },
    capacity,
    format: format !== undefined && FORMATS.includes(format.toLowerCase()) ? format.toLowerCase() : null,
    address: { bus: null, controller: null, controllerIndex: null, unit: null },
    bootable: null,
    readOnly: false,
    parent: null,
    pointer,
  };
}

function readArchitecture(document: DescriptorDocument, metadata: JsonMap, list: VoteList, findings: Finding[]): void {
  const name = textMember(metadata, 'architecture');
  if (name === undefined || name === 'unknown') return;
  const architecture = architectureNamed(name);
  if (architecture !== undefined) {
    list.say('architecture', [architecture], '/architecture');
    return;
  }
  const args = { member: 'architecture', value: shown(name), wanted: 'an architecture such as amd64 or arm64' };
  findings.push(diagnostics['bad-value'](args, at(document, '/architecture')));
}

/** `info.json` holds what the publisher likes; `vagrant box list --box-info` prints it. */
function readLabels(document: DescriptorDocument, metadata: JsonMap): { readonly [name: string]: string } {
  const info = find(document, 'info.json');
  const read = info === undefined ? {} : readJsonObject(info.bytes);
  const entries = isJsonMap(read) ? Object.entries(read) : [];
  const labels = [...entries, ['description', member(metadata, 'description') ?? null] as const].flatMap(
    ([name, value]) => {
      const label = name.toLowerCase().replace(/[\s_]+/g, '-');
      const text = typeof value === 'string' ? labelText(value) : '';
      return text !== '' && /^[a-z][a-z0-9-]{0,31}$/.test(label) ? [[label, text] as const] : [];
    },
  );
  return Object.fromEntries(labels.slice(0, MAX_LABELS));
}

function version(metadata: JsonMap): { readonly [name: string]: Json } {
  if (Array.isArray(member(metadata, 'disks'))) return { boxFormat: 2 };
  return member(metadata, 'virtual_size') === undefined ? {} : { boxFormat: 1 };
}
