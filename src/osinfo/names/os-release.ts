import { eitherOf, type Meaning, nothing } from './meaning.ts';
import { release } from './releases.ts';

/** What `/etc/os-release` says (os-release(5)). */
export interface OsRelease {
  /** `ID` */
  readonly id: string;
  /** `ID_LIKE`, its words. It is never a reason to take one system for another; it only tells the family. */
  readonly idLike?: readonly string[];
  /** `VERSION_ID`; rolling distributions and Debian's testing have none. */
  readonly versionId: string | null;
  /** `VARIANT_ID` */
  readonly variantId?: string | null;
  /** `NAME`; only it tells CentOS Linux 8 from CentOS Stream 8. */
  readonly name?: string | null;
}

/** IDs whose releases are named after a distribution of the same versions. */
const IDS: ReadonlyMap<string, string> = new Map([
  ...['almalinux', 'alpine', 'anolis', 'arch', 'asianux', 'centos', 'cirros', 'debian', 'eurolinux', 'fedora'].map(
    twice,
  ),
  ...['freebsd', 'gentoo', 'mageia', 'manjaro', 'miraclelinux', 'netbsd', 'nixos', 'ol', 'omnios'].map(twice),
  ...['openindiana', 'opensuse-tumbleweed', 'pop', 'pureos', 'rhel', 'rocky', 'scientific', 'slackware'].map(twice),
  ...['sle-micro', 'sled', 'sles', 'smartos', 'solaris', 'trisquel', 'ubuntu', 'void'].map(twice),
  ['altlinux', 'alt'],
  ['clear-linux-os', 'clear-linux'],
  ['dragonfly', 'dragonflybsd'],
  ['endless', 'endless'],
  ['opensuse', 'opensuse'],
  ['opensuse-leap', 'opensuse'],
]);

function twice(id: string): readonly [string, string] {
  return [id, id];
}

/** Linux distributions that libosinfo has no entry for. */
const WITHOUT_ENTRY: readonly string[] = [
  ...['alinux', 'amzn', 'archarm', 'azurelinux', 'bottlerocket', 'coreos', 'deepin', 'devuan', 'flatcar', 'kali'],
  ...['kylin', 'linuxmint', 'mariner', 'neon', 'openeuler', 'openmandriva', 'opensuse-leap-micro', 'opensuse-microos'],
  ...['openwrt', 'photon', 'raspbian', 'rhcos', 'sl-micro', 'talos', 'tencentos', 'virtuozzo', 'zorin'],
];

const LINUX_LIKE: readonly string[] = [
  'arch',
  'centos',
  'debian',
  'fedora',
  'gentoo',
  'opensuse',
  'rhel',
  'suse',
  'ubuntu',
];

/** Fedora editions that are not Fedora Linux as libosinfo counts. */
const COREOS = ['fedora-coreos-stable', 'fedora-coreos-testing', 'fedora-coreos-next'] as const;

/** The meaning of an os-release file; undefined when its ID is none that is known. */
export function osRelease({
  id,
  idLike = [],
  versionId,
  variantId = null,
  name = null,
}: OsRelease): Meaning | undefined {
  if (id === 'centos') return centos(versionId, name);
  if (id === 'fedora') return fedora(versionId, variantId);
  // the first release of a line has no service pack, and says so by naming none
  if ((id === 'sles' || id === 'sled') && /^\d+$/.test(versionId ?? '')) return release(id, `${versionId}.0`);
  const distro = IDS.get(id);
  if (distro !== undefined) return release(distro, versionId);
  if (WITHOUT_ENTRY.includes(id)) return nothing('linux', `libosinfo has no entry for ${id}`);
  return idLike.some((like) => LINUX_LIKE.includes(like))
    ? nothing('linux', 'it is derived from a distribution that is known, and is not one')
    : undefined;
}

function centos(version: string | null, name: string | null): Meaning {
  const stream = /\bstream\b/i.test(name ?? '');
  if (version === '8' && name === null) {
    return eitherOf(['centos8', 'centos-stream8'], 'linux', 'CentOS Linux 8 and CentOS Stream 8 both say 8');
  }
  if (version === '8' && !stream)
    return { systems: ['centos8'], family: 'linux', reason: 'the database has no CentOS 8' };
  return release(stream || /^(?:9|\d\d)$/.test(version ?? '') ? 'centos-stream' : 'centos', version);
}

function fedora(version: string | null, variant: string | null): Meaning {
  if (variant === 'coreos') return eitherOf(COREOS, 'linux', 'it does not say which stream of Fedora CoreOS');
  if (variant === 'silverblue') return release('silverblue', version);
  return release('fedora', variant === 'eln' ? 'eln' : version);
}
