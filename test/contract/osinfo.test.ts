import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { OsMedia, OsProfile, OsResources } from '../../src/facts/index.ts';
import { compileDatabase } from '../../src/osinfo/compile.ts';
import { type Knowledge, knowledgeOf } from '../../src/osinfo/knowledge.ts';
import { Snapshot } from '../../src/osinfo/snapshot/read.ts';
import { EMBEDDED_OSINFO } from '../../src/osinfo-db.ts';
import { askLibosinfo, type LibosinfoSystem } from './libosinfo.ts';
import { describeWith, describeWithout, itRefused } from './tools.ts';

const NOWHERE = '/nonexistent';
const SYSTEM = process.env['OSINFO_SYSTEM_DIR'] ?? '/usr/share/osinfo';
/** The tree that the embedded snapshot was made from, where somebody unpacked it. */
const TREE_2025 = process.env['OSINFO_DB_TREE'];

function compiled(directories: readonly string[]): Knowledge {
  const { bytes, findings } = compileDatabase(directories);
  return knowledgeOf(new Snapshot(bytes, 'compiled'), 'test', findings);
}

/** What is compared, by field: ours and theirs in the same shape. */
const FIELDS: Readonly<
  Record<
    string,
    readonly [ours: (of: OsProfile, media: readonly OsMedia[]) => unknown, theirs: (of: LibosinfoSystem) => unknown]
  >
> = {
  // libosinfo lists a short-id again for every extension that repeats it
  'short-ids': [({ shortIds }) => shortIds, ({ shortIds }) => [...new Set(shortIds)]],
  name: [({ name }) => name, ({ name }) => name],
  version: [({ version }) => version, ({ version }) => version],
  vendor: [({ vendor }) => vendor, ({ vendor }) => vendor],
  codename: [({ codename }) => codename, ({ codename }) => codename],
  family: [({ family }) => family, ({ family }) => family],
  distro: [({ distro }) => distro, ({ distro }) => distro],
  'release status': [({ releaseStatus }) => releaseStatus, ({ releaseStatus }) => releaseStatus],
  dates: [({ releaseDate, eolDate }) => [releaseDate, eolDate], ({ releaseDate, eolDate }) => [releaseDate, eolDate]],
  devices: [({ devices }) => [...devices].sort(), ({ devices }) => devices.map(([, name]) => name).sort()],
  firmware: [
    ({ firmware }) => firmware.map(({ architecture, type, supported }) => [architecture, type, supported]),
    ({ firmware }) => firmware,
  ],
  resources: [({ resources }) => resourceRows(resources), ({ resources }) => libosinfoRows(resources)],
  variants: [({ variants }) => variants.map(({ id, name }) => [id, name]), ({ variants }) => variants],
  drivers: [
    ({ drivers }) =>
      drivers.map((of) => [of.architecture, of.location, of.preInstallable, of.signed, [...of.devices].sort()]),
    ({ drivers }) => drivers.map(([arch, location, pre, signed, of]) => [arch, location, pre, signed, sorted(of)]),
  ],
  images: [
    ({ images }) => images.map((of) => [of.architecture, of.format, of.cloudInit, of.url, of.variants]),
    ({ images }) => images,
  ],
  trees: [
    ({ trees }) => trees.map((of) => [of.architecture, of.url, of.kernel, of.initrd, of.bootIso, of.variants]),
    ({ trees }) => trees,
  ],
  media: [
    (_, media) =>
      media.map((of) => [
        ...[of.architecture, of.volumeId, of.systemId, of.publisherId, of.applicationId, of.volumeSize ?? -1],
        ...[of.live, of.installer, of.kernel, of.initrd, of.url, of.variants, of.languages?.pattern ?? null],
        of.languages?.map === undefined || of.languages.map === null ? null : 'a map',
      ]),
    ({ media }) => media.map((of) => [...of.slice(0, 13), of[13] === null ? null : 'a map']),
  ],
};

function sorted(of: unknown): unknown {
  return Array.isArray(of) ? [...of].sort() : of;
}

const KINDS = { minimum: 'minimum', recommended: 'recommended', maximum: 'maximum', networkInstall: 'network_install' };

function resourceRows(resources: OsProfile['resources']): readonly string[] {
  const rows = Object.entries(resources).flatMap(([architecture, set]) =>
    Object.entries(KINDS).flatMap(([kind, theirs]) => {
      const of: OsResources | undefined = set[kind as keyof typeof KINDS];
      if (of === undefined) return [];
      return `${theirs} ${architecture} ${of.memoryMib ?? -1} ${of.vcpus ?? -1} ${of.storageMib ?? -1} ${of.cpuHz ?? -1}`;
    }),
  );
  return rows.sort();
}

function libosinfoRows(rows: LibosinfoSystem['resources']): readonly string[] {
  const mib = (bytes: unknown, kind: unknown) => {
    const amount = Number(bytes) / 1024 ** 2;
    if (amount < 0) return -1;
    return kind === 'maximum' ? Math.floor(amount) : Math.ceil(amount);
  };
  // with the figures alone, an entry that says nothing is none; of two for one architecture the last one counts
  const known = rows.filter(([, , ...figures]) => figures.some((figure) => figure !== -1));
  const last = new Map(
    known.map(([kind, architecture, ram, cpus, storage, hertz]) => [
      `${kind} ${architecture}`,
      `${kind} ${architecture} ${mib(ram, kind)} ${cpus} ${mib(storage, kind)} ${hertz}`,
    ]),
  );
  return [...last.values()].sort();
}

/** Every system of both, field by field: 0 differences. */
function compareAll(ours: Knowledge, theirs: readonly LibosinfoSystem[]): void {
  const profiles = new Map(ours.list().map((profile) => [profile.id, profile]));
  const media = new Map<string, OsMedia[]>();
  for (const each of ours.media()) media.set(each.os, [...(media.get(each.os) ?? []), each]);

  it(`has the same ${theirs.length} systems`, () => {
    expect([...profiles.keys()].sort()).toEqual(theirs.map(({ id }) => id).sort());
  });

  it.each(Object.entries(FIELDS))(`says the same of every one: %s`, (_, [mine, yours]) => {
    const differences = theirs.flatMap((system) => {
      const profile = profiles.get(system.id);
      if (profile === undefined) return [];
      const [found, expected] = [mine(profile, media.get(system.id) ?? []), yours(system)];
      return JSON.stringify(found) === JSON.stringify(expected) ? [] : [{ id: system.id, found, expected }];
    });
    expect(differences).toEqual([]);
  });

  it('finds every one by each of its names', () => {
    const lost = theirs.filter(({ id, shortIds }) => [id, ...shortIds].some((name) => ours.find(name)?.id !== id));
    expect(lost.map(({ id }) => id)).toEqual([]);
  });

  it('describes devices alike', () => {
    const records = new Map(ours.devices().map((device) => [device.id, [device.name, device.bus, device.class]]));
    const differences = theirs.flatMap(({ devices }) =>
      devices.filter(([id, name, bus, kind]) => {
        const [ourName, ourBus, ourKind] = records.get(String(id)) ?? [];
        // libosinfo takes the bus from pci.ids, which can be older than the record
        return ourName !== name || ourKind !== kind || (bus !== null && ourBus !== bus);
      }),
    );
    expect(differences).toEqual([]);
  });
}

function only(directory: string): Readonly<Record<string, string>> {
  return { OSINFO_SYSTEM_DIR: directory, OSINFO_LOCAL_DIR: NOWHERE, OSINFO_USER_DIR: NOWHERE };
}

const installed = askLibosinfo(only(SYSTEM));
const missing = installed === undefined ? ['gir1.2-libosinfo-1.0'] : [];

describeWithout(missing, 'libosinfo with the database of this machine', () => {
  if (installed === undefined) return;
  const ours = compiled([SYSTEM]);

  it('has enough to prove something, and nothing wrong in it', () => {
    expect(installed.length).toBeGreaterThan(700);
    expect(ours.findings).toEqual([]);
  });

  compareAll(ours, installed);
});

describeWithout(missing, 'libosinfo with overrides', () => {
  const directory = (name: string) => fileURLToPath(new URL(`../../fixtures/osinfo/${name}`, import.meta.url));
  const [system, local, user] = [directory('system'), directory('local'), directory('user')];

  describe.each([
    ['the system alone', system, NOWHERE, NOWHERE],
    ['local over system', system, local, NOWHERE],
    ['user over system', system, NOWHERE, user],
    ['all three', system, local, user],
    ['local over what is installed', SYSTEM, local, NOWHERE],
  ] as const)('%s', (_, OSINFO_SYSTEM_DIR, OSINFO_LOCAL_DIR, OSINFO_USER_DIR) => {
    const theirs = askLibosinfo({ OSINFO_SYSTEM_DIR, OSINFO_LOCAL_DIR, OSINFO_USER_DIR }) ?? [];
    const path = [OSINFO_SYSTEM_DIR, OSINFO_LOCAL_DIR, OSINFO_USER_DIR];
    compareAll(compiled(path.filter((each) => each !== NOWHERE)), theirs);
  });
});

if (TREE_2025 === undefined) itRefused('the embedded snapshot', 'OSINFO_DB_TREE names no unpacked osinfo-db 20250606');
else {
  const tree = TREE_2025;
  it('the embedded snapshot is what its source gives, byte for byte', () => {
    expect(compileDatabase([tree]).bytes.equals(readFileSync(EMBEDDED_OSINFO))).toBe(true);
  });

  describeWithout(missing, 'the embedded snapshot against libosinfo', () => {
    const theirs = askLibosinfo(only(tree)) ?? [];
    compareAll(knowledgeOf(new Snapshot(readFileSync(EMBEDDED_OSINFO), EMBEDDED_OSINFO), 'embedded', []), theirs);
  });
}

describeWith(['osinfo-query'], 'osinfo-query', () => {
  it('names every system of this machine as we do', () => {
    const columns = 'short-id,name,version,family,distro,id';
    const env = { ...process.env, ...only(SYSTEM), LC_ALL: 'C.UTF-8' };
    const { stdout } = spawnSync('osinfo-query', ['-f', columns, 'os'], { encoding: 'utf8', env });
    const rows = stdout
      .split('\n')
      .slice(2)
      .filter((line) => line.includes('|'));
    const theirs = rows
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .join(' | '),
      )
      .sort();
    const ours = compiled([SYSTEM])
      .list()
      .map(({ shortIds: [shortId], id, name, version, family, distro }) =>
        [shortId, name, version, family, distro, id].map((cell) => (cell ?? '').trim()).join(' | '),
      );
    expect(ours.sort()).toEqual(theirs);
  });
});
