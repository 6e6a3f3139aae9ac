import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './terminal.ts';

const SHIPPED = fileURLToPath(new URL('../../templates/libvirt/x86_64.xml', import.meta.url));

let terminal: Terminal;
beforeEach(async () => {
  terminal = await openTerminal();
});
afterEach(() => terminal.close());

/** A directory `site` with these files. */
async function site(files: { readonly [name: string]: string | Buffer }): Promise<void> {
  await mkdir(terminal.path('site/libvirt'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(terminal.path(`site/${name}`), content);
}

const run = () => terminal.run(['disk.qcow2', '--quiet', '--templates', 'site']);

describe('--templates', () => {
  it('puts a file of the site in the place of the shipped one', async () => {
    const text = await readFile(SHIPPED, 'utf8');
    await site({ 'libvirt/x86_64.xml': text.replace('<on_crash>destroy', '<on_crash>coredump-destroy') });
    const shipped = await terminal.run(['disk.qcow2', '--quiet']);
    const own = await run();
    expect(own.exit).toBe(0);
    expect(own.stdout).toBe(shipped.stdout.replace('<on_crash>destroy', '<on_crash>coredump-destroy'));
  });

  it('leaves the shipped files of other architectures in place', async () => {
    await site({ 'libvirt/aarch64.xml': '<domain/>' });
    expect(await run()).toEqual(await terminal.run(['disk.qcow2', '--quiet']));
  });

  it('keeps namespaces of the site, so that it can say what a plan never says', async () => {
    await site({
      'libvirt/x86_64.xml':
        '<domain xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"><metadata><a:b xmlns:a="urn:a" c="d"/></metadata>' +
        '<qemu:commandline><qemu:arg value="-no-hpet"/></qemu:commandline></domain>',
    });
    const { stdout } = await run();
    expect(stdout).toContain('<domain type="kvm" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">');
    expect(stdout).toContain('<qemu:arg value="-no-hpet"/>');
    expect(stdout).toContain('<a:b xmlns:a="urn:a" c="d"/>');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['is missing', async () => undefined, 'There is no directory of templates site.'],
    ['is a file', () => writeFile(terminal.path('site'), ''), 'There is no directory of templates site.'],
    ['holds nothing that is read', () => site({ 'x86_64.xml': '<domain/>' }), 'holds no template of any target'],
    [
      'holds a file that is no XML',
      () => site({ 'libvirt/x86_64.xml': '<domain>\n  <os>\n</domain>' }),
      '<dir>/site/libvirt/x86_64.xml:3:9',
    ],
    [
      'holds a file that is not UTF-8',
      () => site({ 'libvirt/x86_64.xml': Buffer.from('<domain><title>\xe4</title></domain>', 'latin1') }),
      '<dir>/site/libvirt/x86_64.xml is not UTF-8',
    ],
    [
      'holds a file that is too large',
      () => site({ 'libvirt/x86_64.xml': `<domain>${' '.repeat(300_000)}</domain>` }),
      'has more than 262144 bytes',
    ],
    [
      'holds a link to nothing',
      async () => {
        await site({});
        await symlink('nowhere', terminal.path('site/libvirt/x86_64.xml'));
      },
      'There is no file <dir>/site/libvirt/x86_64.xml',
    ],
  ])('a directory that %s is exit 2', async (_title, prepare, message) => {
    await prepare();
    const { exit, stdout, stderr } = await run();
    expect(stderr).toContain(message);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  });

  it('is not written over', async () => {
    await site({ 'libvirt/x86_64.xml': '<domain/>' });
    const { exit } = await terminal.run(['disk.qcow2', '--templates', 'site', '-o', 'site/libvirt/x86_64.xml']);
    expect(exit).toBe(2);
    expect(await readFile(terminal.path('site/libvirt/x86_64.xml'), 'utf8')).toBe('<domain/>');
  });

  it('is not taken where no target has templates', async () => {
    await site({ 'libvirt/x86_64.xml': '<domain/>' });
    const { exit, stderr } = await terminal.run(['disk.qcow2', '--templates', 'site', '--emit', 'plan']);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('plan has no templates')]);
  });
});
