import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSuite } from '../../src/policy/suite/document.ts';
import { readEvidence } from '../../src/policy/suite/evidence.ts';
import { caseSchema, imageSchema } from '../../src/policy/suite/schema.ts';
import { parseSize } from '../../src/policy/suite/size.ts';
import { LARGEST_DISK, LOADER_ARCHITECTURES, SMALLEST_PARTITIONED } from '../../src/synthesis/guest.ts';
import { IMAGE_FORMATS } from '../../src/synthesis/image.ts';
import { codes, expectWorded } from '../findings.ts';

const GOOD = `schema: vm-import/policy-test@1
policy: [site.yaml, preset:strict]
cases:
  - name: an image
    image:
      format: qcow2
      size: 20 GiB
      file-size: 1 MiB
      boot: uefi
      windows: true
      architecture: aarch64
      hints: { hardware: { machine: { required: [virt] } } }
      backing: base.raw
      backing-format: raw
      dirty: true
      snapshots: 2
      saved-memory: true
    os: win11
    set: { tpm: 2.0, disk-bus.disk0: sata }
    emit: [openstack, plan]
    host: [caps.xml]
    waivers: [waivers.yaml]
    now: 2026-01-01T00:00:00Z
    strict: true
    expect:
      verdict: denied
      findings: [site.a, disk/backing-file]
      includes: [site.b]
      excludes: [site.c]
      values: { machine: q35, disk-bus.disk0: virtio, tpm: null, secure-boot: true, vcpus: 4 }
  - name: evidence
    evidence: { disks: [{ format: vdi }, { format: raw, virtualSize: null }] }
    expect: { findings: [] }
  - { name: saved, evidence: saved/web.json, expect: { verdict: allowed } }
  - { name: disks, images: [{ format: raw, size: 512 }, { format: qcow2 }], expect: { verdict: allowed } }
`;

function parse(text: string, uri = 'tests/site.test.yaml') {
  return parseSuite(text, uri);
}

/** Each finding as `place code`. */
function told(text: string): readonly string[] {
  const { suite, findings } = parse(text);
  for (const finding of findings) expectWorded(finding);
  expect(suite === null).toBe(findings.length > 0);
  return findings.map(({ code, at }) => `${at[0]?.pointer} ${code}`);
}

const aCase = (lines: string) =>
  `schema: vm-import/policy-test@1\ncases:\n  - name: a\n    expect: { verdict: allowed }\n    ${lines}\n`;

describe('a file of policy tests', () => {
  it('is read with the places of what it says', () => {
    const { suite, findings } = parse(GOOD);
    expect(findings).toEqual([]);
    const [first, second, third, fourth] = suite?.cases ?? [];
    expect(suite?.policy).toEqual([
      { value: 'site.yaml', pointer: '2:10' },
      { value: 'preset:strict', pointer: '2:21' },
    ]);
    expect(first).toMatchObject({
      name: 'an image',
      pointer: '4:5',
      os: 'win11',
      set: [
        ['tpm', '2.0'],
        ['disk-bus.disk0', 'sata'],
      ],
      emit: [{ value: 'openstack' }, { value: 'plan', pointer: '20:23' }],
      host: [{ value: 'caps.xml' }],
      waivers: [{ value: 'waivers.yaml' }],
      now: { value: '2026-01-01T00:00:00Z' },
      strict: true,
      expect: {
        verdict: { value: 'denied', pointer: '26:16' },
        findings: { value: [{ value: 'site.a', pointer: '27:18' }, { value: 'disk/backing-file' }], pointer: '27:17' },
        includes: [{ value: 'site.b' }],
        excludes: [{ value: 'site.c' }],
        values: [
          { path: 'machine', value: 'q35' },
          { path: 'disk-bus.disk0', value: 'virtio' },
          { path: 'tpm', value: null },
          { path: 'secure-boot', value: true },
          { path: 'vcpus', value: 4 },
        ],
      },
    });
    expect(first?.subject).toEqual({
      kind: 'images',
      images: [
        {
          name: 'disk0.qcow2',
          format: 'qcow2',
          size: 20 * 2 ** 30,
          fileSize: 2 ** 20,
          boot: 'uefi',
          windows: true,
          architecture: 'aarch64',
          hints: '{"vmHints":1,"hardware":{"machine":{"required":["virt"]}}}',
          backing: { name: 'base.raw', format: 'raw' },
          dirty: true,
          encrypted: false,
          snapshots: 2,
          savedMemory: true,
        },
      ],
    });
    expect(second?.subject).toMatchObject({
      kind: 'evidence',
      document: { disks: [{ id: 'disk0', format: 'vdi' }, {}] },
    });
    expect(third?.subject).toEqual({ kind: 'evidence-file', file: { value: 'saved/web.json', pointer: '34:30' } });
    expect(fourth?.subject).toMatchObject({ images: [{ name: 'disk0.raw' }, { name: 'disk1.qcow2', boot: 'none' }] });
  });

  it('tests the policy beside it, where it names none', () => {
    const text = aCase('image: { format: raw }');
    expect(parse(text, 'a/strict.test.yml').suite?.policy).toEqual([{ value: 'strict.yml', pointer: '1:1' }]);
    expect(codes(parse(text, 'a/tests.yaml'))).toEqual(['policy-test/no-policy']);
  });

  it.each([
    ['neither image nor evidence', 'os: win11', ['3:5 policy/missing-key']],
    ['image and evidence', 'image: { format: raw }\n    evidence: x.json', ['6:5 policy/not-allowed-here']],
    ['a format that is not built', 'image: { format: vdi }', ['5:22 policy/wrong-value']],
    ['a size with another unit', 'image: { format: raw, size: 20G }', ['5:33 policy/wrong-value']],
    ['a size that no number holds', 'image: { format: raw, size: 9999999999999999 TiB }', ['5:33 policy/wrong-value']],
    ['more than 512 TiB', 'image: { format: raw, size: 513 TiB }', ['5:33 policy/wrong-value']],
    ['half a sector', 'image: { format: raw, size: 700 }', ['5:33 policy/wrong-value']],
    ['too small for partitions', 'image: { format: raw, size: 1 MiB, boot: bios }', ['5:33 policy/wrong-value']],
    ['hints in a raw disk', 'image: { format: raw, hints: {} }', ['5:27 policy/not-allowed-here']],
    ['a format of no backing file', 'image: { format: qcow2, backing-format: raw }', ['5:29 policy/not-allowed-here']],
    [
      'boot code nobody can see',
      'image: { format: raw, encrypted: true, boot: bios }',
      ['5:44 policy/not-allowed-here'],
    ],
    ['memory of no snapshot', 'image: { format: qcow2, saved-memory: true }', ['5:29 policy/not-allowed-here']],
    [
      'more hints than fit',
      `image: { format: qcow2, hints: { title: "${'x'.repeat(8200)}" } }`,
      ['5:36 policy/wrong-value'],
    ],
    ['evidence that is a list', 'evidence: [a]', ['5:15 policy/wrong-value']],
    ['evidence with a wrong member', 'evidence: { disks: [{ size: 1 }] }', ['5:27 policy-test/wrong-evidence']],
    ['evidence with a wrong value', 'evidence: { disks: [{ format: 1 }] }', ['5:35 policy-test/wrong-evidence']],
    ['a key that does not exist', 'image: { format: raw }\n    set: { bios: true }', ['6:12 policy/unknown-key']],
    ['an unknown member', 'image: { format: raw }\n    expects: 1', ['6:5 policy/unknown-key']],
  ])('%s', (_title, lines, expected) => {
    expect(told(aCase(lines))).toEqual(expected);
  });

  it('has a case, an expectation in each, and one name for each', () => {
    expect(told('schema: vm-import/policy-test@1\ncases: []\n')).toEqual(['2:8 policy/wrong-value']);
    const empty = aCase('image: { format: raw }').replace('{ verdict: allowed }', '{}');
    expect(told(empty)).toEqual(['4:13 policy/missing-key']);
    const twice = `${aCase('image: { format: raw }')}${aCase('image: { format: raw }').split('cases:\n')[1]}`;
    expect(told(twice)).toEqual(['6:11 policy-test/duplicate-case']);
  });

  it('is shown in docs/policy-tests.md as it is read', async () => {
    const page = await readFile('docs/policy-tests.md', 'utf8');
    const [, whole = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(told(whole)).toEqual([]);
    const parts = [...page.matchAll(/```yaml\n( {2}- [\s\S]*?)```/g)].map(([, part = '']) => part);
    expect(parts).not.toEqual([]);
    for (const part of parts) {
      expect(told(`schema: vm-import/policy-test@1\ncases:\n${part}`)).toEqual([]);
    }
  });

  it('is not read when it is too large', () => {
    expect(told('x'.repeat(1024 * 1024 + 1))).toEqual(['1:1 policy/too-large']);
  });

  it('cut anywhere, or with any character changed, ends in findings or in cases', () =>
    fc.assert(
      fc.property(fc.nat(GOOD.length - 1), fc.option(fc.string({ unit: 'binary', maxLength: 1 })), (at, character) => {
        const text = character === null ? GOOD.slice(0, at) : GOOD.slice(0, at) + character + GOOD.slice(at + 1);
        for (const place of told(text)) expect(place).toMatch(/^[1-9]\d*:[1-9]\d* policy(-test)?\//);
      }),
      { numRuns: 100 },
    ));
});

describe('images', () => {
  it('are those that the synthesis room builds', () => {
    const { format, architecture } = imageSchema.shape;
    expect(format.options.toSorted()).toEqual([...IMAGE_FORMATS].toSorted());
    expect(architecture.unwrap().options.toSorted()).toEqual(LOADER_ARCHITECTURES.toSorted());
    const disk = (size: number) => told(aCase(`image: { format: raw, boot: uefi, size: ${size} }`)).length;
    expect([LARGEST_DISK, LARGEST_DISK + 512, SMALLEST_PARTITIONED, SMALLEST_PARTITIONED - 512].map(disk)).toEqual([
      0, 1, 0, 1,
    ]);
  });

  it('have their keys in docs/policy-tests.md', async () => {
    const page = await readFile('docs/policy-tests.md', 'utf8');
    for (const key of [...Object.keys(imageSchema.shape), ...Object.keys(caseSchema.shape)]) {
      expect(page).toContain(`\`${key}\``);
    }
  });

  it.each([
    ['512', 512],
    ['20 GiB', 20 * 2 ** 30],
    ['1TiB', 2 ** 40],
    [7, 7],
    ['9007199254740993 B', undefined],
    ['1 GB', undefined],
    ['-1', undefined],
    [-1, undefined],
  ])('of the size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));
});

describe('evidence', () => {
  it('is completed', () => {
    const { document, problems } = readEvidence({
      disks: [{ format: 'vmdk', encrypted: true }],
      nics: [{ network: 'LAN' }],
      votes: [{ key: 'firmware', values: ['uefi'] }],
      findings: [{ code: 'disk/unreadable' }],
      drivers: [{ boot: ['ahci'] }],
      machine: { name: 'web' },
    });
    expect(problems).toEqual([]);
    expect(document).toMatchObject({
      machine: { name: 'web', labels: {} },
      sources: [{ uri: '/images/disk0.vmdk', format: 'vmdk' }],
      disks: [{ id: 'disk0', path: '/images/disk0.vmdk', encrypted: true, backing: null }],
      nics: [{ id: 'nic0', network: 'LAN', mac: null }],
      votes: [{ key: 'firmware', strength: 'required', origin: 'descriptor' }],
      findings: [{ code: 'disk/unreadable', severity: 'error', exit: 3 }],
      drivers: [{ disk: null, boot: ['ahci'], running: [] }],
    });
  });

  it('of any kind is read or refused', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const part of [value, { disks: value }, { machine: value }, { votes: [value] }]) {
          const { document, problems } = readEvidence(part);
          expect(document === null).toBe(problems.length > 0);
        }
      }),
      { numRuns: 100 },
    ));
});
