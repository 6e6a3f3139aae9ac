import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import { diagnostics } from './diagnostics.ts';
import { type Item, title } from './items.ts';
import type { Kind } from './kinds.ts';
import { attribute, HINTS, isFalse, isTrue, kindOf, VBOX, VMW } from './names.ts';
import type { Report } from './report.ts';

/** OVF sections that are read, or that say nothing about one machine on another hypervisor. */
const SECTIONS = new Set([
  'References',
  'DiskSection',
  'NetworkSection',
  'DeploymentOptionSection',
  'ProductSection',
  'PropertySection',
  'AnnotationSection',
  'EulaSection',
  'OperatingSystemSection',
  'VirtualHardwareSection',
  'StartupSection',
  'ResourceAllocationSection',
  'SnapshotsSection',
  'AffinityGroupsSection',
  'AffinityLabelsSection',
  'VirtualSystem',
  'VirtualSystemCollection',
  'Strings',
]);

/** OVF elements inside of those. */
const PARTS = new Set(
  (
    'Info Name Description File Disk Network Configuration Label Product Vendor Version FullVersion ProductUrl VendorUrl ' +
    'AppUrl Icon Category Property Value Annotation License System Item StorageItem EthernetPortItem Msg ' +
    'NetworkPortProfile NetworkPortProfileURI Snapshot'
  ).split(' '),
);

/** Extensions that are read. */
const EXTENSIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  [VMW]: new Set([
    'Config',
    'ExtraConfig',
    'CoresPerSocket',
    'BootOrderSection',
    'IpAssignmentSection',
    'StorageGroupSection',
    'StorageSection',
  ]),
  [VBOX]: new Set(['Machine', 'OSType']),
  [HINTS]: new Set(['Hints']),
};

const MAX_NAMES = 20;

function isKnown(element: XmlElement): boolean {
  const kind = kindOf(element);
  if (kind !== undefined) return SECTIONS.has(kind) || PARTS.has(kind);
  const namespace = element.namespace ?? '';
  return Object.hasOwn(EXTENSIONS, namespace) && EXTENSIONS[namespace]?.has(element.local) === true;
}

/** What is left out of a machine, a collection or the envelope, by name. */
export class LeftOut {
  readonly #optional = new Map<string, XmlElement>();
  readonly #needed = new Map<string, XmlElement>();

  add(name: string, optional: boolean, at: XmlElement): void {
    const names = optional ? this.#optional : this.#needed;
    if (!names.has(name)) names.set(name, at);
  }

  /**
   * Lists the sections of `holder` that are not understood, and refuses what is not understood and marked as required,
   * at any depth above the next machine.
   */
  addSections(holder: XmlElement, report: Report): void {
    for (const element of holder.children) {
      if (isKnown(element)) continue;
      const marked = attribute(element, 'required');
      if (marked === null && !/Section$/.test(kindOf(element) ?? element.local)) continue;
      if (!isTrue(marked)) this.add(cleanLine(kindOf(element) ?? element.name), isFalse(marked), element);
    }
    refuseRequired(holder, report);
  }

  addItem(item: Item, kind: Kind): void {
    if (kind !== 'unknown') return;
    const number = item.type === '' ? 'no type' : `type ${item.type}`;
    const words = item.subType === '' ? number : `${number}, ${item.subType}`;
    this.add(`${cleanLine(title(item))} (${cleanLine(words)})`, !item.required, item.element);
  }

  report(report: Report): void {
    const list = (names: ReadonlyMap<string, XmlElement>) => {
      const shown = [...names.keys()].slice(0, MAX_NAMES);
      return names.size > shown.length ? `${shown.join(', ')} and ${names.size - shown.length} more` : shown.join(', ');
    };
    const places = (names: ReadonlyMap<string, XmlElement>) => report.at(...[...names.values()].slice(0, MAX_NAMES));
    if (this.#needed.size > 0) {
      report.add(diagnostics['not-understood']({ names: list(this.#needed) }, places(this.#needed)));
    }
    if (this.#optional.size > 0) {
      report.add(diagnostics['left-out']({ names: list(this.#optional) }, places(this.#optional)));
    }
  }
}

function refuseRequired(holder: XmlElement, report: Report): void {
  const stack = [...holder.children];
  for (let element = stack.pop(); element !== undefined; element = stack.pop()) {
    const kind = kindOf(element);
    if (kind === 'VirtualSystem' || kind === 'VirtualSystemCollection') continue;
    if (!isKnown(element) && isTrue(attribute(element, 'required'))) {
      const name = cleanLine(kind ?? element.name);
      report.add(diagnostics['required-not-understood']({ name }, report.at(element)));
      return;
    }
    // what an extension holds is its own
    if (kind !== undefined || isKnown(element)) for (const next of element.children) stack.push(next);
  }
}
