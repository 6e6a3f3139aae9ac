import { openSync, readFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isMissing, systemReason } from '../../src/diagnostics/system-error.ts';

function thrownBy(job: () => unknown): unknown {
  try {
    job();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

it('says in words why the system refused', () => {
  const missing = thrownBy(() => openSync(join(tmpdir(), 'nowhere', 'at-all'), 'r'));
  const directory = thrownBy(() => readFileSync(tmpdir()));
  expect([systemReason(missing), isMissing(missing)]).toEqual(['no such file or directory', true]);
  expect([systemReason(directory), isMissing(directory)]).toEqual(['is a directory', false]);
});

it('has an answer for every error of the system', () => {
  const codes = Object.keys(constants.errno);
  expect(codes.length).toBeGreaterThan(60);
  for (const code of codes) expect(systemReason(Object.assign(new Error(), { code })), code).toBeTypeOf('string');
});

it('leaves bugs what they are', () => {
  const wrong = thrownBy(() => openSync('a\0b', 'r'));
  expect(wrong).toMatchObject({ code: expect.stringMatching(/^ERR_/) });
  expect([wrong, new TypeError('no'), 'ENOENT', null].map(systemReason)).toEqual([null, null, null, null]);
});
