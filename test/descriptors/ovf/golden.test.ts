import { describe, expect, it } from 'vitest';
import { digest, fixture, fixtureNames, outcome } from './readings.ts';

describe('descriptors of every dialect and oddity', () => {
  it.each(fixtureNames)('%s is read as its golden says', async (name) => {
    const text = `${JSON.stringify(digest(outcome(fixture(name))), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`golden/${name.replace(/\.ovf$/, '.json')}`);
  });

  it.each(['1CPU', '4CPU'])('configuration %s is chosen before anything is counted', async (configuration) => {
    const reading = outcome(fixture('cisco-profiles.ovf'), configuration);
    const text = `${JSON.stringify(digest(reading), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`golden/cisco-profiles-${configuration}.json`);
  });
});
