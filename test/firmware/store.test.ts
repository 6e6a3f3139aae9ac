import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bufferSource } from '../../src/bytes/index.ts';
import { readVariableStore } from '../../src/firmware/index.ts';
import { bootEntry, KEYS, storeBytes, switchedOff } from './store.ts';

const read = (bytes: Buffer) => readVariableStore(bufferSource('vars.fd', bytes));

async function codeOf(bytes: Buffer): Promise<string | null> {
  const reading = await read(bytes);
  return 'finding' in reading ? reading.finding.code : null;
}

const NO_KEYS = { pk: false, kek: false, db: false };

function changed(change: (bytes: Buffer) => void, options?: Parameters<typeof storeBytes>[0]): Buffer {
  const bytes = storeBytes(options);
  change(bytes);
  return bytes;
}

/** The 16-bit sum of the header is zero again. */
function summed(bytes: Buffer): void {
  bytes.writeUInt16LE(0, 50);
  let sum = 0;
  for (let at = 0; at < 72; at += 2) sum += bytes.readUInt16LE(at);
  bytes.writeUInt16LE(-sum & 0xffff, 50);
}

describe('a UEFI variable store', () => {
  it('without variables has no keys', async () => {
    expect(await read(storeBytes())).toEqual({
      store: {
        size: 540_672,
        authenticated: true,
        variables: 0,
        keys: NO_KEYS,
        secureBootEnabled: null,
        bootEntries: 0,
      },
    });
  });

  it('with keys says which are enrolled and whether the switch is off', async () => {
    expect(await read(storeBytes({ variables: [...KEYS, switchedOff] }))).toEqual({
      store: {
        size: 540_672,
        authenticated: true,
        variables: 4,
        keys: { pk: true, kek: true, db: true },
        secureBootEnabled: false,
        bootEntries: 0,
      },
    });
  });

  it('counts the boot entries of loaders, not those of programs of the firmware', async () => {
    const variables = [bootEntry('debian', '\\EFI\\debian\\shimx64.efi'), bootEntry('UEFI shell.efi', null)];
    expect(await read(storeBytes({ variables }))).toMatchObject({ store: { variables: 2, bootEntries: 1 } });
  });

  it('is read with headers of the kind without signatures', async () => {
    expect(await read(storeBytes({ variables: KEYS, authenticated: false }))).toMatchObject({
      store: { authenticated: false, variables: 3, keys: { pk: true } },
    });
  });

  it('counts neither deleted variables nor those of another vendor', async () => {
    const deleted = KEYS.map((key) => ({ ...key, state: 0x3d }));
    const foreign = KEYS.map((key) => ({ ...key, vendor: '00'.repeat(16) }));
    expect(await read(storeBytes({ variables: [...deleted, ...foreign] }))).toMatchObject({
      store: { variables: 3, keys: NO_KEYS },
    });
  });

  it('counts what stands behind a variable whose deletion was not finished', async () => {
    const variables = KEYS.map((key, index) => (index === 0 ? { ...key, state: 0x3e } : key));
    expect(await read(storeBytes({ variables }))).toMatchObject({ store: { keys: { pk: true, db: true } } });
  });

  it.each([0, 0xff])('may be flash that nobody wrote to: %i', async (filling) => {
    const blank = {
      size: 131_072,
      authenticated: true,
      variables: 0,
      keys: NO_KEYS,
      secureBootEnabled: null,
      bootEntries: 0,
    };
    expect(await read(Buffer.alloc(131_072, filling))).toEqual({ store: blank });
    expect(await codeOf(Buffer.alloc(4096, filling))).toBe('firmware/not-a-store');
  });

  it('may be padded, as those for Arm are', async () => {
    expect(await read(storeBytes({ size: 1 << 20, volume: 1 << 18 }))).toMatchObject({ store: { size: 1 << 20 } });
  });

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'not-a-store'],
    ['a few bytes', Buffer.from('_FVH'), 'not-a-store'],
    ['a text', Buffer.alloc(540_672, 'text'), 'not-a-store'],
    ['an NVRAM of VMware', Buffer.concat([Buffer.from('MRVN\x01\0\0\0'), Buffer.alloc(8676)]), 'vmware-nvram'],
    ['a store of VirtualBox 7', virtualBox(), 'virtualbox-nvram'],
    ['a volume of another kind', changed((bytes) => bytes.fill(1, 16, 32)), 'not-a-store'],
    ['half of the file', storeBytes().subarray(0, 300_000), 'damaged'],
    ['a wrong checksum', changed((bytes) => bytes.fill(9, 44, 45)), 'damaged'],
    [
      'a volume larger than any',
      changed((bytes) => {
        bytes.writeBigUInt64LE(0xffff_ffff_ffff_fff0n, 32);
        summed(bytes);
      }),
      'damaged',
    ],
    [
      'a header beyond the file',
      changed((bytes) => {
        bytes.writeUInt16LE(0xfffe, 48);
        summed(bytes);
      }),
      'damaged',
    ],
    ['variables of an unknown kind', changed((bytes) => bytes.fill(1, 72, 88)), 'damaged'],
    ['more variables than room', changed((bytes) => bytes.writeUInt32LE(0xffff_ffff, 88)), 'damaged'],
    ['a store that was never formatted', changed((bytes) => bytes.fill(0xff, 92, 94)), 'damaged'],
    [
      'a variable beyond the store',
      changed((bytes) => bytes.writeUInt32LE(0x7fff_ffff, 100 + 40), { variables: KEYS }),
      'damaged',
    ],
  ])('is not %s', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(`firmware/${code}`);
  });

  it('of hostile bytes is read or refused, and never more than is there', async () => {
    const noise = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 0, max: 255 })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        const store = storeBytes({ size: 0x1_0000, variables: KEYS });
        for (const [at, value] of bytes) store[at] = value;
        summed(store);
        const reading = await read(store);
        if ('store' in reading) expect(reading.store.variables).toBeLessThan(2000);
        else expect(reading.finding.code).toMatch(/^firmware\//);
      }),
    );
  });
});

function virtualBox(): Buffer {
  const bytes = Buffer.alloc(2048);
  bytes.write('efi/nvram', 0, 'latin1');
  bytes.write('ustar\u000000', 257, 'latin1');
  return bytes;
}
