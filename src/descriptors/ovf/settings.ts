import type { XmlElement } from '../xml.ts';
import { anyAttribute } from './names.ts';

export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly element: XmlElement;
}

/** VMware's `Config` and `ExtraConfig` of a hardware section; keys in lower case, as VMware ignores their case. */
export type Settings = ReadonlyMap<string, Setting>;

export function readSettings(hardware: XmlElement | undefined): Settings {
  const settings = new Map<string, Setting>();
  for (const element of hardware?.children ?? []) {
    if (element.local !== 'Config' && element.local !== 'ExtraConfig') continue;
    const key = anyAttribute(element, 'key') ?? '';
    const value = anyAttribute(element, 'value')?.trim() ?? '';
    if (key !== '') settings.set(key.toLowerCase(), { key, value, element });
  }
  return settings;
}
