import type { Finding } from '../../diagnostics/index.ts';
import type { OsDevice, OsDriver, OsFirmware, OsImage, OsMedia, OsTree } from '../../facts/index.ts';
import { diagnostics } from '../diagnostics.ts';

/** What one file says of one kind of resources; figures as in libosinfo: bytes, counts, hertz. */
export interface RawResources {
  readonly kind: ResourceKind;
  readonly architecture: string;
  /** What it does not say comes from the ancestors. */
  readonly inherit: boolean;
  readonly figures: { readonly [figure in Figure]?: number };
}

export const RESOURCE_KINDS = ['minimum', 'recommended', 'maximum', 'network-install'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];
export const FIGURES = ['ram', 'n-cpus', 'storage', 'cpu'] as const;
export type Figure = (typeof FIGURES)[number];

export type RawDriver = Omit<OsDriver, 'devices'> & { readonly deviceIds: readonly string[] };
export type RawMedia = Omit<OsMedia, 'os' | 'languages'> & {
  readonly languages: { readonly pattern: string; readonly capture: boolean; readonly map: string | null } | null;
};

/** A system as its files say, nothing inherited. Lists are maps, because the same key again takes the old one's place. */
export interface RawSystem {
  readonly id: string;
  readonly shortIds: Set<string>;
  /** `name`, `version`, ... by element. */
  readonly words: Map<string, string>;
  readonly parents: { readonly derives: Map<string, Place>; readonly clones: Map<string, Place> };
  /** Whether the device is supported, by its id. */
  readonly devices: Map<string, boolean>;
  readonly firmware: Map<string, OsFirmware>;
  readonly resources: Map<string, RawResources>;
  readonly media: Map<string, RawMedia>;
  readonly trees: Map<string, OsTree>;
  readonly images: Map<string, OsImage>;
  readonly drivers: Map<string, RawDriver>;
  /** Names by id. */
  readonly variants: Map<string, string>;
  readonly place: Place;
}

/** File and line. */
export interface Place {
  readonly uri: string;
  readonly pointer: string;
}

export interface Entries {
  readonly systems: Map<string, RawSystem>;
  readonly devices: Map<string, OsDevice>;
  readonly datamaps: Map<string, Map<string, string>>;
}

/** Where a part of an entry was found. */
export interface Context {
  readonly uri: string;
  /** Tells equal positions in different extensions apart; libosinfo forgets the directory, and so do we. */
  readonly file: string;
  readonly findings: Finding[];
}

export function incomplete({ uri, findings }: Context, element: string, attribute: string, pointer: string): void {
  findings.push(diagnostics.incomplete({ element, attribute }, [{ origin: 'osinfo', uri, pointer }]));
}
