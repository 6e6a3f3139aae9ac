import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { osNameCommand, parseOsName } from '../../src/cli/os-name.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';

describe('parseOsName', () => {
  it.each([
    ['cim:103', { scheme: 'cim', id: 103, version: null, producer: null }],
    ['cim:80:9.4', { scheme: 'cim', id: 80, version: '9.4', producer: null }],
    ['cim:vmware:112', { scheme: 'cim', id: 112, version: null, producer: 'vmware' }],
    ['cim:vmware:-100', { scheme: 'cim', id: -100, version: null, producer: 'vmware' }],
    ['vmware:otherGuest', { scheme: 'vmware', guestId: 'otherGuest' }],
    ['virtualbox:Debian12_64', { scheme: 'virtualbox', osType: 'Debian12_64' }],
    ['ovirt:31', { scheme: 'ovirt', osType: '31' }],
    ['os-release:arch', { scheme: 'os-release', id: 'arch', versionId: null, variantId: null }],
    ['os-release:fedora:40:coreos', { scheme: 'os-release', id: 'fedora', versionId: '40', variantId: 'coreos' }],
    ['windows:22631', { scheme: 'windows', build: 22631, productType: null }],
    ['windows:10.0.20348.1:server', { scheme: 'windows', build: 20348, productType: 'server' }],
    ['glance:windows:2012 R2', { scheme: 'glance', distro: 'windows', version: '2012 R2' }],
  ])('%s', (spelling, name) => {
    expect(parseOsName(spelling)).toEqual(name);
  });

  it.each([
    ['', 'does not say whose name it is'],
    ['debian12', 'does not say whose name it is'],
    ['toString:x', 'There are no names of toString'],
    ['vmwear:x', 'Did you mean vmware?'],
    ['vmware:', 'Write vmware:GUESTID'],
    ['vmware:a:b', 'Write vmware:GUESTID'],
    ['cim:', 'Write cim:'],
    ['cim:oracle:80', 'Write cim:'],
    ['cim:9999999999', 'Write cim:'],
    ['cim:80:9:4', 'Write cim:'],
    ['os-release::12', 'Write os-release:'],
    ['windows:11:desktop', 'Write windows:BUILD'],
    ['windows:1e3', 'Write windows:BUILD'],
    ['glance:a:b:c', 'Write glance:'],
  ])('refuses %s', (spelling, complaint) => {
    let refusal: unknown;
    try {
      parseOsName(spelling);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(VmImportError);
    if (!(refusal instanceof VmImportError)) return;
    const { code, exit, args } = refusal.finding;
    expect([code, exit]).toEqual(['cli/usage', 2]);
    expect(`${args['problem']} ${args['hint']}`).toContain(complaint);
  });
});

it('prints no control character of a name', async () => {
  const stdout = new PassThrough();
  const io = { stdin: Readable.from([]), stdout, stderr: stdout, color: { stdout: false, stderr: false } };
  expect(await osNameCommand(io, { name: 'vmware:\u001b[31mred\u202e' })).toBe(0);
  stdout.end();
  expect(await text(stdout)).toContain('name          vmware:\\x1b[31mred\\u{202e}\n');
});
