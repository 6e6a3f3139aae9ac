import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLAN_NAMES, PLANS } from '../../fixtures/emitters/plans.ts';
import { scriptEmitter } from '../../src/emitters/openstack/emitters.ts';
import { imagesOf } from '../../src/emitters/openstack/images.ts';
import { createArguments } from '../../src/emitters/openstack/script.ts';
import { describeWith } from './tools.ts';

const printable = PLAN_NAMES.filter((name) => scriptEmitter.emit(PLANS[name], {}).text !== null);

/** Writes its arguments, each ended by NUL, and an empty one after each call. */
const FAKE = `#!/bin/sh
printf '%s\\0' "$@" '' >> "$RECORD"
`;

/** Reads argument vectors from standard input as JSON and parses them as the client would; no cloud is asked. */
const REAL_PARSER = `
import json, sys
from openstackclient.image.v2.image import CreateImage
parser = CreateImage(None, None).get_parser('openstack image create')
def read(argv):
    known = parser.parse_args(argv)
    return {'name': known.name, 'file': known.file, 'disk_format': known.disk_format, 'min_disk': known.min_disk,
            'min_ram': known.min_ram, 'container_format': known.container_format, 'properties': known.properties or {}}
json.dump([read(argv) for argv in json.load(sys.stdin)], sys.stdout)
`;

describe('a real sh runs every golden script', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vm-import-openstack-'));
    writeFileSync(join(directory, 'openstack'), FAKE, { mode: 0o755 });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(printable)('%s calls openstack with the arguments that were meant', (name) => {
    const script = join(directory, `${name}.sh`);
    const record = join(directory, `${name}.argv`);
    writeFileSync(script, scriptEmitter.emit(PLANS[name], {}).text ?? '');
    const env = { ...process.env, PATH: `${directory}:${process.env['PATH']}`, RECORD: record };
    execFileSync('/bin/sh', [script], { env });
    const calls = readFileSync(record, 'utf8').split('\0\0').slice(0, -1);
    expect(calls.map((call) => call.split('\0'))).toEqual(
      imagesOf(PLANS[name]).map((image) => ['image', 'create', ...createArguments(image).flat()]),
    );
  });

  it('stops at the first image that fails', () => {
    const failing = mkdtempSync(join(directory, 'failing-'));
    const record = join(failing, 'argv');
    writeFileSync(join(failing, 'openstack'), `${FAKE}exit 1\n`, { mode: 0o755 });
    const script = join(failing, 'script.sh');
    writeFileSync(script, scriptEmitter.emit(PLANS['scsi-two-disks-cdrom'], {}).text ?? '');
    const env = { ...process.env, PATH: `${failing}:${process.env['PATH']}`, RECORD: record };
    expect(() => execFileSync('/bin/sh', [script], { env })).toThrow();
    expect(readFileSync(record, 'utf8').split('\0\0')).toHaveLength(2);
  });
});

/** The interpreter that has the client: the one in the first line of its script. */
function clientPython(): string {
  const path = execFileSync('sh', ['-c', 'command -v openstack'], { encoding: 'utf8' }).trim();
  return /^#!\s*(\S+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 'python3';
}

describeWith(['openstack'], 'the real client takes every printed command', () => {
  it('its own parser reads back what was meant', () => {
    const images = printable.flatMap((name) => imagesOf(PLANS[name]));
    const input = JSON.stringify(images.map((image) => createArguments(image).flat()));
    const output = execFileSync(clientPython(), ['-c', REAL_PARSER], { input, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual(
      images.map((image) => ({
        name: image.name,
        file: image.file,
        disk_format: image.diskFormat,
        min_disk: image.minDisk,
        min_ram: image.minRam,
        container_format: 'bare',
        properties: image.properties,
      })),
    );
  });
});
