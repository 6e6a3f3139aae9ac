import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OsFirmware, OsProfile } from '../../src/facts/index.ts';
import { listOs } from '../../src/osinfo/index.ts';
import { describeWith } from './tools.ts';

const profiles = await listOs();
/** The database the snapshot was checked against; later ones add records and correct some figures. */
const BASELINE = '20221203';
const VERSION_FILE = `${process.env['OSINFO_SYSTEM_DIR'] ?? '/usr/share/osinfo'}/VERSION`;
const version = existsSync(VERSION_FILE) ? readFileSync(VERSION_FILE, 'utf8').trim() : 'unknown';
const baseline = version <= BASELINE;
/** Figures that later databases changed. */
const CHANGED: Readonly<Record<string, string>> = {
  debian11: 'recommended memory is 2048 MiB since 2023',
};

/** The table that osinfo-query prints, a record by column for each system. */
function query(): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const columns = 'short-id,id,name,version,family,distro';
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const { status, stdout } = spawnSync('osinfo-query', ['-f', columns, 'os'], { encoding: 'utf8', env });
  // a suite that is skipped is still collected
  const [header = [], , ...rows] = (status === 0 ? stdout : '')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const titles = header.map((title) => title.toLowerCase());
  return new Map(
    rows.map((row) => [row[0] ?? '', Object.fromEntries(titles.map((title, index) => [title, row[index] ?? '']))]),
  );
}

describeWith(['osinfo-query'], 'osinfo-query', () => {
  const systems = query();
  const known = profiles.filter((profile) => systems.has(profile.shortIds[0] ?? ''));

  it('knows most of the snapshot, so that this suite proves something', () => {
    expect(known.length).toBeGreaterThan(15);
  });

  it.each(known.map((profile) => [profile.shortIds[0] ?? '', profile] as const))(
    'knows %s by the same names',
    (shortId, { id, name, version, family, distro }) => {
      expect(systems.get(shortId)).toEqual({
        'short id': shortId,
        id,
        name,
        version,
        family: family,
        distro: distro ?? '',
      });
    },
  );
});

/** libosinfo's own answers, inheritance resolved; osinfo-query cannot print them. */
const SCRIPT = `
import json, sys
import gi
gi.require_version('Libosinfo', '1.0')
from gi.repository import Libosinfo
loader = Libosinfo.Loader()
loader.process_default_path()
systems = loader.get_db().get_os_list()
found = {}
for system in (systems.get_nth(i) for i in range(systems.get_length())):
    if system.get_short_id() not in sys.argv[1:]:
        continue
    devices = system.get_all_devices(None)
    firmware = system.get_complete_firmware_list(None)
    resources = {}
    for kind in ('minimum', 'recommended', 'maximum'):
        entries = getattr(system, 'get_%s_resources' % kind)()
        for entry in (entries.get_nth(i) for i in range(entries.get_length())):
            figures = {'memoryMib': entry.get_ram() // 1048576, 'vcpus': entry.get_n_cpus(), 'storageMib': entry.get_storage() // 1048576}
            known = {name: value for name, value in figures.items() if value > 0}
            if known:
                resources.setdefault(entry.get_architecture(), {})[kind] = known
    found[system.get_short_id()] = {
        'devices': [devices.get_nth(i).get_name() for i in range(devices.get_length())],
        'firmware': [{'architecture': f.get_architecture(), 'type': f.get_firmware_type(), 'supported': f.is_supported()}
                     for f in (firmware.get_nth(i) for i in range(firmware.get_length()))],
        'resources': resources,
    }
print(json.dumps(found))
`;

interface Resolved {
  readonly devices: readonly string[];
  readonly firmware: readonly OsFirmware[];
  readonly resources: OsProfile['resources'];
}

function libosinfo(): Readonly<Record<string, Resolved>> | undefined {
  const shortIds = profiles.map((profile) => profile.shortIds[0] ?? '');
  // PyGObject belongs to the distribution's own interpreter, which need not be the first on PATH
  for (const python of ['/usr/bin/python3', 'python3']) {
    const { status, stdout } = spawnSync(python, ['-c', SCRIPT, ...shortIds], { encoding: 'utf8' });
    if (status === 0) return JSON.parse(stdout);
  }
  return undefined;
}

const resolved = libosinfo();
const reason = resolved === undefined ? ' (skipped: no gir1.2-libosinfo-1.0)' : '';
if (resolved === undefined && process.env['CI']) throw new Error('libosinfo is missing, and CI is set');
const known = profiles.flatMap((profile) => {
  const theirs = resolved?.[profile.shortIds[0] ?? ''];
  return theirs === undefined ? [] : [[profile.shortIds[0] ?? '', profile, theirs] as const];
});

describe.skipIf(resolved === undefined)(`libosinfo with database ${version}${reason}`, () => {
  it.each(known)('resolves %s to the devices of the snapshot', (_, profile, { devices }) => {
    if (baseline) expect([...profile.devices].sort()).toEqual([...devices].sort());
    else expect(devices).toEqual(expect.arrayContaining([...profile.devices]));
  });

  it.each(known)('resolves %s to the firmware of the snapshot', (_, profile, { firmware }) => {
    if (baseline) expect(firmware).toHaveLength(profile.firmware.length);
    expect(firmware).toEqual(expect.arrayContaining([...profile.firmware]));
  });

  it.each(known.filter(([shortId]) => baseline || CHANGED[shortId] === undefined))(
    'resolves %s to the resources of the snapshot',
    (_, profile, { resources }) => {
      if (baseline) expect(resources).toEqual(profile.resources);
      else expect(resources).toMatchObject(profile.resources);
    },
  );
});
