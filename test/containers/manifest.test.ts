import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bufferSource } from '../../src/bytes/index.ts';
import { parseManifest } from '../../src/containers/manifest.ts';
import {
  certificateFound,
  checkManifest,
  correctedManifest,
  listedAlgorithms,
} from '../../src/containers/manifest-check.ts';
import { digestRanges } from '../../src/sources/digest.ts';

const SHA1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SHA512 = `${SHA256}${SHA256}`;
const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

const parse = (text: string | Buffer) => parseManifest(Buffer.from(text), 'a.mf');
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

describe('a line of a manifest', () => {
  it.each([
    ['as ovftool writes it', `SHA1(a.ovf)= ${SHA1}`, 'a.ovf', 'sha1', 'ovf'],
    ['as VirtualBox writes it', `SHA1 (a.ovf)= ${SHA1}`, 'a.ovf', 'sha1', 'space-before-bracket'],
    ['in the BSD spelling', `SHA256 (a.ovf) = ${SHA256}`, 'a.ovf', 'sha256', 'bsd'],
    ['as sha1sum prints it', `${SHA1}  a.ovf`, 'a.ovf', 'sha1', 'coreutils'],
    ['as sha512sum --binary prints it', `${SHA512} *a.ovf`, 'a.ovf', 'sha512', 'coreutils'],
    ['without a blank behind the sign', `SHA256(a.ovf)=${SHA256}`, 'a.ovf', 'sha256', 'ovf'],
    ['in capital digits', `SHA1(a.ovf)= ${SHA1.toUpperCase()}`, 'a.ovf', 'sha1', 'ovf'],
    ['with a label in small letters', `sha512(a.ovf)= ${SHA512}`, 'a.ovf', 'sha512', 'ovf'],
    ['with the label of OpenSSL 3', `SHA2-256(a.ovf)= ${SHA256}`, 'a.ovf', 'sha256', 'ovf'],
    ['with a dash in the label', `SHA-1(a.ovf)= ${SHA1}`, 'a.ovf', 'sha1', 'ovf'],
    ['with MD5', `MD5(a.ovf)= ${MD5}`, 'a.ovf', 'md5', 'ovf'],
    ['for a name with blanks and brackets', `SHA1(my disk (1).vmdk)= ${SHA1}`, 'my disk (1).vmdk', 'sha1', 'ovf'],
    ['for a name that looks like a line', `SHA1(x)= ab (y)= ${SHA1}`, 'x)= ab (y', 'sha1', 'ovf'],
    ['for a name with an equals sign', `SHA1(a=b)c.ovf)= ${SHA1}`, 'a=b)c.ovf', 'sha1', 'ovf'],
    ['for a name beyond ASCII', `SHA1(磁盘.vmdk)= ${SHA1}`, '磁盘.vmdk', 'sha1', 'ovf'],
    ['for a name that sha1sum escapes', `\\${SHA1}  a\\nb\\\\c`, 'a\nb\\c', 'sha1', 'coreutils'],
    ['between blanks and NULs', `  SHA1(a.ovf)= ${SHA1} \0\0 `, 'a.ovf', 'sha1', 'ovf'],
  ])('is read %s', (_title, line, name, algorithm, spelling) => {
    const { entries, findings } = parse(line);
    expect(findings).toEqual([]);
    expect(entries).toMatchObject([{ name, algorithm, spelling, line: 1 }]);
    expect(entries[0]?.digest).toMatch(/^[0-9a-f]+$/);
  });

  it.each([
    ['a digest that is too short', `SHA256(a)= ${SHA1}`, 'manifest/unusable-line'],
    ['a digest that no algorithm has', `${SHA1}00  a`, 'manifest/unusable-line'],
    ['an unknown algorithm', `SHA3-256(a)= ${SHA256}`, 'manifest/unusable-line'],
    ['the size that VirtualBox knows', 'SIZE(a)= 123', 'manifest/unusable-line'],
    ['a signature in a certificate', '-----BEGIN CERTIFICATE-----', 'manifest/unreadable-line'],
    ['digits that are none', `SHA1(a)= ${SHA1.replace('d', 'x')}`, 'manifest/unreadable-line'],
  ])('with %s is a finding, and no entry', (_title, line, code) => {
    const { entries, findings } = parse(`${line}\nSHA1(b)= ${SHA1}\n`);
    expect(entries.map(({ name }) => name)).toEqual(['b']);
    expect(findings).toMatchObject([{ code, severity: 'warning', at: [{ uri: 'a.mf', pointer: '1' }] }]);
  });
});

describe('a manifest', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('may end its lines with %s', (_title, end) => {
    const { entries, findings } = parse(['', `SHA1(a)= ${SHA1}`, ' '.repeat(60), `SHA1(b)= ${SHA1}`, '\0\0'].join(end));
    expect(entries.map(({ name, line }) => [name, line])).toEqual([
      ['a', 2],
      ['b', 4],
    ]);
    expect(findings).toEqual([]);
  });

  it('may start with a byte-order mark, or be UTF-16', () => {
    const text = `\uFEFFSHA1(a)= ${SHA1}\r\n`;
    expect(parse(text).entries).toHaveLength(1);
    expect(parse(Buffer.from(text, 'utf16le')).entries).toHaveLength(1);
  });

  it('may repeat a line, but not contradict itself', () => {
    const other = SHA1.replace('d', 'e');
    expect(parse(`SHA1(a)= ${SHA1}\n${SHA1}  a\n`)).toMatchObject({ entries: [{ line: 1 }], findings: [] });
    const { entries, findings } = parse(`SHA1(a)= ${SHA1}\nSHA1(a)= ${other}\n`);
    expect(entries).toHaveLength(2);
    expect(findings).toMatchObject([{ code: 'manifest/contradiction', args: { first: 1, second: 2 } }]);
  });

  it('that is empty or too large says so', () => {
    expect(codes(parse('\n \n').findings)).toEqual(['manifest/empty']);
    expect(codes(parse(Buffer.alloc(5 * 1024 * 1024, 'a')).findings)).toEqual(['manifest/too-large']);
  });

  it('of blanks is read in no time', () => {
    const started = performance.now();
    parse(`${' '.repeat(2_000_000)}x${')= a'.repeat(400_000)}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('the check of a bundle', () => {
  const files = ['a.ovf', 'disk 1.vmdk', 'extra.iso'];
  const bytes = Buffer.from('descriptordisk');
  const ranges = [
    { name: 'a.ovf', offset: 0, size: 10 },
    { name: 'disk 1.vmdk', offset: 10, size: 4 },
  ];

  async function check(text: string) {
    const manifest = parse(text);
    const wanted = listedAlgorithms(manifest, files);
    const digests = await digestRanges(
      bufferSource('a.ova', bytes),
      ranges.map((range) => ({ ...range, algorithms: wanted.get(range.name) ?? [] })),
    );
    return checkManifest(manifest, files, new Map(digests.map((each) => [each.name, each.digests])));
  }
  const WRONG = '38a557ff52a5463ec81e36bc1a4df5e3a7c1a7fd1ae7d1ec54c7fbc82bb66d9e';

  it('finds nothing wrong with what is listed and whole', async () => {
    const digests = await digestRanges(
      bufferSource('a.ova', bytes),
      ranges.map((range) => ({ ...range, algorithms: ['sha1', 'sha256'] as const })),
    );
    const computed = new Map(digests.map((each) => [each.name, each.digests]));
    const names = ranges.map(({ name }) => name);
    for (const algorithm of ['sha1', 'sha256'] as const) {
      const text = correctedManifest(names, computed, algorithm);
      expect(text).toMatch(/^SHA\d+\(a\.ovf\)= [0-9a-f]+\nSHA\d+\(disk 1\.vmdk\)= [0-9a-f]+\n$/);
      expect(checkManifest(parse(text ?? ''), names, computed)).toEqual([]);
    }
    expect(correctedManifest(files, computed)).toBeNull();
  });

  it('tells a file that is corrupt from lines that are only untidy', async () => {
    const findings = await check(`SHA256 (./a.ovf) = ${WRONG}\nSHA512(disk 1.vmdk)= ${SHA512}\nMD5(gone)= ${MD5}\n`);
    expect(findings.map(({ code, severity, args }) => [code, severity, args['name'] ?? args['line']])).toEqual([
      ['manifest/corrupt', 'error', 'a.ovf'],
      ['manifest/corrupt', 'error', 'disk 1.vmdk'],
      ['manifest/missing-entry', 'warning', 'extra.iso'],
      ['manifest/missing-file', 'warning', 'gone'],
      ['manifest/disliked-spelling', 'warning', 1],
      ['manifest/disliked-spelling', 'warning', 2],
      ['manifest/weak', 'warning', 3],
    ]);
    expect(findings[0]).toMatchObject({ exit: 3, at: [{ uri: 'a.mf', pointer: '1' }] });
  });

  it('says what it did not compare', () => {
    const findings = checkManifest(parse(`SHA1(a.ovf)= ${SHA1}`), ['a.ovf'], new Map());
    expect(codes(findings)).toEqual(['manifest/not-checked']);
  });

  it('takes a file for whole when one of two lines is right', () => {
    const wrong = SHA1.replace('d', 'e');
    const computed = new Map([['a', new Map([['sha1' as const, SHA1]])]]);
    const manifest = parse(`SHA1(a)= ${wrong}\nSHA1(a)= ${SHA1}`);
    expect(codes([...manifest.findings, ...checkManifest(manifest, ['a'], computed)])).toEqual([
      'manifest/contradiction',
    ]);
  });

  it('only reports a certificate', () => {
    expect(certificateFound('a.cert', 'a.ova')).toMatchObject({
      code: 'manifest/certificate-not-verified',
      severity: 'info',
    });
  });
});

describe('hostile bytes', () => {
  it('never throw, and every entry is well formed', () => {
    const word = fc.constantFrom('SHA1', '(', ')', '=', ' ', '\n', '\0', SHA1, SHA256, '\\', '*', 'a', '\uFEFF');
    const text = fc.array(word, { maxLength: 60 }).map((words) => Buffer.from(words.join('')));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const { entries, findings } = parse(Buffer.from(bytes));
        for (const { name, digest } of entries) {
          expect(name).not.toBe('');
          expect([32, 40, 64, 128]).toContain(digest.length);
        }
        expect(findings.every(({ code }) => code.startsWith('manifest/'))).toBe(true);
      }),
    );
  });
});

describe('manifests of others', () => {
  const shared = fileURLToPath(new URL('../../../shared/data/ovf/', import.meta.url));
  const cases = [
    ['cot__input-sha1.mf', 4, 'sha1', 'ovf'],
    ['cot__ubuntu.2.0-sha256.mf', 2, 'sha256', 'ovf'],
    ['neg__ganeti-wrong-hash.mf', 2, 'sha1', 'ovf'],
    ['vcloud__3vms-sha1.mf', 4, 'sha1', 'ovf'],
    ['vmoperator__coreutils-style.mf', 5, 'sha1', 'coreutils'],
    ['vsphere__sha1-padded.mf', 1, 'sha1', 'ovf'],
  ] as const;
  if (!existsSync(shared)) process.stderr.write('SKIPPED manifests of others: ../shared/data/ovf is not here\n');
  it.skipIf(!existsSync(shared)).each(cases)(
    '%s (skipped where ../shared/data is absent)',
    (file, count, algorithm, spelling) => {
      const { entries, findings } = parseManifest(readFileSync(`${shared}${file}`), file);
      expect(findings).toEqual([]);
      expect(entries).toHaveLength(count);
      for (const entry of entries) expect(entry).toMatchObject({ algorithm, spelling });
    },
  );
});
