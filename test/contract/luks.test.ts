import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reader } from '../../src/disks/luks/reader.ts';
import { makeBench } from './disk-image.ts';
import { blankFile } from './sparse-files.ts';
import { describeWith } from './tools.ts';

const bench = makeBench(reader);
afterAll(() => bench.remove());

describeWith(['qemu-img'], 'LUKS1 as qemu-img writes it', () => {
  it.each(['1M', '33M'])('%s', async (size) => {
    const name = `${size}.luks`;
    const options = ['-o', 'key-secret=s0,iter-time=10'];
    bench.qemuImg('create', '-q', '-f', 'luks', '--object', 'secret,id=s0,data=secret', ...options, name, size);
    const info = JSON.parse(bench.qemuImg('info', '--output=json', name));
    const said = info['format-specific'].data;
    await bench.read(name, (image) => {
      expect(image.virtualSize).toBe(info['virtual-size']);
      expect(image.findings.map(({ code }) => code)).toEqual(['luks/encrypted']);
      expect(image.details).toMatchObject({
        version: 1,
        cipher: `aes-${said['cipher-mode']}-${said['ivgen-alg']}`,
        hash: said['hash-alg'],
        uuid: said.uuid,
        payloadOffset: said['payload-offset'],
        activeKeySlots: [0],
      });
    });
  });
});

interface Format {
  readonly title: string;
  readonly options: readonly string[];
  readonly details: object;
}

const FORMATS: readonly Format[] = [
  { title: 'LUKS1', options: ['--type', 'luks1'], details: { version: 1, sectorSize: 512 } },
  { title: 'LUKS2', options: ['--type', 'luks2'], details: { version: 2, label: null } },
  { title: 'LUKS2 with a label', options: ['--type', 'luks2', '--label', 'secrets'], details: { label: 'secrets' } },
  {
    title: 'LUKS2 with small sectors',
    options: ['--type', 'luks2', '--sector-size', '512'],
    details: { sectorSize: 512 },
  },
  {
    title: 'LUKS2 with a large header',
    options: ['--type', 'luks2', '--luks2-metadata-size', '4m', '--luks2-keyslots-size', '4m'],
    details: { payloadOffset: 12 * 1024 * 1024 },
  },
];

describeWith(['cryptsetup'], 'LUKS as cryptsetup writes it', () => {
  beforeAll(() => writeFileSync(join(bench.dir, 'key'), 'secret'));

  it.each(FORMATS)('$title', async ({ title, options, details }) => {
    const name = `${title.replaceAll(' ', '-')}.img`;
    blankFile(join(bench.dir, name), 32 * 1024 * 1024);
    const fast = ['--batch-mode', '--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000', '--key-file', 'key'];
    bench.tool('cryptsetup', 'luksFormat', ...fast, ...options, name);
    const dump = bench.tool('cryptsetup', 'luksDump', name);
    await bench.read(name, (image) => {
      expect(image.details).toMatchObject({ ...details, cipher: 'aes-xts-plain64', activeKeySlots: [0] });
      expect(dump).toContain(`${image.details['uuid']}`);
      // sectors in LUKS1, bytes in LUKS2
      const offset = Number(/Payload offset:\s+(\d+)/.exec(dump)?.[1] ?? 0) * 512;
      const stated = offset || Number(/offset: (\d+) \[bytes\]/.exec(dump)?.[1]);
      expect(image.details['payloadOffset']).toBe(stated);
      expect(image.virtualSize).toBe(statSync(join(bench.dir, name)).size - stated);
      expect(image.findings.map(({ severity }) => severity)).not.toContain('error');
    });
  });
});
