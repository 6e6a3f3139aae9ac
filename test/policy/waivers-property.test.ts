import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counts } from '../../src/diagnostics/verdict.ts';
import { globMatches } from '../../src/policy/waivers/glob.ts';
import { apply, DIGEST, finding, parse, SOURCE, waiver } from './waivers.ts';

const PLACE = /^[1-9]\d*:[1-9]\d*$/;
const NAMES = ['site.a', 'site.b'];
const CODES = ['qcow2/dirty', 'disk/backing-file', 'plan/unresolved'];

const findings = fc.array(
  fc
    .record({
      rule: fc.option(fc.constantFrom(...NAMES)),
      code: fc.constantFrom(...CODES),
      severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
      safety: fc.boolean(),
      objection: fc.boolean(),
      at: fc.subarray(['/images/a', '/images/b', '/elsewhere']),
    })
    .map(({ at, ...fields }) =>
      finding({ ...fields, at: at.map((uri) => ({ origin: 'content', uri, pointer: null })) }),
    ),
  { maxLength: 6 },
);

const waivers = fc.uniqueArray(
  fc
    .record({
      named: fc.oneof(
        fc.constantFrom(...NAMES).map((rule) => ({ rule, code: null })),
        fc.constantFrom(...CODES).map((code) => ({ rule: null, code })),
      ),
      scope: fc.record({
        name: fc.constantFrom(null, 'web-*', 'x'),
        source: fc.constantFrom(null, '/images/*', '/images/a'),
        digests: fc.constantFrom(null, [DIGEST], [`sha256:${'0'.repeat(64)}`]),
      }),
      expires: fc.constantFrom('2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z', '2029-01-01T00:00:00Z'),
      possible: fc.boolean(),
    })
    .map(({ named, ...fields }) => waiver({ ...fields, ...named })),
  { maxLength: 6, selector: ({ pointer }) => pointer },
);

const subject = fc
  .record({ a: fc.constantFrom(null, DIGEST), b: fc.constantFrom(null, DIGEST), name: fc.constantFrom('web-1', 'x') })
  .map(({ a, b, name }) => ({
    machine: { name, labels: {} },
    disks: [],
    sources: [
      { ...SOURCE, uri: '/images/a', digest: a },
      { ...SOURCE, uri: '/images/b', digest: b },
    ],
  }));

const told = (code: string) => code.startsWith('waiver/');

describe('waivers, whatever they say', () => {
  it('change only the findings they name, and these only by a note', () => {
    let noted = 0;
    let announced = 0;
    fc.assert(
      fc.property(findings, waivers, subject, (found, given, about) => {
        const result = apply(found, given, { subject: about });
        const [old, added] = [result.slice(0, found.length), result.slice(found.length)];
        expect(old.map((one) => ({ ...one, waiver: null }))).toEqual(found);
        for (const { code, rule, safety, objection, waiver: note } of old) {
          if (note === null) continue;
          noted++;
          expect(objection).toBe(true);
          const named = given.filter((one) => (one.rule === null ? one.code === code : !safety && one.rule === rule));
          expect(named.map(({ pointer }) => pointer)).toContain(note.pointer);
        }
        for (const { code, severity } of added) {
          announced++;
          expect(told(code)).toBe(true);
          expect(severity).not.toBe('error');
        }
      }),
      { numRuns: 500 },
    );
    // a property about nothing would hold as well
    expect(noted).toBeGreaterThan(20);
    expect(announced).toBeGreaterThan(20);
  });

  it('mean the same in any order, and applied twice', () =>
    fc.assert(
      fc.property(findings, waivers, subject, fc.boolean(), (found, given, about, all) => {
        const waiving = { subject: about, tell: all ? 'all' : 'so-far' } as const;
        const result = apply(found, given, waiving);
        expect(apply(found, given.toReversed(), waiving)).toEqual(result);
        expect(apply(result, given, waiving)).toEqual(result);
      }),
      { numRuns: 500 },
    ));

  it('never make a finding count that did not, and change nothing when they are expired', () => {
    let counting = 0;
    fc.assert(
      fc.property(findings, waivers, subject, (found, given, about) => {
        const waiving = { subject: about };
        const more = apply(found, given, waiving);
        const fewer = apply(found, given.slice(1), waiving);
        for (const [index, one] of found.entries()) {
          expect(one.rule).toBe(more[index]?.rule);
          if (more[index] === undefined || !counts(more[index])) continue;
          counting++;
          expect(fewer[index]).toEqual(one);
        }
        const late = apply(found, given, { ...waiving, now: Date.parse('2029-01-01T00:00:00Z') });
        expect(late.slice(0, found.length)).toEqual(found);
        expect(late.slice(found.length).every(({ code }) => told(code))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(counting).toBeGreaterThan(20);
  });
});

describe('patterns', () => {
  const character = fc.constantFrom('a', 'b', '/', '*', '?', '.', '+', '(');

  it('match as the regular expression they stand for', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: character, maxLength: 8 }),
        fc.string({ unit: character, maxLength: 8 }),
        (pattern, text) => {
          const source = pattern
            .replace(/[.+()]/g, '\\$&')
            .replaceAll('*', '[^/]*')
            .replaceAll('?', '[^/]');
          expect(globMatches(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
        },
      ),
      { numRuns: 2000 },
    ));
});

const GOOD = `  - rule: site.a
    scope: { name: &n "web-*", source: "/a/*" }
    reason: >
      because
      of that
    owner: *n
    expires: 2027-01-31
  - code: disk/backing-file
    scope: { digest: [${DIGEST}] }
    reason: because
    owner: 'somebody'
    ticket: "OPS-1"
    expires: 2027-01-31T12:00:00Z
`;

describe('whatever a file of waivers holds, it is read or its problems are told with their place', () => {
  function isTold(text: string): void {
    const read = parse(text);
    for (const { code, exit, at } of read.findings) {
      expect(code).toMatch(/^policy\//);
      expect(exit).toBe(2);
      expect(at[0]?.pointer).toMatch(PLACE);
    }
    if (read.findings.length > 0) expect(read.waivers).toEqual([]);
  }

  it('the file that the next tests break is good', () => {
    expect(parse(GOOD).findings).toEqual([]);
    expect(parse(GOOD).waivers).toHaveLength(2);
  });

  it('any text', () => fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), isTold), { numRuns: 200 }));

  it('a good file cut anywhere or with any character changed', () => {
    const broken = fc.oneof(
      fc.nat(GOOD.length).map((at) => GOOD.slice(0, at)),
      fc
        .tuple(fc.nat(GOOD.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, put]) => GOOD.slice(0, at) + put + GOOD.slice(at + 1)),
    );
    return fc.assert(fc.property(broken, isTold), { numRuns: 300 });
  });

  it('any JSON in any place', () => {
    const key = fc.constantFrom('rule', 'code', 'scope', 'digest', 'name', 'source', 'reason', 'owner', 'expires');
    const leaf = fc.oneof(
      fc.constantFrom('site.a', 'x', '*', '/x', '2027-01-31', DIGEST),
      fc.integer(),
      fc.constant(null),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    const list = fc.array(fc.dictionary(key, tree, { maxKeys: 6 }), { maxLength: 4 });
    return fc.assert(
      fc.property(list, (entries) => isTold(entries.map((entry) => `  - ${JSON.stringify(entry)}\n`).join(''))),
      { numRuns: 300 },
    );
  });
});
