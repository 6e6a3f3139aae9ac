import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CIM_PRODUCERS, nameOs } from '../../../src/osinfo/index.ts';

const DATA = '../shared/data/os-names';
const present = existsSync(DATA);
const where = present ? '' : ` (skipped: no ${DATA})`;

type Row = Readonly<Record<string, string>>;

function table(name: string): readonly Row[] {
  if (!present) return [];
  const [header = [], ...rows] = readFileSync(`${DATA}/${name}`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return rows.map((row) => Object.fromEntries(header.map((title, index) => [title, row[index] ?? ''])));
}

const vmware = table('vmware_ostypes.tsv');
const virtualBox = table('vbox_ostypes.tsv');
const cim = table('cim_os_ids.tsv');
const shortIds = [...vmware, ...virtualBox, ...cim].map((row) => row['libosinfo_short_id'] ?? '');
const known: ReadonlySet<string> = new Set(shortIds.filter((shortId) => shortId !== ''));

/** Rows that call a name for one release of Debian ambiguous; VirtualBox's own description names that release. */
const ONE_RELEASE: readonly string[] = ['Debian31', 'Debian4'];

const id = (row: Row, column: string) => [row[column] ?? '', row] as const;

describe.skipIf(!present)(`VMware guest ids${where}`, () => {
  it.each(vmware.map((row) => id(row, 'vmw_osType')))('%s', (guestId, row) => {
    const { shortId, confidence, architecture, reason } = nameOs({ scheme: 'vmware', guestId }, known);
    if (row['confidence'] === 'exact') expect([shortId, confidence]).toEqual([row['libosinfo_short_id'], 'exact']);
    else expect(confidence).not.toBe('exact');
    if (row['bits'] === '64') expect(architecture).toBe('x86_64');
    else expect(architecture).not.toBe('x86_64');
    expect(reason).not.toBe('it is no name that is known');
  });
});

describe.skipIf(!present)(`VirtualBox OS types${where}`, () => {
  it.each(virtualBox.map((row) => id(row, 'vbox_ostype')))('%s', (osType, row) => {
    const { shortId, confidence, architecture, reason } = nameOs({ scheme: 'virtualbox', osType }, known);
    const exact = row['confidence'] === 'exact' || ONE_RELEASE.includes(osType);
    if (exact) expect([shortId, confidence]).toEqual([row['libosinfo_short_id'], 'exact']);
    else expect(confidence).not.toBe('exact');
    expect(architecture).toBe(row['arch']);
    expect(reason).not.toBe('it is no name that is known');
  });
});

/** The code that VirtualBox writes for each type that names one system. */
const written = virtualBox.flatMap((row) => {
  const [, code] = /^(\d+) /.exec(row['cim_code_written_on_export_7.0'] ?? '') ?? [];
  return code === undefined || row['confidence'] !== 'exact'
    ? []
    : [[Number(code), row['libosinfo_short_id'] ?? ''] as const];
});

describe.skipIf(!present)(`CIM codes${where}`, () => {
  it.each(cim.map((row) => id(row, 'code')))('%s, written by nobody knows whom', (code, row) => {
    const { shortId, confidence } = nameOs({ scheme: 'cim', id: Number(code), producer: null }, known);
    if (row['unambiguous'] === 'yes') expect([shortId, confidence]).toEqual([row['libosinfo_short_id'], 'exact']);
    else expect(confidence).not.toBe('exact');
  });

  it.each(cim.filter((row) => row['libosinfo_short_id'] !== '').map((row) => id(row, 'code')))(
    '%s means nothing else to any program',
    (code, row) => {
      for (const producer of CIM_PRODUCERS) {
        const { shortId, confidence, candidates } = nameOs({ scheme: 'cim', id: Number(code), producer }, known);
        if (confidence === 'exact') expect(shortId).toBe(row['libosinfo_short_id']);
        else if (candidates.length > 0) expect(candidates).toContain(row['libosinfo_short_id']);
      }
    },
  );

  it.each(written)('%i, as VirtualBox writes it, can be %s', (code, expected) => {
    const { shortId, candidates } = nameOs({ scheme: 'cim', id: code, producer: 'virtualbox' }, known);
    // most of its codes name a distribution only
    if (shortId !== null || candidates.length > 0) expect(candidates).toContain(expected);
  });
});

/** Guest ids that real exports carried beside a code: `centos64Guest x4; otherGuest x1`. */
const seen = cim.flatMap((row) =>
  (row['vmw_osType_seen_with_this_code'] ?? '')
    .split(';')
    .map((cell) => cell.trim().split(' ')[0] ?? '')
    .filter((guestId) => guestId !== '')
    .map((guestId) => [Number(row['code']), guestId] as const),
);

/** One vCloud export has the code of a Windows server for CentOS: codes can lie, and guest ids go before them. */
const LIES: readonly string[] = ['112 centos64Guest'];

describe.skipIf(!present)(`codes beside guest ids in real exports${where}`, () => {
  it.each(seen.filter((pair) => !LIES.includes(pair.join(' '))))('%i and %s agree', (code, guestId) => {
    const byCode = nameOs({ scheme: 'cim', id: code, producer: 'vmware' }, known);
    const byId = nameOs({ scheme: 'vmware', guestId }, known);
    if (byCode.confidence === 'exact' && byId.shortId !== null) expect(byId.candidates).toContain(byCode.shortId);
    if (byCode.family !== null && byId.family !== null) expect(byCode.family).toBe(byId.family);
  });
});
