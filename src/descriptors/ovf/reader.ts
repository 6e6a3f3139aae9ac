import { VmImportError } from '../../diagnostics/index.ts';
import type { DescribedMachine, DescriptorReading } from '../../facts/index.ts';
import { type DescriptorDocument, type DescriptorReader, MAX_DESCRIPTOR_BYTES } from '../descriptor.ts';
import { decodeXml } from '../encoding.ts';
import { cleanLine } from '../text.ts';
import { readXml, type XmlDocument, type XmlElement, XmlProblem } from '../xml.ts';
import { readConfigurations } from './configurations.ts';
import { diagnostics } from './diagnostics.ts';
import { dialectOf } from './dialect.ts';
import { type DiskEntries, type DiskEntry, readDiskSection } from './disk-section.ts';
import { readFiles } from './files.ts';
import { isHints, readMachine } from './machine.ts';
import { Messages } from './messages.ts';
import { attribute, type OvfVersion, ovfVersion, sections, textOf } from './names.ts';
import { Report } from './report.ts';
import type { Scope } from './scope.ts';
import { collectSystems } from './systems.ts';
import { LeftOut } from './unknown.ts';

/** Reader of OVF descriptors. Pure: what it names is opened by others. */
export const reader: DescriptorReader = {
  read(input) {
    const { document, findings } = parse(input);
    const report = new Report(input.uri, document);
    for (const finding of findings) report.add(finding);
    return readEnvelope(document, envelopeVersion(document, report), input.configuration, report);
  },
};

function readEnvelope(
  document: XmlDocument,
  version: OvfVersion,
  asked: string | null,
  report: Report,
): DescriptorReading {
  const { root } = document;
  const left = new LeftOut();
  const messages = new Messages(root);
  const dialect = dialectOf(document, version);
  const { all: configurations, taken } = readConfigurations(root, asked, messages, report);
  const files = readFiles(root, report);
  const disks = readDiskSection(root, files, report);
  const { systems, collections } = collectSystems(root, taken, report);
  const scope: Scope = {
    document,
    version,
    dialect,
    byVirtV2v: [...document.comments, ...comments(root)].some((text) => text.includes('virt-v2v')),
    configuration: taken,
    files,
    disks,
    messages,
    hints: root.children.find(isHints) ?? null,
    used: new Set(),
    isOldSnapshot: snapshots(systems.map(({ element }) => element)),
  };
  for (const holder of [root, ...collections]) left.addSections(holder, report);
  left.report(report);
  const machines = systems.map((system) => readMachine(system, scope, report.apart()));
  if (machines.length === 0) report.add(diagnostics['no-machine']({}, report.at(root)));
  reportUnused(disks, scope.used, machines, report);
  return { dialect, machines, configurations, files: files.all, findings: report.findings };
}

function parse({ uri, bytes }: DescriptorDocument): { document: XmlDocument; findings: DescriptorReading['findings'] } {
  const at = (place: string | null) => [{ origin: 'descriptor' as const, uri, pointer: place }];
  if (bytes.length > MAX_DESCRIPTOR_BYTES) {
    throw new VmImportError(diagnostics['too-large']({ size: bytes.length, limit: MAX_DESCRIPTOR_BYTES }, at(null)));
  }
  const decoded = decodeXml(bytes);
  if (decoded === undefined) throw new VmImportError(diagnostics['not-text']({}, at(null)));
  const { text, encoding, declared } = decoded;
  try {
    const document = readXml(text);
    const differs = declared !== null && !encoding.startsWith(declared) && declared !== 'us-ascii';
    return {
      document,
      findings: differs ? [diagnostics['encoding-differs']({ declared, used: encoding }, at(null))] : [],
    };
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    throw new VmImportError(ofProblem(error, at(`:${error.place}`)), { cause: error });
  }
}

function ofProblem({ kind, message, place }: XmlProblem, at: Parameters<typeof diagnostics.malformed>[1]) {
  if (kind === 'doctype') return diagnostics.doctype({ place }, at);
  if (kind === 'limit') return diagnostics['too-much']({ what: message }, at);
  return diagnostics.malformed({ problem: cleanLine(message), place }, at);
}

/** Refuses what is not OVF, and tells of what is so only by goodwill. */
function envelopeVersion(document: XmlDocument, report: Report): OvfVersion {
  const { root, unboundPrefixes } = document;
  const at = report.at(root);
  if (root.local !== 'Envelope') throw new VmImportError(diagnostics['not-ovf']({ name: cleanLine(root.name) }, at));
  const version = ovfVersion(root.namespace);
  const namespace = cleanLine(root.namespace ?? 'none');
  if (version === undefined) throw new VmImportError(diagnostics['wrong-namespace']({ namespace }, at));
  if (version === 'none' || version === 'other') report.add(diagnostics['unknown-version']({ namespace }, at));
  if (unboundPrefixes.length > 0) {
    const prefixes = unboundPrefixes.slice(0, 16).map((prefix) => cleanLine(prefix, 64));
    report.add(diagnostics['undeclared-prefix']({ prefixes: prefixes.join(', ') }, at));
  }
  return version;
}

/** Descriptions in which programs sign: of files and of machines. */
function comments(root: XmlElement): readonly string[] {
  const files = sections(root, 'References').flatMap((references) => sections(references, 'File'));
  const machines = sections(root, 'VirtualSystem').map((system) => textOf(system, 'Description') ?? '');
  return [...files.map((file) => attribute(file, 'description') ?? ''), ...machines];
}

/** oVirt: disks of a snapshot that is marked as a regular one are the past, unless nothing is marked as active. */
function snapshots(systems: readonly XmlElement[]): (entry: DiskEntry) => boolean {
  const all = systems
    .flatMap((system) => sections(system, 'SnapshotsSection'))
    .flatMap((section) => sections(section, 'Snapshot'));
  const active = all.some((snapshot) => textOf(snapshot, 'Type') === 'ACTIVE');
  const old = new Set(
    all.filter((snapshot) => textOf(snapshot, 'Type') === 'REGULAR').map((snapshot) => attribute(snapshot, 'id')),
  );
  return ({ snapshot }) => active && snapshot !== null && old.has(snapshot);
}

/** Disks that nothing attaches and no other disk builds on. */
function reportUnused(
  disks: DiskEntries,
  used: ReadonlySet<string>,
  machines: readonly DescribedMachine[],
  report: Report,
): void {
  const parents = new Set(machines.flatMap((machine) => machine.disks).map(({ parent }) => parent));
  const unused = [...disks.values()].filter(({ id }) => !used.has(id) && !parents.has(id));
  const lun = unused.filter((entry) => entry.lun);
  for (const { id, element } of lun.slice(0, 16)) {
    report.add(diagnostics['lun-disk']({ disk: cleanLine(id) }, report.at(element)));
  }
  const rest = unused.filter((entry) => !entry.lun).slice(0, 16);
  if (rest.length === 0) return;
  const names = rest.map(({ id }) => cleanLine(id)).join(', ');
  report.add(diagnostics['disks-not-attached']({ names }, report.at(...rest.map(({ element }) => element))));
}
