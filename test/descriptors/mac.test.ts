import { describe, expect, it } from 'vitest';
import { macAddress } from '../../src/descriptors/mac.ts';

describe('a MAC address', () => {
  it.each(['00:15:5D:c5:9e:e7', '00-15-5d-c5-9e-e7', '00155Dc59ee7', '0015.5dc5.9ee7', ' 00:15:5d:c5:9e:e7 '])(
    'is read from %j',
    (text) => {
      expect(macAddress(text)).toBe('00:15:5d:c5:9e:e7');
    },
  );

  it.each([
    ['nothing', ''],
    ['zeros', '00:00:00:00:00:00'],
    ['a multicast address', '01:00:5e:00:00:01'],
    ['too few bytes', '00:15:5d:c5:9e'],
    ['mixed separators', '00:15-5d:c5-9e:e7'],
    ['a template', '{{ mac }}'],
  ])('is not %s', (_title, text) => {
    expect(macAddress(text)).toBeNull();
  });
});
