import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfigText } from '../../src/sources/text.ts';
import { findingOf } from '../findings.ts';

let file: string;
let house: string;

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'config-text-'));
  file = join(house, 'site.yaml');
});
afterAll(() => rm(house, { recursive: true }));

async function read(bytes: Uint8Array, maxBytes = 100): Promise<string> {
  await writeFile(file, bytes);
  return readConfigText(file, maxBytes);
}

describe('a file that configures a run', () => {
  it.each([
    ['Latin-1', Buffer.from('a: 1\nname: caf\u00e9\n', 'latin1'), { line: 2, column: 10, byte: '0xe9' }],
    ['UTF-16', Buffer.from('\ufeffa: 1\n', 'utf16le'), { line: 1, column: 1, byte: '0xff' }],
    ['cut inside a character', Buffer.from('caf\u00e9').subarray(0, 4), { line: 1, column: 4, byte: '0xc3' }],
    ['after Windows line ends', Buffer.from('a\r\nb\r\n\u00fc', 'latin1'), { line: 3, column: 1, byte: '0xfc' }],
  ])('in another encoding is refused where it starts to be wrong: %s', async (_title, bytes, args) => {
    const finding = await findingOf(read(bytes));
    expect(finding).toMatchObject({ code: 'source/not-utf8', exit: 2, args });
  });

  it('loses its byte order mark', async () => {
    expect(await read(Buffer.from('\ufeffname: a'))).toBe('name: a');
  });

  it('that is too large is cut anywhere, and whoever parses it says so', async () => {
    const text = await read(Buffer.from('\u00fc'.repeat(100)), 100);
    expect(text.length).toBe(50);
  });

  it('is what was written, or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const text = await read(bytes).catch(() => null);
        if (text !== null) {
          const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
          expect(Buffer.from(text)).toEqual(Buffer.from(bytes.subarray(mark)));
        } else {
          const { args } = await findingOf(read(bytes));
          expect(Number(args['byte'])).toBeGreaterThanOrEqual(0x80);
        }
      }),
      { numRuns: 200 },
    );
  });
});
