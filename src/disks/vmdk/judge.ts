import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import { type Descriptor, descriptorAt, type ExtentLine } from './descriptor.ts';
import { diagnostics } from './descriptor-diagnostics.ts';

/** The types whose data are in the file that has the descriptor inside (compared without case, as VMware does). */
const SELF_CONTAINED: readonly string[] = ['monolithicsparse', 'streamoptimized'];
/** The types that stand for a physical disk (Virtual Disk Format 5.0, "createType"; raw device mappings of ESX). */
const DEVICES: readonly string[] = [
  'fulldevice',
  'partitioneddevice',
  'vmfsraw',
  'vmfsrdm',
  'vmfsrdmp',
  'vmfsrawdevicemap',
  'vmfspassthroughrawdevicemap',
];
const NO_PARENT = 'ffffffff';
/** Extents that are named in a message; all are in the details. */
const NAMED = 3;

export function createTypeOf(descriptor: Descriptor): string | null {
  return descriptor.fields.get('createtype')?.value ?? null;
}

/** What is wrong with the descriptor inside a sparse file of `capacity` sectors. Any error means: do not look inside. */
export function judgeEmbedded(descriptor: Descriptor, base: number, capacity: number, uri: string): readonly Finding[] {
  const createType = requireCreateType(descriptor, base, uri);
  const findings = [...judgeAll(descriptor, uri)];
  if (!SELF_CONTAINED.includes(createType.value.toLowerCase())) {
    const at = descriptorAt(uri, createType.offset);
    findings.push(diagnostics['unsupported-create-type']({ createType: createType.value }, at));
  }
  const [extent, second] = descriptor.extents;
  const foreign = (problem: string, offset: number) =>
    findings.push(diagnostics['foreign-extent']({ problem }, descriptorAt(uri, offset)));
  if (extent === undefined) foreign('it has no extent line', base);
  else if (second !== undefined) foreign(`it has ${descriptor.extents.length} extents`, second.offset);
  else if (extent.type !== 'SPARSE' || extent.name === null) {
    foreign(`its extent is of type ${extent.type}`, extent.offset);
  } else if (extent.sectors !== capacity) {
    const args = { capacity, sectors: extent.sectors };
    findings.push(diagnostics['size-differs'](args, descriptorAt(uri, extent.offset)));
  }
  return findings;
}

/** What is wrong with a descriptor that is a file of its own: at the least, that the data are elsewhere. */
export function judgeFile(descriptor: Descriptor, uri: string): readonly Finding[] {
  const { value: createType, offset } = requireCreateType(descriptor, 0, uri);
  const at = descriptorAt(uri, offset);
  const count = descriptor.extents.length;
  const names = namesOf(descriptor.extents);
  const device = DEVICES.includes(createType.toLowerCase());
  return [
    device
      ? diagnostics['host-device']({ createType, names }, at)
      : diagnostics['not-self-contained']({ createType, count, names }, at),
    ...judgeAll(descriptor, uri),
  ];
}

function requireCreateType(descriptor: Descriptor, base: number, uri: string) {
  const createType = descriptor.fields.get('createtype');
  if (createType !== undefined && createType.value !== '') return createType;
  const problem = 'it has no createType';
  const offset = createType?.offset ?? base;
  throw new VmImportError(diagnostics['bad-descriptor']({ offset, problem }, descriptorAt(uri, offset)));
}

function judgeAll(descriptor: Descriptor, uri: string): readonly Finding[] {
  const findings: Finding[] = [];
  const { parentHint, nonAscii } = descriptor;
  if (parentHint !== null) {
    findings.push(diagnostics.parent({ what: 'the word parentFileNameHint' }, descriptorAt(uri, parentHint)));
  }
  const parentCid = descriptor.fields.get('parentcid');
  if (parentCid !== undefined && parentCid.value.toLowerCase() !== NO_PARENT) {
    const what = `parentCID=${parentCid.value}`;
    findings.push(diagnostics.parent({ what }, descriptorAt(uri, parentCid.offset)));
  }
  const path = descriptor.extents.find(({ text }) => /[/\\]/.test(text));
  if (path !== undefined) {
    findings.push(diagnostics['extent-path']({ line: path.text }, descriptorAt(uri, path.offset)));
  }
  if (nonAscii !== null) {
    findings.push(diagnostics['non-ascii-descriptor']({ offset: nonAscii }, descriptorAt(uri, nonAscii)));
  }
  return findings;
}

function namesOf(extents: readonly ExtentLine[]): string {
  const names = extents.slice(0, NAMED).map(({ name, type }) => name ?? `(${type})`);
  if (extents.length > NAMED) names.push('...');
  return names.length === 0 ? '(none named)' : names.join(', ');
}
