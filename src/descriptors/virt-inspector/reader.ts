import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { DescribedMachine, DescribedOsName, Json } from '../../facts/index.ts';
import { cleanLine, shown } from '../../facts/text.ts';
import { XmlProblem } from '../../facts/xml.ts';
import { architectureNamed } from '../architecture.ts';
import type { DescriptorDocument, DescriptorReader } from '../descriptor.ts';
import { VoteList } from '../vote-list.ts';
import { child, children, readXmlTree, type XmlElement } from '../xml-tree.ts';
import { diagnostics } from './diagnostics.ts';

/** Long lists and pictures that say nothing about the machine. */
const SKIPPED: ReadonlySet<string> = new Set(['applications', 'icon', 'drive_mappings', 'filesystems']);
/** A disk with more systems is no disk that anybody boots. */
const MAX_SYSTEMS = 32;
const MAX_MOUNTS = 64;

/** Reads the XML of `virt-inspector`, and of `virt-drivers`, which puts the firmware beside the systems. */
export const reader: DescriptorReader = {
  read(document) {
    const root = readRoot(document);
    const systems = children(root, 'operatingsystem').slice(0, MAX_SYSTEMS);
    const findings: Finding[] = [];
    const note = (finding: Finding) => findings.push(finding);
    const at = (element: XmlElement) => [
      { origin: 'descriptor' as const, uri: document.uri, pointer: element.pointer },
    ];
    if (systems.length === 0) note(diagnostics['no-system']({}, at(root)));
    if (systems.length > 1) {
      const names = systems.map(nameOf).join(', ');
      note(diagnostics['several-systems']({ count: systems.length, names: shown(names) }, at(root)));
    }
    const list = new VoteList(document.uri);
    osVotes(systems, list);
    firmwareVotes(root, list);
    const [first] = systems;
    const machine: DescribedMachine = {
      id: 'guest',
      // the host name of the guest is no name for a machine: clones share it
      name: null,
      labels: first === undefined || systems.length > 1 ? {} : labelsOf(first),
      disks: [],
      drives: [],
      nics: [],
      state: [],
      votes: list.votes,
      drivers: [],
      osNames: systems.length === 1 ? systems.flatMap(osNames) : [],
      findings: [],
      hints: null,
      details: { systems: systems.map(detailsOf) },
    };
    return { dialect: 'libguestfs', machines: [machine], configurations: [], files: [], findings };
  },
};

function readRoot(document: DescriptorDocument): XmlElement {
  const refuse = (problem: string, pointer: string): never => {
    throw new VmImportError(
      diagnostics.malformed({ problem: shown(problem) }, [{ origin: 'descriptor', uri: document.uri, pointer }]),
    );
  };
  let root: XmlElement;
  try {
    root = readXmlTree(document.bytes, SKIPPED);
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    return refuse(error.message, error.place);
  }
  return root.local === 'operatingsystems' ? root : refuse(`its root is ${root.name}`, root.pointer);
}

/** libguestfs says `unknown` for what it cannot tell. */
function textOf(system: XmlElement, name: string): { readonly text: string; readonly pointer: string } | undefined {
  const element = child(system, name);
  const text = cleanLine((element?.text ?? '').slice(0, 256));
  return element === undefined || text === '' || text === 'unknown' ? undefined : { text, pointer: element.pointer };
}

/** Where several systems disagree, none is preferred: which of them starts is a choice in the boot menu. */
function osVotes(systems: readonly XmlElement[], list: VoteList): void {
  for (const [name, key, read] of [
    ['osinfo', 'os', (text: string) => text],
    ['arch', 'architecture', architectureNamed],
  ] as const) {
    const said = systems.map((system) => textOf(system, name));
    const [first] = said;
    if (first === undefined || said.some((each) => each?.text !== first.text)) continue;
    list.say(key, [read(first.text)], first.pointer);
  }
}

/** `<firmware type='uefi'>/dev/sda1</firmware>`, once for each that the disk can boot with (virt-drivers). */
function firmwareVotes(root: XmlElement, list: VoteList): void {
  const elements = children(root, 'firmware').slice(0, 2);
  const types = elements.map(({ attributes }) => attributes.get('type')?.toLowerCase());
  const [first] = elements;
  if (first !== undefined) list.say('firmware', types, first.pointer);
}

/** Names of libguestfs that differ from the `ID` in the system's own os-release. */
const IDS: Readonly<Record<string, string>> = {
  alpinelinux: 'alpine',
  archlinux: 'arch',
  oraclelinux: 'ol',
  scientificlinux: 'scientific',
  openmandriva: 'openmandriva',
  voidlinux: 'void',
};

/** For a system that this libguestfs had no libosinfo id for. Windows has no os-release. */
function osNames(system: XmlElement): readonly DescribedOsName[] {
  const distro = textOf(system, 'distro');
  if (distro === undefined || distro.text === 'windows' || textOf(system, 'osinfo') !== undefined) return [];
  const version = ['major_version', 'minor_version'].flatMap((name) => textOf(system, name)?.text ?? []).join('.');
  const name = Object.hasOwn(IDS, distro.text) ? (IDS[distro.text] ?? distro.text) : distro.text;
  return [{ scheme: 'os-release', name, version: version || null, producer: 'libguestfs', pointer: distro.pointer }];
}

function nameOf(system: XmlElement): string {
  return ['product_name', 'distro', 'name'].map((name) => textOf(system, name)?.text).find(Boolean) ?? 'unknown';
}

function labelsOf(system: XmlElement): { readonly [name: string]: string } {
  const product = textOf(system, 'product_name')?.text;
  // of Debian it is the bare number of the release
  return product === undefined || !/\p{L}/u.test(product) ? {} : { product };
}

const DETAILS = [
  'root',
  'name',
  'arch',
  'distro',
  'product_name',
  'product_variant',
  'major_version',
  'minor_version',
  'build_id',
  'package_format',
  'package_management',
  'hostname',
  'osinfo',
] as const;

function detailsOf(system: XmlElement): { readonly [name: string]: Json } {
  const texts = DETAILS.flatMap((name) => {
    const found = textOf(system, name);
    return found === undefined ? [] : [[name, found.text] as const];
  });
  const mounts = children(child(system, 'mountpoints'), 'mountpoint').slice(0, MAX_MOUNTS);
  const mountpoints = mounts.map(({ text, attributes }) => [
    cleanLine(text.slice(0, 256)),
    cleanLine((attributes.get('dev') ?? '').slice(0, 256)),
  ]);
  return {
    ...Object.fromEntries(texts),
    ...(mounts.length === 0 ? {} : { mountpoints: Object.fromEntries(mountpoints) }),
  };
}
