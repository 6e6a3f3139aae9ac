import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { DescribedMachine } from '../../facts/index.ts';
import { cleanLine, labelText, shown } from '../../facts/text.ts';
import { architectureNamed } from '../architecture.ts';
import type { DescriptorDocument, DescriptorReader } from '../descriptor.ts';
import { type JsonMap, readJsonObject, textMember } from '../json.ts';
import { VoteList } from '../vote-list.ts';
import { diagnostics } from './diagnostics.ts';
import { type Written, writtenIn, writtenInEnvironment } from './kubevirt.ts';

/** The annotation, or label, whose value is a hint document. */
const HINTS_ANNOTATION = 'org.vm-import.hints';
const PREFERENCE = 'instancetype.kubevirt.io/default-preference';
const OCI = 'org.opencontainers.image.';
/** The free text among the annotations that the image specification predefines. */
const TEXTS: readonly string[] = ['title', 'description', 'vendor', 'version', 'source', 'url', 'licenses'];
/** Labels of images made for bootc and by its older relatives: a system to be installed, not a disk. */
const BOOTABLE_CONTAINERS = ['containers.bootc', 'ostree.bootable'] as const;
const MAX_LABELS = 64;

/**
 * Reads the configuration of an image together with its manifest (https://github.com/opencontainers/image-spec).
 * Annotations of the manifest come before labels, and labels before the environment.
 */
export const reader: DescriptorReader = {
  read(document) {
    const findings: Finding[] = [];
    const config = readConfig(document);
    const manifest = readManifest(document, findings);
    const written = [
      ...(manifest === null ? [] : writtenIn(manifest.value, ['annotations'], manifest.uri)),
      ...writtenIn(config, ['config', 'Labels'], document.uri),
      ...writtenInEnvironment(config, document.uri),
    ];
    const first = new Map<string, Written>();
    for (const each of written) if (!first.has(each.name)) first.set(each.name, each);
    for (const name of BOOTABLE_CONTAINERS) {
      const label = first.get(name);
      if (label === undefined || !/^(?:1|true)$/i.test(label.value)) continue;
      const { uri, pointer } = label;
      findings.push(diagnostics['bootable-container']({ label: name }, [{ origin: 'descriptor', uri, pointer }]));
    }
    const machine = describe(config, first, document, findings);
    return { dialect: 'oci', machines: [machine], configurations: [], files: [], findings };
  },
};

function readConfig(document: DescriptorDocument): JsonMap {
  const config = readJsonObject(document.bytes);
  if (typeof config !== 'string') return config;
  throw new VmImportError(
    diagnostics.malformed({ problem: config }, [{ origin: 'descriptor', uri: document.uri, pointer: null }]),
  );
}

function readManifest(
  { companions = [] }: DescriptorDocument,
  findings: Finding[],
): { readonly value: JsonMap; readonly uri: string } | null {
  const manifest = companions.find(({ name }) => name === 'manifest');
  if (manifest === undefined) return null;
  const { uri } = manifest;
  const value = readJsonObject(manifest.bytes);
  if (typeof value !== 'string') return { value, uri };
  findings.push(diagnostics['unreadable-manifest']({ problem: value }, [{ origin: 'descriptor', uri, pointer: null }]));
  return null;
}

function describe(
  config: JsonMap,
  written: ReadonlyMap<string, Written>,
  document: DescriptorDocument,
  findings: Finding[],
): DescribedMachine {
  const list = new VoteList(document.uri);
  const named = textMember(config, 'architecture');
  const architecture = named === undefined ? undefined : architectureNamed(named);
  if (architecture !== undefined) list.say('architecture', [architecture], '/architecture');
  else if (named !== undefined) {
    const at = [{ origin: 'descriptor' as const, uri: document.uri, pointer: '/architecture' }];
    findings.push(diagnostics['unknown-architecture']({ name: shown(named) }, at));
  }
  const preference = written.get(PREFERENCE);
  const preferred = cleanLine((preference?.value ?? '').slice(0, 256));
  const hints = written.get(HINTS_ANNOTATION);
  const os = textMember(config, 'os');
  return {
    id: 'image',
    name: null,
    labels: labels(written),
    disks: [],
    drives: [],
    nics: [],
    state: [],
    votes: list.votes,
    drivers: [],
    osNames:
      preference === undefined || preferred === ''
        ? []
        : [{ scheme: 'kubevirt', name: preferred, version: null, producer: null, pointer: preference.pointer }],
    findings: [],
    hints: hints === undefined ? null : { bytes: Buffer.from(hints.value), pointer: hints.pointer },
    // of the container, which has to say something: linux, whatever the guest is
    details: os === undefined ? {} : { containerOs: cleanLine(os.slice(0, 64)) },
  };
}

/** What KubeVirt reads is passed through under its own name; of the rest only the predefined texts are kept. */
function labels(written: ReadonlyMap<string, Written>): { readonly [name: string]: string } {
  const kept = [...written.values()].flatMap(({ name, value }) => {
    const text = labelText(value);
    if (text === '') return [];
    if (/^(?:[a-z0-9-]+\.)*kubevirt\.io\/[a-z0-9._-]{1,63}$/.test(name)) return [[name, text] as const];
    const known = name.startsWith(OCI) ? name.slice(OCI.length) : '';
    return TEXTS.includes(known) ? [[known, text] as const] : [];
  });
  return Object.fromEntries(kept.slice(0, MAX_LABELS));
}
