import { type ByteSource, readUpTo } from '../bytes/index.ts';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import type { VariableStore } from '../facts/index.ts';
import { shown } from '../facts/text.ts';
import { diagnostics } from './diagnostics.ts';
import { VARIABLE_GUIDS } from './guids.ts';
import { readVariables, type Variable } from './variables.ts';
import { readVolume } from './volume.ts';

export type StoreReading = { readonly store: VariableStore } | { readonly finding: Finding };

const HEAD = 4096;
/** Of the builds there are, those for Arm have the largest volume: 768 KiB. */
const MAX_VOLUME = 16 * 1024 * 1024;
/** The smallest store there is has 64 KiB. */
const BLANK_START = 64 * 1024;
const VMWARE = Buffer.from('MRVN', 'latin1');
const TAR_MAGIC = 257;

/**
 * Reads the bytes that a guest would see as its UEFI variable store. Anything else is told for what it is. Reads 16 MiB
 * at most and never throws for what the bytes hold.
 */
export async function readVariableStore(source: ByteSource): Promise<StoreReading> {
  try {
    return await read(source);
  } catch (error) {
    if (!(error instanceof VmImportError)) throw error;
    return { finding: error.finding };
  }
}

async function read(source: ByteSource): Promise<StoreReading> {
  const path = shown(source.uri);
  const at = [{ origin: 'content', uri: source.uri, pointer: '0x0' } as const];
  const head = await readUpTo(source, 0, HEAD);
  if (head.subarray(0, 4).equals(VMWARE)) return { finding: diagnostics['vmware-nvram']({ path }, at) };
  if (isVirtualBox(head)) return { finding: diagnostics['virtualbox-nvram']({ path }, at) };
  if (await isBlank(source)) return { store: blank(source.size) };
  const volume = readVolume(head, source.size);
  if ('problem' in volume) {
    const { problem, damaged } = volume;
    return { finding: diagnostics[damaged ? 'damaged' : 'not-a-store']({ path, problem }, at) };
  }
  if (volume.length > MAX_VOLUME) {
    const problem = `its volume of ${volume.length} bytes is larger than any build of the firmware has`;
    return { finding: diagnostics['not-a-store']({ path, problem }, at) };
  }
  const found = readVariables(await source.read(volume.body, volume.length - volume.body));
  if ('problem' in found) return { finding: diagnostics.damaged({ path, problem: found.problem }, at) };
  return { store: { size: source.size, authenticated: found.authenticated, ...secureBoot(found.variables) } };
}

/** Flash that was never written; AAVMF's template without keys is one. The firmware formats it as it needs it. */
async function isBlank(source: ByteSource): Promise<boolean> {
  const start = await readUpTo(source, 0, BLANK_START);
  return start.length === BLANK_START && (isFilled(start, 0) || isFilled(start, 0xff));
}

function isFilled(bytes: Buffer, value: number): boolean {
  return bytes.equals(Buffer.alloc(bytes.length, value));
}

const blank = (size: number): VariableStore => ({
  size,
  authenticated: true,
  variables: 0,
  keys: { pk: false, kek: false, db: false },
  secureBootEnabled: null,
  bootEntries: 0,
});

/** An archive whose members are named as VirtualBox names the states of its devices. */
function isVirtualBox(head: Buffer): boolean {
  return (
    head.toString('latin1', TAR_MAGIC, TAR_MAGIC + 5) === 'ustar' &&
    /^(?:\.\/)?(?:efi|tpm)\//.test(head.toString('latin1', 0, 16))
  );
}

function secureBoot(variables: readonly Variable[]): Omit<VariableStore, 'size' | 'authenticated'> {
  const held = (name: string, vendor: string) =>
    variables.find((variable) => variable.name === name && variable.vendor === vendor && variable.data.length > 0);
  const { global, imageSecurity, secureBootEnable } = VARIABLE_GUIDS;
  return {
    variables: variables.length,
    keys: {
      pk: held('PK', global) !== undefined,
      kek: held('KEK', global) !== undefined,
      db: held('db', imageSecurity) !== undefined,
    },
    secureBootEnabled: switchOf(held('SecureBootEnable', secureBootEnable)),
    bootEntries: variables.filter((variable) => variable.vendor === global && isLoaderEntry(variable)).length,
  };
}

/**
 * An EFI_LOAD_OPTION (UEFI 3.1.3: attributes, length of the paths, title, paths) with a file of a disk in its paths;
 * entries of the firmware's own programs name a file of the firmware volume.
 */
function isLoaderEntry({ name, data }: Variable): boolean {
  if (!/^Boot[0-9A-F]{4}$/.test(name) || data.length < 6) return false;
  const [_title, ...paths] = data.toString('utf16le', 6).split('\0');
  return paths.slice(0, -1).some((path) => /\.efi$/i.test(path));
}

function switchOf(variable: Variable | undefined): boolean | null {
  return variable === undefined ? null : variable.data[0] === 1;
}
