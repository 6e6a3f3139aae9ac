import type { Json } from '../../facts/index.ts';
import type { XmlElement } from '../xml.ts';
import type { Ballot } from './ballot.ts';
import type { Storage } from './disks.ts';
import type { Item } from './items.ts';
import type { Kind } from './kinds.ts';
import type { PlacedNic } from './nics.ts';
import type { Report } from './report.ts';
import type { Scope } from './scope.ts';
import type { Settings } from './settings.ts';

export interface Device {
  readonly item: Item;
  readonly kind: Kind;
}

/** One machine while it is read: what was found, and where votes, details and findings go. */
export interface Context {
  readonly system: XmlElement;
  /** The hardware section taken; undefined when the machine has none. */
  readonly hardware: XmlElement | undefined;
  /** Devices of the configuration taken, bounds left out. */
  readonly devices: readonly Device[];
  /** Items that bound a resource. */
  readonly bounds: readonly Device[];
  readonly storage: Storage;
  readonly nics: readonly PlacedNic[];
  /** VMware's Config and ExtraConfig of the hardware section. */
  readonly settings: Settings;
  /** VirtualBox's own description; undefined when there is none. */
  readonly vbox: XmlElement | undefined;
  readonly scope: Scope;
  readonly ballot: Ballot;
  readonly report: Report;
  readonly details: { [name: string]: Json };
}

/** The devices of one kind. */
export function devicesOf(context: Context, kind: Kind): readonly Item[] {
  return context.devices.filter((device) => device.kind === kind).map(({ item }) => item);
}
