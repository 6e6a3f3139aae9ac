import type { OsFirmware, OsImage, OsTree } from '../../facts/index.ts';
import { children, type XmlElement } from '../../facts/xml.ts';
import {
  type Context,
  FIGURES,
  type Figure,
  incomplete,
  type RawDriver,
  type RawMedia,
  type RawResources,
  type ResourceKind,
} from './raw.ts';
import { textOf } from './xml.ts';

// The parts of an entry. Each reader returns null for a part that lacks what makes it one, after saying so.

export function readFirmware(element: XmlElement, context: Context): OsFirmware | null {
  const architecture = needed(element, 'arch', context);
  const type = needed(element, 'type', context);
  if (architecture === null || type === null) return null;
  // a kind of firmware that nobody knows yet is no reason to say anything of the two we know
  if (type !== 'bios' && type !== 'efi') return null;
  const [supported, recommended] = ['supported', 'recommended'].map((name) => element.attributes.get(name));
  return {
    architecture,
    type,
    supported: supported === undefined || supported === 'true',
    recommended: recommended === 'true',
  };
}

/** null, too, where the entry has nothing of that kind. */
export function readResources(element: XmlElement, kind: ResourceKind, context: Context): RawResources | null {
  const inherit = element.attributes.get('inherit') === 'true';
  const [amounts] = children(element, kind);
  if (amounts === undefined && !inherit) return null;
  const architecture = needed(element, 'arch', context);
  if (architecture === null) return null;
  const figures: { [figure in Figure]?: number } = {};
  for (const figure of FIGURES) {
    const value = figureOf(amounts === undefined ? null : textOf(amounts, figure));
    if (value !== null) figures[figure] = value;
  }
  return { kind, architecture, inherit, figures };
}

export function readMedia(element: XmlElement, context: Context): RawMedia | null {
  const architecture = needed(element, 'arch', context);
  if (architecture === null) return null;
  const iso = children(element, 'iso')[0] ?? element;
  const language = children(iso, 'l10n-language').at(-1);
  const capture = language?.attributes.get('regex') === 'true';
  return {
    architecture,
    volumeId: textOf(iso, 'volume-id'),
    systemId: textOf(iso, 'system-id'),
    publisherId: textOf(iso, 'publisher-id'),
    applicationId: textOf(iso, 'application-id'),
    volumeSize: figureOf(textOf(iso, 'volume-size')),
    live: element.attributes.get('live') === 'true',
    installer: element.attributes.get('installer') !== 'false',
    kernel: textOf(element, 'kernel'),
    initrd: textOf(element, 'initrd'),
    url: textOf(element, 'url'),
    variants: variantsOf(element),
    languages:
      language === undefined || language.text === ''
        ? null
        : { pattern: language.text, capture, map: language.attributes.get('l10n-language-map') ?? null },
  };
}

export function readTree(element: XmlElement, context: Context): OsTree | null {
  const architecture = needed(element, 'arch', context);
  if (architecture === null) return null;
  return {
    architecture,
    url: textOf(element, 'url'),
    kernel: textOf(element, 'kernel'),
    initrd: textOf(element, 'initrd'),
    bootIso: textOf(element, 'boot-iso'),
    variants: variantsOf(element),
  };
}

export function readImage(element: XmlElement, context: Context): OsImage | null {
  const architecture = needed(element, 'arch', context);
  const format = needed(element, 'format', context);
  if (architecture === null || format === null) return null;
  return {
    architecture,
    format,
    cloudInit: element.attributes.get('cloud-init') === 'true',
    url: textOf(element, 'url'),
    variants: variantsOf(element),
  };
}

export function readDriver(element: XmlElement, context: Context): RawDriver | null {
  const architecture = needed(element, 'arch', context);
  const location = needed(element, 'location', context);
  if (architecture === null || location === null) return null;
  return {
    architecture,
    location,
    preInstallable: element.attributes.get('pre-installable') === 'true',
    // libosinfo takes a driver for signed unless the entry says otherwise
    signed: element.attributes.get('signed') !== 'false',
    deviceIds: children(element, 'device').flatMap(({ attributes }) => attributes.get('id') ?? []),
  };
}

function variantsOf(element: XmlElement): readonly string[] {
  return children(element, 'variant').flatMap(({ attributes }) => attributes.get('id') ?? []);
}

function needed(element: XmlElement, attribute: string, context: Context): string | null {
  const value = element.attributes.get(attribute) ?? '';
  if (value !== '') return value;
  incomplete(context, element.name, attribute, element.place);
  return null;
}

/** A count or a number of bytes; null for what is none, or too large to be exact. */
function figureOf(text: string | null): number | null {
  if (text === null || !/^\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
