import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Finding } from '../../src/diagnostics/index.ts';
import type { Waiver, Waiving } from '../../src/policy/index.ts';
import { globMatches } from '../../src/policy/waivers/glob.ts';
import { parseExpiry, parseMoment } from '../../src/policy/waivers/moment.ts';
import { waiversJsonSchema } from '../../src/policy/waivers/schema.ts';
import { disk, summary } from './evidence.ts';
import { apply, DIGEST, finding, outcome, parse, SOURCE, SUBJECT, waiver } from './waivers.ts';

const REST = '    reason: because\n    owner: somebody\n    expires: 2027-01-31\n';

describe('a file of waivers', () => {
  it('says who answers for what, on which images and until when', () => {
    const text = `  - rule: site.a
    scope: { digest: ["${DIGEST.toUpperCase().replace('SHA256', 'sha256')}"], name: "web-*", source: "/srv/*.vmdk" }
    reason: " because "
    owner: somebody
    ticket: OPS-1
    expires: 2027-01-31
  - code: disk/backing-file
    scope: { source: "/srv/*" }
    reason: because
    owner: somebody
    expires: 2027-01-31T12:00:00+01:00
  - code: plan/unresolved
    scope: { name: x }
${REST}`;
    const { waivers, findings } = parse(text);
    expect(findings).toEqual([]);
    expect(waivers).toEqual([
      {
        rule: 'site.a',
        code: null,
        possible: true,
        powerless: null,
        scope: { digests: [DIGEST], name: 'web-*', source: '/srv/*.vmdk' },
        reason: 'because',
        owner: 'somebody',
        ticket: 'OPS-1',
        expires: '2027-02-01T00:00:00Z',
        uri: 'w.yaml',
        pointer: '3:5',
      },
      expect.objectContaining({
        code: 'disk/backing-file',
        possible: true,
        powerless: null,
        ticket: null,
        expires: '2027-01-31T11:00:00Z',
      }),
      expect.objectContaining({ code: 'plan/unresolved', possible: false }),
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    ['neither rule nor code', `  - scope: { name: x }\n${REST}`, ['policy/missing-key w.yaml 3:5']],
    [
      'both',
      `  - rule: site.a\n    code: qcow2/dirty\n    scope: { name: x }\n${REST}`,
      ['policy/not-allowed-here w.yaml 4:5'],
    ],
    ['no scope', `  - rule: site.a\n${REST}`, ['policy/missing-key w.yaml 3:5']],
    ['an empty scope', `  - rule: site.a\n    scope: {}\n${REST}`, ['policy/missing-key w.yaml 4:12']],
    ['an empty name', `  - rule: site.a\n    scope: { name: "" }\n${REST}`, ['policy/wrong-value w.yaml 4:20']],
    ['an unknown rule', `  - rule: site.c\n    scope: { name: x }\n${REST}`, ['policy/wrong-value w.yaml 3:11']],
    ['an unknown code', `  - code: qcow2/dirt\n    scope: { name: x }\n${REST}`, ['policy/wrong-value w.yaml 3:11']],
    [
      'the code of all rules',
      `  - code: policy/denied\n    scope: { name: x }\n${REST}`,
      ['policy/wrong-value w.yaml 3:11'],
    ],
    [
      'the code of waivers',
      `  - code: waiver/expired\n    scope: { name: x }\n${REST}`,
      ['policy/wrong-value w.yaml 3:11'],
    ],
    [
      'safety by a name that an image can bring along',
      `  - code: disk/backing-file\n    scope: { name: "*" }\n${REST}`,
      ['policy/missing-key w.yaml 4:12'],
    ],
    [
      'a relative source',
      `  - rule: site.a\n    scope: { source: images/* }\n${REST}`,
      ['policy/wrong-value w.yaml 4:22'],
    ],
    ['a cut digest', `  - rule: site.a\n    scope: { digest: sha256:12 }\n${REST}`, ['policy/wrong-value w.yaml 4:22']],
    ['no digests', `  - rule: site.a\n    scope: { digest: [] }\n${REST}`, ['policy/wrong-value w.yaml 4:22']],
    ['a waiver that is none', '  - site.a\n', ['policy/wrong-value w.yaml 3:5']],
    ['no list', '  rule: site.a\n', ['policy/wrong-value w.yaml 3:3']],
    ['an unknown key', `  - rule: site.a\n    scope: { nmae: x }\n${REST}`, ['policy/unknown-key w.yaml 4:14']],
  ])('with %s is refused', (_, text, expected) => {
    const read = parse(text);
    expect(read.waivers).toEqual([]);
    expect(summary(read)).toEqual(expected);
    for (const { exit, severity } of read.findings) expect([exit, severity]).toEqual([2, 'error']);
  });

  it('is bounded', () => {
    const one = `  - { rule: site.a, scope: { name: x }, reason: r, owner: o, expires: 2027-01-31 }\n`;
    expect(parse(one.repeat(1000)).waivers).toHaveLength(1000);
    expect(summary(parse(one.repeat(1001)))).toEqual(['policy/wrong-value w.yaml 3:3']);
    expect(summary(parse(`# ${'x'.repeat(1024 * 1024)}`))).toEqual(['policy/too-large w.yaml 1:1']);
    expect(summary(parse('  - &a [*a, *a]\n  - {{{'))).not.toEqual([]);
  });

  it('has a published schema that agrees', () => {
    const published = z.fromJSONSchema(waiversJsonSchema() as z.core.JSONSchema.JSONSchema);
    const of = (fields: object) => ({
      schema: 'vm-import/waivers@1',
      waivers: [{ rule: 'site.a', scope: { name: 'x' }, reason: 'r', owner: 'o', expires: '2027-01-31', ...fields }],
    });
    expect(published.safeParse(of({})).success).toBe(true);
    expect(published.safeParse(of({ scope: { digest: [DIGEST] } })).success).toBe(true);
    for (const fields of [{ scope: { nmae: 'x' } }, { scope: { digest: 'x' } }, { owner: '' }]) {
      expect(published.safeParse(of(fields)).success).toBe(false);
    }
    // zod, the judge above, does not look at `required` beside an anyOf; other validators do
    expect(JSON.stringify(waiversJsonSchema())).toContain(
      '"anyOf":[{"required":["rule"],"properties":{"code":false}},',
    );
  });
});

describe('patterns', () => {
  it.each<[string, string, boolean]>([
    ['web-*', 'web-1', true],
    ['web-*', 'web-', true],
    ['web-*', 'db-web-1', false],
    ['*.vmdk', 'a.vmdk.vmdk', true],
    ['a*b*c', 'a1b2b3c', true],
    ['a*b*c', 'a1b2b3', false],
    ['?', '', false],
    ['??', 'ab', true],
    ['*', '', true],
    ['/srv/*/a', '/srv/x/a', true],
    ['/srv/*', '/srv/x/a', false],
    ['/srv/?', '/srv//', false],
    ['/srv/**', '/srv/x/a', false],
    ['[ab]', 'a', false],
    ['a.b', 'axb', false],
    ['A', 'a', false],
  ])('%s on %s', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });

  it('take time that grows with the lengths only', () => {
    const start = performance.now();
    expect(globMatches(`${'a*'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('moments', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['2027-01-31', '2027-01-31T00:00:00.000Z', '2027-02-01T00:00:00Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00Z'],
    ['2027-01-31T12:00Z', '2027-01-31T12:00:00.000Z', '2027-01-31T12:00:00Z'],
    ['2027-01-31T12:00:00.5+01:30', '2027-01-31T10:30:00.500Z', '2027-01-31T10:30:00.500Z'],
    ['2027-02-29', undefined, undefined],
    ['2027-02-29T12:00:00Z', undefined, undefined],
    ['2027-01-31T25:00:00Z', undefined, undefined],
    ['2027-01-31T12:00:00', undefined, undefined],
    ['2027-1-31', undefined, undefined],
    ['31.01.2027', undefined, undefined],
    ['never', undefined, undefined],
    ['', undefined, undefined],
  ])('%s', (text, moment, expiry) => {
    const parsed = parseMoment(text);
    expect(parsed === undefined ? undefined : new Date(parsed).toISOString()).toBe(moment);
    expect(parseExpiry(text)).toBe(expiry);
  });
});

const data = { ...SOURCE, uri: '/images/data.qcow2' };
const verified = { ...SUBJECT, sources: [{ ...SOURCE, digest: DIGEST }] };
const beside = { ...verified, disks: [disk({ path: '/images/other.qcow2' })] };
const two = { ...SUBJECT, sources: [SOURCE, data] };
const other = `sha256:${'0'.repeat(64)}`;
const on = (uri: string): Partial<Finding> => ({ at: [{ origin: 'content', uri, pointer: null }] });

describe('what a waiver does', () => {
  it.each<[string, Finding, Waiver, readonly string[]]>([
    ['its rule', finding(), waiver(), ['policy/denied waived']],
    ['another rule', finding({ rule: 'site.b' }), waiver(), ['policy/denied error', 'waiver/unused info']],
    ['its code', finding({ rule: null }), waiver({ code: 'qcow2/dirty' }), ['qcow2/dirty waived']],
    [
      'the code of a finding that a rule raised',
      finding(),
      waiver({ code: 'policy/denied' }),
      ['policy/denied error', 'waiver/unused info'],
    ],
    [
      'a code that starts the same',
      finding({ rule: null, code: 'disk/backing-file-x' }),
      waiver({ code: 'disk/backing-file' }),
      ['disk/backing-file-x error', 'waiver/unused info'],
    ],
    ['safety by a rule', finding({ safety: true }), waiver(), ['policy/denied error', 'waiver/unused info']],
    [
      'safety by its code',
      finding({ safety: true, rule: null, code: 'disk/backing-file', exit: 3 }),
      waiver({ code: 'disk/backing-file' }),
      ['disk/backing-file waived'],
    ],
    [
      'what nothing can be planned after',
      finding({ rule: null, code: 'plan/unresolved', exit: 4, objection: false }),
      waiver({ code: 'plan/unresolved', possible: false }),
      ['plan/unresolved error', 'waiver/no-effect warning'],
    ],
    [
      'an error in the rule itself',
      finding({ code: 'policy/condition-failed', exit: 2, objection: false }),
      waiver(),
      ['policy/condition-failed error', 'waiver/no-effect warning'],
    ],
    [
      'a day too late',
      finding(),
      waiver({ expires: '2027-07-01T00:00:00Z' }),
      ['policy/denied error', 'waiver/expired warning'],
    ],
    ['in time', finding(), waiver({ expires: '2027-07-01T00:00:01Z' }), ['policy/denied waived']],
    [
      'too late for a note',
      finding({ severity: 'info' }),
      waiver({ expires: '2026-01-01T00:00:00Z' }),
      ['policy/denied info', 'waiver/expired info'],
    ],
    ['a machine of another name', finding(), waiver({ scope: { name: 'db-*' } }), ['policy/denied error']],
    ['a source elsewhere', finding(), waiver({ scope: { source: '/srv/*' } }), ['policy/denied error']],
    [
      'a digest that nobody computed',
      finding(),
      waiver({ scope: { digests: [DIGEST] } }),
      ['policy/denied error', 'waiver/needs-digest warning'],
    ],
    [
      'a digest that nobody computed, of an image that is not meant anyway',
      finding(),
      waiver({ scope: { digests: [DIGEST], name: 'db-*' } }),
      ['policy/denied error'],
    ],
    [
      'a digest, where there is nothing to waive',
      finding({ rule: 'site.b' }),
      waiver({ scope: { digests: [DIGEST] } }),
      ['policy/denied error'],
    ],
  ])('to %s', (_, found, given, expected) => {
    expect(outcome(apply([found], [given]))).toEqual(expected);
  });

  it.each<[string, Partial<Finding>, Partial<Waiver['scope']>, Waiving['subject'], boolean]>([
    ['the digest', {}, { digests: [DIGEST] }, verified, true],
    ['the digest of a descriptor whose disk lies beside it', {}, { digests: [DIGEST] }, beside, false],
    ['one of several digests', {}, { digests: [other, DIGEST] }, verified, true],
    ['another digest', {}, { digests: [other] }, verified, false],
    ['digest, name and source', {}, { digests: [DIGEST], name: 'web-1', source: '/images/*' }, verified, true],
    ['digest and name, but not the source', {}, { digests: [DIGEST], name: 'web-1', source: '/x/*' }, verified, false],
    ['all sources of the machine', {}, { source: '/images/*' }, two, true],
    ['one of the sources a rule speaks about', {}, { source: '/images/web.*' }, two, false],
    ['the source that is named', on('/images/web.qcow2'), { source: '/images/web.*' }, two, true],
    ['a source that is not named', on('/images/data.qcow2'), { source: '/images/web.*' }, two, false],
    ['one source, where a file below it is named', on('/images/base.qcow2'), { source: '/images/web.*' }, two, false],
  ])('in a scope of %s', (_, found, scope, subject, expected) => {
    const [first] = apply([finding(found)], [waiver({ scope })], { subject });
    expect(first?.waiver !== null).toBe(expected);
  });

  it('is told with who answers for it', () => {
    const given = waiver({ ticket: 'OPS-1' });
    const [first] = apply([finding()], [given]);
    const { reason, owner, ticket, expires, uri, pointer } = given;
    expect(first?.waiver).toEqual({ reason, owner, ticket, expires, uri, pointer });
  });

  it('of several that fit counts the one that lasts longest, and none is called unused', () => {
    const [short, long] = [waiver({ expires: '2027-12-01T00:00:00Z' }), waiver({ expires: '2028-12-01T00:00:00Z' })];
    const late = waiver({ expires: '2026-12-01T00:00:00Z' });
    const result = apply([finding()], [short, long, late]);
    expect(outcome(result)).toEqual(['policy/denied waived', 'waiver/expired info']);
    expect(result[0]?.waiver?.pointer).toBe(long.pointer);
  });

  it('is told as needed only at the end', () => {
    const given = [waiver({ rule: 'site.b' }), waiver({ expires: '2027-01-01T00:00:00Z' })];
    const told = (tell: 'nothing' | 'so-far' | 'all') => outcome(apply([finding()], given, { tell })).slice(1);
    expect(told('nothing')).toEqual([]);
    expect(told('so-far')).toEqual(['waiver/expired warning']);
    expect(told('all')).toEqual(['waiver/unused info', 'waiver/expired warning']);
  });
});
