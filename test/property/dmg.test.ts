import { buildDmg } from '../../fixtures/generate/dmg.ts';
import { reader } from '../../src/disks/dmg/reader.ts';
import { describeRefused } from './refused-format.ts';

const good = buildDmg();

describeRefused({
  title: 'dmg',
  reader,
  code: 'dmg/unsupported',
  good,
  where: 'before the signature',
  withRandom: (random) => Buffer.concat([random, good.subarray(-512, -500), random]),
});
