import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFile, sizeByReading } from '../../src/sources/file.ts';
import { findingOf } from '../findings.ts';

let dir = '';
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'vm-import-file-')));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a regular file', () => {
  it('is read at any offset, in exact lengths, and counted', async () => {
    const path = join(dir, 'disk.raw');
    writeFileSync(path, 'abcdefghij');
    const source = await openFile(path);
    expect(source).toMatchObject({ uri: path, path, realPath: path, size: 10, bytesRead: 0 });
    expect((await source.read(3, 4)).toString()).toBe('defg');
    expect((await source.read(0, 2)).toString()).toBe('ab');
    expect(await source.read(10, 0)).toHaveLength(0);
    expect(source.bytesRead).toBe(6);
    expect((await findingOf(source.read(9, 2))).code).toBe('bytes/out-of-range');
    await source.close();
  });

  it('may be empty', async () => {
    writeFileSync(join(dir, 'empty'), '');
    const source = await openFile(join(dir, 'empty'));
    expect(source.size).toBe(0);
    await source.close();
  });

  it('has an absolute path, spelled as given, and the real one behind its links', async () => {
    writeFileSync(join(dir, 'real'), 'x');
    symlinkSync('real', join(dir, 'link'));
    const source = await openFile(relative(process.cwd(), join(dir, 'link')));
    expect(source).toMatchObject({ path: join(dir, 'link'), uri: join(dir, 'link'), realPath: join(dir, 'real') });
    await source.close();
  });

  it('that shrinks while it is read is a finding', async () => {
    const path = join(dir, 'shrinking');
    writeFileSync(path, Buffer.alloc(1000));
    const source = await openFile(path);
    truncateSync(path, 400);
    expect(await findingOf(source.read(300, 200))).toMatchObject({
      code: 'source/changed-while-read',
      exit: 3,
      args: { offset: 400 },
    });
    await source.close();
  });
});

describe('refused', () => {
  const cases: readonly (readonly [string, () => string, string, object])[] = [
    ['a directory', () => dir, 'source/not-a-file', { kind: 'directory' }],
    ['a character device', () => '/dev/null', 'source/not-a-file', { kind: 'character device' }],
    ['a missing file', () => join(dir, 'none'), 'source/not-found', {}],
    ['a file below a file', () => '/etc/passwd/x', 'source/not-found', {}],
    ['an empty name', () => '', 'source/not-found', {}],
    ['a name with a NUL byte', () => 'a\0b', 'source/not-found', {}],
    [
      'a name that is too long',
      () => join(dir, 'n'.repeat(300)),
      'source/unreadable',
      { reason: 'file name too long' },
    ],
  ];
  it.each(cases)('%s', async (_title, path, code, args) => {
    const finding = await findingOf(openFile(path()));
    expect(finding).toMatchObject({ code, exit: 3, args });
  });

  it('a link that leads nowhere', async () => {
    symlinkSync('nowhere', join(dir, 'dangling'));
    expect((await findingOf(openFile(join(dir, 'dangling')))).code).toBe('source/not-found');
  });

  it('links in a circle', async () => {
    symlinkSync('b', join(dir, 'a'));
    symlinkSync('a', join(dir, 'b'));
    expect(await findingOf(openFile(join(dir, 'a')))).toMatchObject({
      code: 'source/unreadable',
      args: { reason: 'too many levels of symbolic links' },
    });
  });

  it.skipIf(process.platform === 'win32')('a named pipe, without waiting for a writer', async () => {
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    expect(await findingOf(openFile(join(dir, 'pipe')))).toMatchObject({ args: { kind: 'pipe' } });
  });

  it.skipIf(process.platform === 'win32')('a socket', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(join(dir, 'socket'), listening));
    try {
      expect(await findingOf(openFile(join(dir, 'socket')))).toMatchObject({ args: { kind: 'socket' } });
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });

  it.skipIf(process.getuid?.() === 0)(
    'a file without read permission (skipped for root, whom permissions do not stop)',
    async () => {
      writeFileSync(join(dir, 'secret'), 'x', { mode: 0 });
      expect(await findingOf(openFile(join(dir, 'secret')))).toMatchObject({ args: { reason: 'permission denied' } });
    },
  );
});

describe('the size found by reading, for block devices', () => {
  it.each([0, 1, 2, 3, 511, 512, 513, 4096, 1_000_003])('%i bytes', async (size) => {
    const path = join(dir, 'sized');
    writeFileSync(path, '');
    truncateSync(path, size);
    const handle = await open(path);
    expect(await sizeByReading(handle)).toBe(size);
    await handle.close();
  });

  it('5 TiB, in less than a hundred reads', async () => {
    const path = join(dir, 'sparse');
    writeFileSync(path, '');
    truncateSync(path, 5 * 1024 ** 4);
    const handle = await open(path);
    let reads = 0;
    const counting = new Proxy(handle, {
      get: (target, name) => {
        if (name === 'read') reads++;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    expect(await sizeByReading(counting)).toBe(5 * 1024 ** 4);
    expect(reads).toBeLessThan(100);
    await handle.close();
  });
});
