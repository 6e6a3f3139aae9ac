import type { Architecture } from '../../facts/index.ts';
import { type Meaning, nothing, system } from './meaning.ts';
import { osRelease } from './os-release.ts';
import { isDistro, release } from './releases.ts';
import { vmwareGuest } from './vmware.ts';
import { windowsFamily, windowsVersion } from './windows.ts';

/** What people and virt-v2v write into os_distro besides the names that os-release has. */
const DISTROS: ReadonlyMap<string, string> = new Map([
  ['alpinelinux', 'alpine'],
  ['altlinux', 'alt'],
  ['archlinux', 'arch'],
  ['dragonfly', 'dragonflybsd'],
  ['oracle', 'ol'],
  ['oraclelinux', 'ol'],
  ['rockylinux', 'rocky'],
  ['scientificlinux', 'scientific'],
  ['voidlinux', 'void'],
]);

/**
 * The meaning of the image properties os_distro and os_version. os_distro has two vocabularies: the names of families
 * that Glance documents, and short-ids, which is what Nova looks up.
 */
export function glanceNames(
  distro: string,
  version: string | null,
  known: ReadonlySet<string>,
): readonly [Meaning, Architecture | null] | undefined {
  const name = distro.trim().toLowerCase();
  const number = version === null || version.trim() === '' ? null : version.trim();
  // the short-id says it all; Nova does not read os_version
  if (known.has(name) && name !== 'unknown') return [system(name, familyOf(name)), null];
  if (name === 'windows') {
    return [number === null ? nothing('winnt', 'it says Windows, not which one') : windowsVersion(number), null];
  }
  if (name === 'msdos')
    return [
      number === null || number === '6.22'
        ? system('msdos6.22', 'dos')
        : nothing('dos', 'only MS-DOS 6.22 has an entry'),
      null,
    ];
  // VMware's driver reads its guest id from the same property
  const guest = vmwareGuest(name);
  if (guest !== undefined) return guest;
  const own = DISTROS.get(name) ?? name;
  const meaning = own === 'centos' || !isDistro(own) ? osRelease({ id: own, versionId: number }) : release(own, number);
  return meaning === undefined ? undefined : [meaning, null];
}

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^(?:msdos|freedos)/, 'dos'],
  [/^(?:dragonflybsd|freebsd|haiku|netbsd|netware|openbsd)/, ''],
  [/^(?:opensolaris|solaris)/, 'solaris'],
  [/^(?:omnios|openindiana|smartos)$/, 'illumos'],
  [/^macosx/, 'darwin'],
];

/** The family of a short-id: Linux, unless its name is that of another system. */
function familyOf(name: string): string {
  if (name.startsWith('win')) return windowsFamily(name);
  for (const [pattern, family] of FAMILIES) {
    const [start] = pattern.exec(name) ?? [];
    if (start !== undefined) return family === '' ? start : family;
  }
  return 'linux';
}
