import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Knowledge, openKnowledge } from '../../src/osinfo/index.ts';
import { systemsOf } from '../../src/osinfo/media/index.ts';
import { detectOs } from '../../src/pipeline/media.ts';
import { MEDIA, type Medium, STRANGERS } from './os-media.ts';
import { answerOfPython } from './python.ts';
import { describeWithout, missingTools, runTool } from './tools.ts';

const dir = mkdtempSync(join(tmpdir(), 'os-detect-'));
afterAll(() => rmSync(dir, { recursive: true }));
const path = (name: string) => join(dir, name);

/** What libosinfo says of each disc: an error, nothing, or the medium it takes and all that match. */
const SCRIPT = `
import json, sys
import gi
gi.require_version('Libosinfo', '1.0')
from gi.repository import GLib, Libosinfo
loader = Libosinfo.Loader()
loader.process_default_path()
db = loader.get_db()
def say(path):
    try:
        media = Libosinfo.Media.create_from_location(path, None)
        all = db.identify_medialist(Libosinfo.Media.create_from_location(path, None))
    except GLib.Error as error:
        return {'error': error.message}
    if not db.identify_media(media):
        return {}
    return {
        'os': media.get_os().get_short_id(), 'architecture': media.get_architecture(),
        'installer': media.get_installer(), 'live': media.get_live(),
        'kernel': media.get_kernel_path(), 'initrd': media.get_initrd_path(), 'languages': media.get_languages(),
        'all': sorted('%s %s' % (found.get_os().get_short_id(), found.get_architecture())
                      for found in (all.get_nth(i) for i in range(all.get_length()))),
    }
print(json.dumps({path: say(path) for path in sys.argv[1:]}))
`;

interface Answer {
  readonly error?: string;
  readonly os?: string;
  readonly all?: readonly string[];
  readonly languages?: readonly string[];
}

function askLibosinfo(paths: readonly string[]): Readonly<Record<string, Answer>> | undefined {
  return answerOfPython(SCRIPT, paths) as Readonly<Record<string, Answer>> | undefined;
}

const BOOT = ['-b', 'boot.img', '-c', 'boot.cat', '-no-emul-boot', '-boot-load-size', '4'];

function makeDisc(name: string, index: number, medium: Omit<Medium, 'os'>, boot = BOOT): void {
  const { volume, system, publisher, application } = medium;
  const tool = medium.tool ?? (index % 2 === 0 ? 'genisoimage' : 'xorriso');
  const ids = [
    ['-V', volume],
    ['-sysid', system ?? ''],
    publisher === undefined ? [] : ['-publisher', publisher],
    application === undefined ? [] : ['-A', application],
  ].flat();
  const front = tool === 'xorriso' ? ['-as', 'mkisofs'] : [];
  runTool(tool, [...front, '-quiet', ...ids, ...boot, '-o', path(name), 'tree'], dir);
}

const missing = [
  ...missingTools(['genisoimage', 'xorriso', 'qemu-img']),
  ...(askLibosinfo([]) === undefined ? ['gir1.2-libosinfo-1.0'] : []),
];

const media = MEDIA.map((medium, index) => [medium.volume, `medium-${index}.iso`, medium] as const);
const strangers = STRANGERS.map((medium, index) => [medium.why, `stranger-${index}.iso`, medium] as const);
/** Files that are no medium for another reason; `error` where libosinfo does not take them for a disc at all. */
const OTHERS = [
  ['no volume id', 'empty-volume.iso'],
  ['no boot record', 'not-bootable.iso'],
  ['a disc inside a qcow2 image', 'disc.qcow2'],
  ['a raw disk', 'disk.raw'],
  ['a disc that ends in its first descriptor', 'cut.iso'],
  ['a disc that ends before its first descriptor', 'short.iso'],
  ['an empty file', 'empty.iso'],
  ['a text', 'text.iso'],
] as const;

let knowledge: Knowledge;
let answers: Readonly<Record<string, Answer>> = {};

beforeAll(async () => {
  if (missing.length > 0) return;
  knowledge = await openKnowledge({ embedded: path('none'), choice: 'installed', database: 'installed' });
  mkdirSync(path('tree'));
  writeFileSync(path('tree/boot.img'), Buffer.alloc(8192, 1));
  for (const [index, [, name, medium]] of [...media, ...strangers].entries()) makeDisc(name, index, medium);
  const fedora = { volume: 'Fedora-S-dvd-x86_64-37', system: 'LINUX', tool: 'genisoimage' } as const;
  makeDisc('empty-volume.iso', 0, { ...fedora, volume: '' });
  makeDisc('not-bootable.iso', 0, fedora, []);
  makeDisc('good.iso', 0, fedora);
  runTool('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', 'good.iso', 'disc.qcow2'], dir);
  runTool('qemu-img', ['create', '-f', 'raw', 'disk.raw', '1M'], dir);
  const good = readFileSync(path('good.iso'));
  writeFileSync(path('cut.iso'), good.subarray(0, 0x8000 + 1000));
  writeFileSync(path('short.iso'), good.subarray(0, 0x8000));
  writeFileSync(path('empty.iso'), '');
  writeFileSync(path('text.iso'), 'Fedora-S-dvd-x86_64-37\n'.repeat(4000));
  answers = askLibosinfo([...media, ...strangers, ...OTHERS].map(([, name]) => path(name))) ?? {};
}, 120_000);

describeWithout(missing, 'discs as libosinfo tells them apart', () => {
  it('there are enough of both kinds, so that this suite proves something', () => {
    expect(media.length).toBeGreaterThanOrEqual(40);
    expect(strangers.length).toBeGreaterThanOrEqual(20);
  });

  it.each(media)('knows %s', async (_, name, { os, alike = [] }) => {
    const theirs = answers[path(name)] ?? {};
    const { matches, findings } = await detectOs(path(name), knowledge);
    const [best] = matches;
    const ours = matches.map(({ profile, medium }) => `${profile.shortIds[0]} ${medium.architecture}`);
    expect(ours.sort()).toEqual(theirs.all);
    expect([os, ...alike]).toContain(best?.profile.shortIds[0]);
    expect([os, ...alike]).toContain(theirs.os);
    expect(findings.map(({ code }) => code)).toEqual(systemsOf(matches).length > 1 ? ['osinfo/ambiguous-medium'] : []);
    if (alike.length === 0) expect(systemsOf(matches)).toHaveLength(1);
    if (best === undefined || theirs.os !== best.profile.shortIds[0]) return;
    const { architecture, installer, live, kernel, initrd } = best.medium;
    const { all: _all, ...rest } = theirs;
    expect({ os: theirs.os, architecture, installer, live, kernel, initrd, languages: best.languages }).toEqual(rest);
  });

  it.each(strangers)('does not know a disc with %s', async (_, name) => {
    expect(answers[path(name)]).toEqual({});
    const { matches, findings, disc } = await detectOs(path(name), knowledge);
    expect(disc).not.toBeNull();
    expect(matches).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['osinfo/unknown-medium']);
  });

  it.each(OTHERS)('does not know a file that is no medium: %s', async (_, name) => {
    expect(answers[path(name)]?.os).toBeUndefined();
    const { matches, findings } = await detectOs(path(name), knowledge);
    expect(matches).toEqual([]);
    expect(findings.length).toBeGreaterThan(0);
  });
});
