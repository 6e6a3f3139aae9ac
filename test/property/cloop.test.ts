import { buildCloop } from '../../fixtures/generate/cloop.ts';
import { reader } from '../../src/disks/cloop/reader.ts';
import { describeRefused } from './refused-format.ts';

const good = buildCloop();

describeRefused({
  title: 'cloop',
  reader,
  code: 'cloop/unsupported',
  good,
  where: 'behind the signature',
  withRandom: (random) => Buffer.concat([good.subarray(0, 24), random]),
});
