import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { buildIso, DESCRIPTORS } from '../../fixtures/generate/iso.ts';
import { bufferSource } from '../../src/bytes/index.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';
import { reader } from '../../src/disks/iso/reader.ts';
import { detectMedia, discOf } from '../../src/osinfo/media/index.ts';
import { compile } from '../../src/osinfo/media/patterns.ts';
import { evidence, medium, systems, votesOf } from '../osinfo/media/knowledge.ts';

const find = systems({ id: 'http://example.org/os/1' });
/** Such as osinfo-db has, and such as would take a backtracking engine for ever. */
const PATTERNS = [
  '.*RHEL-7.9.*x86_64.*',
  'ALT(\\.\\d+)*x',
  '(a+)+$',
  '(a|aa)+b',
  '^$',
  '(.*)*\\d',
  '\\D+-3',
  'a?'.repeat(50),
];
const MEDIA = PATTERNS.map((volumeId) =>
  medium({ volumeId, languages: { pattern: '[A-Z]*_([A-Z]*)', capture: true, map: { constructor: 'x' } } }),
);
const GOOD = buildIso({ sequence: ['primary', 'boot', 'end'], volumeId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' });

/** A pattern of the pieces that patterns are made of; some are none. */
const pattern = fc
  .array(
    fc.constantFrom('a', 'b', '.', '\\d', '[ab]', '[^a]', '(', ')', '(?:', '|', '*', '+', '?', '{1,3}', '^', '$'),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(''));
const text = fc.array(fc.constantFrom('a', 'b', '1', '-'), { maxLength: 32 }).map((letters) => letters.join(''));

describe('telling media apart', () => {
  it('any bytes in the descriptors end in matches or none, and soon', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 800 }),
        fc.integer({ min: 0, max: 800 }),
        async (bytes, at) => {
          const image = Buffer.from(GOOD);
          image.set(bytes, DESCRIPTORS + at);
          const started = performance.now();
          try {
            const { details } = await reader.read(bufferSource('fuzz', image), { disk: 'disk0' });
            const disk = evidence(details);
            const disc = discOf(disk);
            if (disc !== undefined) expect(detectMedia(MEDIA, find, disc).findings).toEqual([]);
            for (const { origin, strength } of votesOf([disk], MEDIA, find)) {
              expect([origin, strength]).toEqual(['osinfo', 'recommended']);
            }
          } catch (error) {
            // the reader refuses the descriptor
            if (!(error instanceof VmImportError)) throw error;
          }
          expect(performance.now() - started).toBeLessThan(1000);
        },
      ),
    );
  });

  it('any pattern on any text gives an answer or a reason, and soon', () => {
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab1-]{0,128}$/), (source, subject) => {
        const started = performance.now();
        const matcher = compile(source, 128);
        if ('problem' in matcher) expect(matcher.problem).not.toBe('');
        else matcher(subject);
        expect(performance.now() - started).toBeLessThan(500);
      }),
    );
  });

  it('both engines say the same', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        const matcher = compile(source, 32);
        let linear: RE2JS | undefined;
        try {
          linear = RE2JS.compile(source);
        } catch {
          fc.pre(false);
        }
        if (linear === undefined || 'problem' in matcher) return;
        expect(matcher(subject) !== undefined).toBe(linear.matcher(subject).find());
      }),
      { numRuns: 1000 },
    );
  });
});
