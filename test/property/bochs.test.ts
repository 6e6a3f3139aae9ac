import { buildBochs } from '../../fixtures/generate/bochs.ts';
import { reader } from '../../src/disks/bochs/reader.ts';
import { describeRefused } from './refused-format.ts';

const good = buildBochs();

describeRefused({
  title: 'Bochs',
  reader,
  code: 'bochs/unsupported',
  good,
  where: 'behind the signature',
  withRandom: (random) => Buffer.concat([good.subarray(0, 24), random]),
});
