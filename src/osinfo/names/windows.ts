import { eitherOf, type Meaning, nothing, oneOf, system } from './meaning.ts';

export type ProductType = 'client' | 'server';

type Build = Readonly<Partial<Record<ProductType, string | readonly string[]>>>;

const WIN10: Build = { client: 'win10' };
const WIN11: Build = { client: 'win11' };

/** Released builds. Those of the semi-annual server channel (1709 to 20H2) have no entry in libosinfo. */
const BUILDS: ReadonlyMap<number, Build> = new Map<number, Build>([
  [1057, { client: 'winnt3.51', server: 'winnt3.51' }],
  [1381, { client: 'winnt4.0', server: 'winnt4.0' }],
  [2195, { client: 'win2k', server: 'win2k' }],
  [2600, { client: 'winxp' }],
  // Windows XP for x64; Server 2003 and its R2 have the same build
  [3790, { client: 'winxp', server: ['win2k3', 'win2k3r2'] }],
  [6000, { client: 'winvista' }],
  [6001, { client: 'winvista', server: 'win2k8' }],
  [6002, { client: 'winvista', server: 'win2k8' }],
  [6003, { client: 'winvista', server: 'win2k8' }],
  [7600, { client: 'win7', server: 'win2k8r2' }],
  [7601, { client: 'win7', server: 'win2k8r2' }],
  [9200, { client: 'win8', server: 'win2k12' }],
  [9600, { client: 'win8.1', server: 'win2k12r2' }],
  [14393, { client: 'win10', server: 'win2k16' }],
  [17763, { client: 'win10', server: 'win2k19' }],
  [20348, { server: 'win2k22' }],
  [26100, { client: 'win11', server: 'win2k25' }],
  ...[10240, 10586, 15063, 16299, 17134, 18362, 18363, 19041, 19042, 19043, 19044, 19045].map(
    (build) => [build, WIN10] as const,
  ),
  ...[22000, 22621, 22631, 26200].map((build) => [build, WIN11] as const),
]);

/** Servers of a channel that libosinfo does not follow, on builds that clients have too. */
const CHANNEL: readonly number[] = [16299, 17134, 18362, 18363, 19041, 19042];

/** A build number of Windows NT, as the registry and the version resources of its files have it. */
export function windowsBuild(build: number, product: ProductType | null): Meaning {
  const found = BUILDS.get(build);
  if (found === undefined) {
    // below it are also the builds of DOS-based Windows
    return nothing(build >= 2600 ? 'winnt' : null, 'it is not the build of a release that is known');
  }
  const of = (type: ProductType) => [found[type] ?? []].flat();
  if (product === null && CHANNEL.includes(build)) {
    return eitherOf(of('client'), 'winnt', 'servers of the semi-annual channel have this build too');
  }
  const systems = product === null ? [...new Set([...of('client'), ...of('server')])] : of(product);
  const [first, ...others] = systems;
  if (first === undefined) return nothing('winnt', `no ${product} release of that build has an entry`);
  if (others.length === 0) return system(first, 'winnt');
  return product === null
    ? eitherOf(systems, 'winnt', 'a client and a server release have this build')
    : oneOf(systems, 'winnt', 'more than one release has this build');
}

/** What libosinfo calls the family of a Windows, by its short-id. */
export function windowsFamily(shortId: string): string {
  if (/^win(?:95|98|me)$/.test(shortId)) return 'win9x';
  return /^win[1-3]\./.test(shortId) ? 'win16' : 'winnt';
}

/** A release of Windows by its short-id. */
export function windows(shortId: string): Meaning {
  return system(shortId, windowsFamily(shortId));
}

const RELEASES: ReadonlyMap<string, string> = new Map([
  ...['95', '98', 'me', 'xp', 'vista', '7', '8', '8.1', '10', '11'].map((name) => [name, `win${name}`] as const),
  ...['2003', '2008', '2012', '2016', '2019', '2022', '2025'].map(
    (year) => [year, `win2k${Number(year) % 100}`] as const,
  ),
  ...['2003', '2008', '2012'].map((year) => [`${year}r2`, `win2k${Number(year) % 100}r2`] as const),
  ['2000', 'win2k'],
]);

const NT_VERSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['5.0', ['win2k']],
  ['5.1', ['winxp']],
  ['5.2', ['winxp', 'win2k3', 'win2k3r2']],
  ['6.0', ['winvista', 'win2k8']],
  ['6.1', ['win7', 'win2k8r2']],
  ['6.2', ['win8', 'win2k12']],
  ['6.3', ['win8.1', 'win2k12r2']],
  ['10.0', ['win10', 'win11', 'win2k16', 'win2k19', 'win2k22', 'win2k25']],
]);

/** A version of Windows as people write it: `2012 R2`, `10`, `Server 2019`, `6.1`, `10.0.17763`. */
export function windowsVersion(version: string): Meaning {
  const name = version.toLowerCase().replace(/\b(?:microsoft|windows|server)\b|[\s_-]/g, '');
  const [, build] = /^\d{1,2}\.\d\.(\d{4,5})(?:\.\d{1,5})?$/.exec(name) ?? [];
  if (build !== undefined) return windowsBuild(Number(build), null);
  const shortId = RELEASES.get(name);
  if (shortId !== undefined) return windows(shortId);
  const [first, ...others] = NT_VERSIONS.get(name) ?? [];
  if (first === undefined) return nothing('winnt', 'it is no version of Windows that is known');
  if (others.length === 0) return windows(first);
  return eitherOf([first, ...others], 'winnt', `Windows NT ${name} is the version of several releases`);
}
