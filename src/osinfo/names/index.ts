import type { Architecture } from '../../facts/index.ts';
import { type CimProducer, cimCode } from './cim.ts';
import { glanceNames } from './glance.ts';
import { judge, type Meaning, type NamedOs } from './meaning.ts';
import { type OsRelease, osRelease } from './os-release.ts';
import { ovirtType } from './ovirt.ts';
import { virtualBoxType } from './virtualbox.ts';
import { vmwareGuest } from './vmware.ts';
import { type ProductType, windowsBuild } from './windows.ts';

export { CIM_PRODUCERS, type CimProducer } from './cim.ts';
export type { Confidence, NamedOs } from './meaning.ts';

/** How somebody else called an operating system. */
export type OsName =
  | {
      /** `ovf:id` and `ovf:version` of an OperatingSystemSection. */
      readonly scheme: 'cim';
      readonly id: number;
      readonly version?: string | null;
      /** Null: not known who wrote it. */
      readonly producer: CimProducer | null;
    }
  /** `vmw:osType` */
  | { readonly scheme: 'vmware'; readonly guestId: string }
  /** `vbox:OSType` */
  | { readonly scheme: 'virtualbox'; readonly osType: string }
  /** `ovirt:id`, or the Description in an export domain. */
  | { readonly scheme: 'ovirt'; readonly osType: number | string }
  | ({ readonly scheme: 'os-release' } & OsRelease)
  /** A build number, and what `ProductType` in the registry says. */
  | { readonly scheme: 'windows'; readonly build: number; readonly productType: ProductType | null }
  /** `os_distro` and `os_version` */
  | { readonly scheme: 'glance'; readonly distro: string; readonly version: string | null };

/** No name of any scheme is longer; the bound also keeps hostile input cheap. In UTF-16 units. */
const LONGEST = 100;

/**
 * The system that a name stands for, among the short-ids of a database. Never throws; a name that is not known stays
 * unknown, and one whose system the database lacks says which entry is missing.
 */
export function nameOs(name: OsName, known: ReadonlySet<string>): NamedOs {
  const texts = Object.values(name).flat();
  const tooLong = texts.some((text) => typeof text === 'string' && text.length > LONGEST);
  const [meaning, architecture] = (tooLong ? undefined : meaningOf(name, known)) ?? [UNKNOWN, null];
  return judge(meaning, architecture, known);
}

const UNKNOWN: Meaning = { family: null, reason: 'it is no name that is known' };

function meaningOf(name: OsName, known: ReadonlySet<string>): readonly [Meaning, Architecture | null] | undefined {
  switch (name.scheme) {
    case 'cim':
      return cimCode(name.id, name.version ?? null, name.producer);
    case 'vmware':
      return vmwareGuest(name.guestId);
    case 'virtualbox':
      return virtualBoxType(name.osType);
    case 'ovirt':
      return ovirtType(name.osType);
    case 'windows':
      return [windowsBuild(name.build, name.productType), null];
    case 'glance':
      return glanceNames(name.distro, name.version, known);
    case 'os-release': {
      const meaning = osRelease(name);
      return meaning === undefined ? undefined : [meaning, null];
    }
  }
}
