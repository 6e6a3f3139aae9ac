import { describe, expect, it } from 'vitest';
import { normaliseMac } from '../../../src/descriptors/ovf/nics.ts';
import { parseQuantity, unitBytes, wholeBytes } from '../../../src/descriptors/ovf/units.ts';

describe('units', () => {
  it.each([
    ['byte', 1],
    ['byte * 2^20', 2 ** 20],
    ['byte * 2 ^ 30', 2 ** 30],
    ['byte*2^10', 2 ** 10],
    ['BYTE * 2^40', 2 ** 40],
    ['byte*1024*1024', 2 ** 20],
    ['byte * 10^9', 10 ** 9],
    ['MegaBytes', 2 ** 20],
    ['MetaBytes', 2 ** 20],
    ['GigaBytes', 2 ** 30],
    ['KB', 2 ** 10],
    ['TB', 2 ** 40],
    ['hertz * 10^6', undefined],
    ['Processor Cores', undefined],
    ['byte * 2^', undefined],
    ['byte * 2^99', undefined],
    ['byte * 0', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('%j', (unit, bytes) => {
    expect(unitBytes(unit)).toBe(bytes);
  });
});

describe('quantities', () => {
  it.each([
    ['40', 40, null],
    [' 0.5 ', 0.5, null],
    ['10737418240.0', 10737418240, null],
    ['1536MB', 1536, 2 ** 20],
    ['2 GB', 2, 2 ** 30],
  ])('%j', (text, value, unit) => {
    expect(parseQuantity(text)).toEqual({ value, unit });
  });

  it.each(['', '-1', '1e9', '0x10', '1.', 'NaN', '1 furlong', '{{.Size}}', '9'.repeat(30)])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('are bytes only while they are exact', () => {
    expect(wholeBytes(0.3, 2 ** 20)).toBe(314573);
    expect(wholeBytes(2 ** 53, 1)).toBeUndefined();
  });
});

describe('MAC addresses', () => {
  it.each([
    ['00:50:56:A1:B2:C3', '00:50:56:a1:b2:c3'],
    ['00155Dc59ee6', '00:15:5d:c5:9e:e6'],
    ['00-16-8B-DB-00-5E', '00:16:8b:db:00:5e'],
    ['0800.2770.1aa4', '08:00:27:70:1a:a4'],
    ['01:00:5e:00:00:01', null],
    ['00:00:00:00:00:00', null],
    ['1', null],
    ['{type=pci,slot=0x03}', null],
    [null, null],
  ])('%j', (text, mac) => {
    expect(normaliseMac(text)).toBe(mac);
  });
});
