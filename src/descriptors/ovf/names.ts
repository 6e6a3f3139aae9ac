import type { XmlElement } from '../xml.ts';

/** OVF 1 (both spellings) and 2, and what some write in their place: no number, one that does not exist. */
const DMTF = 'http://schemas.dmtf.org/ovf/envelope';
const OVF_09 = 'http://www.vmware.com/schema/ovf/1/envelope';

export const VMW = 'http://www.vmware.com/schema/ovf';
export const VBOX = 'http://www.virtualbox.org/ovf/machine';
export const OVIRT = 'http://www.ovirt.org/ovf';
export const XENOVF = 'http://schemas.citrix.com/ovf/envelope/1';
export const POWERVC = 'ibmpvc';
export const VCLOUD = 'http://www.vmware.com/vcloud/v1';
export const HINTS = 'urn:vm-import:hints:1';

/** `1.x`, `1.x/` (oVirt's trailing slash), `2.x`, `0.9`, `none`, `other` (of the DMTF, but no version there is). */
export type OvfVersion = '0.9' | '1.x' | '1.x/' | '2.x' | 'none' | 'other';

/** What the namespace of the root says; undefined when it is none of OVF's. */
export function ovfVersion(namespace: string | null): OvfVersion | undefined {
  switch (namespace) {
    case null:
      return 'none';
    case OVF_09:
      return '0.9';
    case `${DMTF}/1`:
      return '1.x';
    case `${DMTF}/1/`:
      return '1.x/';
    case `${DMTF}/2`:
      return '2.x';
    default:
      return namespace.startsWith(DMTF) ? 'other' : undefined;
  }
}

/** Whether a name is OVF's own. Elements and attributes without a namespace count: producers forget it. */
export function isOvf(namespace: string | null): boolean {
  return ovfVersion(namespace) !== undefined;
}

/**
 * What an OVF element is, in the words of OVF 1: in 0.9 and in oVirt's files a `Section` or `Content` says what it is in
 * an `xsi:type`, whose prefix may be bound to nothing. Undefined for an element that is not OVF's.
 */
export function kindOf(element: XmlElement): string | undefined {
  if (!isOvf(element.namespace)) return undefined;
  if (element.local !== 'Section' && element.local !== 'Content') return element.local;
  for (const { value } of element.attributes) {
    const type = /(?:^|:)(\w+)_Type$/.exec(value)?.[1];
    if (type !== undefined) return type;
  }
  return element.local;
}

/** Children of one OVF kind. */
export function sections(of: XmlElement, kind: string): readonly XmlElement[] {
  return of.children.filter((element) => kindOf(element) === kind);
}

/** An attribute of OVF, with or without its prefix. */
export function attribute(of: XmlElement, name: string): string | null {
  const found = of.attributes.filter(({ local, namespace }) => local === name && isOvf(namespace));
  return (found.find(({ namespace }) => namespace !== null) ?? found[0])?.value ?? null;
}

/** An attribute of whatever namespace: for the words of one producer, whose namespaces vary. */
export function anyAttribute(of: XmlElement, name: string): string | null {
  return of.attributes.find(({ local }) => local === name)?.value ?? null;
}

/** The first child of that local name, of whatever namespace. */
export function child(of: XmlElement | undefined, name: string): XmlElement | undefined {
  return of?.children.find(({ local }) => local === name);
}

export function children(of: XmlElement | undefined, name: string): readonly XmlElement[] {
  return of?.children.filter(({ local }) => local === name) ?? [];
}

/** Follows local names downwards, the first child of each. */
export function descend(of: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>(child, of);
}

/** Text of a child; null when there is none, or an empty or nil one. */
export function textOf(of: XmlElement | undefined, name: string): string | null {
  const element = child(of, name);
  return element === undefined || isNil(element) || element.text === '' ? null : element.text;
}

/** `xsi:nil="true"`: the element stands there and says nothing. */
export function isNil(element: XmlElement): boolean {
  return element.attributes.some(({ local, value }) => local === 'nil' && isTrue(value));
}

/** As XML Schema and the producers spell it: `true`, `True`, `1`. */
export function isTrue(value: string | null): boolean {
  return value !== null && /^(?:true|1)$/i.test(value.trim());
}

export function isFalse(value: string | null): boolean {
  return value !== null && /^(?:false|0)$/i.test(value.trim());
}
