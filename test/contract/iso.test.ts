import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { format } from '../../src/disks/iso/index.ts';
import { reader } from '../../src/disks/iso/reader.ts';
import { fileName, makeBench } from './disk-image.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

interface Disc {
  readonly title: string;
  readonly tool: 'genisoimage' | 'xorriso';
  readonly options: readonly string[];
  readonly details: object;
}

const BIOS = ['-b', 'bios.img', '-c', 'boot.cat', '-no-emul-boot', '-boot-load-size', '4'];
const bios = { platform: 'bios', bootable: true, media: 'none', loadSectors: 4 };

const DISCS: readonly Disc[] = [
  {
    title: 'plain',
    tool: 'genisoimage',
    options: [],
    details: { udf: false, joliet: false, elTorito: null, hybrid: [] },
  },
  { title: 'Joliet', tool: 'genisoimage', options: ['-J', '-R'], details: { joliet: true } },
  { title: 'UDF bridge', tool: 'genisoimage', options: ['-udf'], details: { udf: true, udfVolumeId: 'Fedora-S-37' } },
  { title: 'boots by BIOS', tool: 'genisoimage', options: BIOS, details: { elTorito: [bios] } },
  { title: 'plain, by xorriso', tool: 'xorriso', options: [], details: { elTorito: null, hybrid: [] } },
  {
    title: 'boots by BIOS and UEFI',
    tool: 'xorriso',
    options: [...BIOS, '-eltorito-alt-boot', '-e', 'efi.img', '-no-emul-boot'],
    details: { elTorito: [bios, { platform: 'efi', bootable: true }] },
  },
  {
    title: 'boots by UEFI',
    tool: 'xorriso',
    options: ['-e', 'efi.img', '-no-emul-boot', '-c', 'boot.cat'],
    details: { elTorito: [{ platform: 'efi' }] },
  },
  {
    title: 'isohybrid',
    tool: 'xorriso',
    options: [
      ...BIOS,
      '-eltorito-alt-boot',
      '-e',
      'efi.img',
      '-no-emul-boot',
      '-append_partition',
      '2',
      '0xef',
      'tree/efi.img',
      '-appended_part_as_gpt',
    ],
    details: { elTorito: [bios, { platform: 'efi' }], hybrid: ['mbr', 'gpt'] },
  },
];

const FIELDS = [
  ['System id', 'systemId'],
  ['Volume id', 'volumeId'],
  ['Volume set id', 'volumeSetId'],
  ['Publisher id', 'publisher'],
  ['Data preparer id', 'preparer'],
  ['Application id', 'application'],
] as const;

describeWith(['genisoimage', 'xorriso', 'isoinfo'], 'discs as isoinfo reads them', () => {
  beforeAll(() => {
    mkdirSync(join(bench.dir, 'tree'));
    for (const name of ['bios.img', 'efi.img', 'file'])
      writeFileSync(join(bench.dir, 'tree', name), Buffer.alloc(8192, 1));
  });

  it.each(DISCS)('$title', async ({ title, tool, options, details }) => {
    const name = fileName(title, 'iso');
    const front = tool === 'xorriso' ? ['-as', 'mkisofs'] : [];
    const ids = ['-V', 'Fedora-S-37', '-publisher', 'A PUBLISHER', '-p', 'A PREPARER', '-A', 'AN APPLICATION'];
    bench.tool(tool, ...front, '-quiet', ...ids, ...options, '-o', name, 'tree');
    const info = bench.tool('isoinfo', '-d', '-i', name);
    const said = (label: string) => new RegExp(`^${label}:(.*)$`, 'm').exec(info)?.[1]?.trim();
    await bench.read(name, (image) => {
      expect(image.virtualSize).toBe(statSync(join(bench.dir, name)).size);
      expect(image.details).toMatchObject(details);
      for (const [label, field] of FIELDS) expect([label, image.details[field]]).toEqual([label, said(label)]);
      const blocks = Number(said('Volume size is'));
      expect(image.details['volumeSize']).toBe(blocks * Number(said('Logical block size is')));
      expect(info.includes('Joliet with')).toBe(image.details['joliet']);
      expect(info.includes('El Torito VD version')).toBe(image.details['elTorito'] !== null);
      expect(image.findings).toEqual([]);
    });
  });

  it('are recognised by their first 64 KiB', async () => {
    for (const { title } of DISCS) {
      const name = fileName(title, 'iso');
      await bench.read(name, async (image) => {
        const head = await image.guest(null)?.read(0, 65536);
        expect(format.probe({ head: head ?? Buffer.alloc(0), size: image.virtualSize ?? 0 })).toBe(true);
      });
    }
  });
});
