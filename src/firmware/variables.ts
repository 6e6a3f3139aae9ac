import { guidAt, STORE_GUIDS } from './guids.ts';

/** VARIABLE_STORE_HEADER of edk2 (MdeModulePkg/Include/Guid/VariableFormat.h): GUID, size, format, state, reserved. */
const STORE_HEADER = 28;
const FORMATTED = 0x5a;
const HEALTHY = 0xfe;
const START = 0x55aa;
/** State of a variable: bits are cleared as it comes and goes. */
const ADDED = 0x3f;
const ADDED_AND_IN_TRANSITION = 0x3e;

/** Offsets within the header of one variable, with and without the fields of authenticated variables. */
const LAYOUTS = {
  authenticated: { nameSize: 36, dataSize: 40, vendor: 44, length: 60 },
  plain: { nameSize: 8, dataSize: 12, vendor: 16, length: 32 },
} as const;

export interface Variable {
  readonly name: string;
  readonly vendor: string;
  readonly data: Buffer;
}

export interface Variables {
  readonly authenticated: boolean;
  /** Live ones, as they stand. */
  readonly variables: readonly Variable[];
}

/**
 * The live variables of a store. `bytes` begins with its header. What lies behind the last variable is erased flash;
 * variables that do not fit into the store are damage.
 */
export function readVariables(bytes: Buffer): Variables | { readonly problem: string } {
  if (bytes.length < STORE_HEADER) return { problem: 'there is no room for variables in it' };
  const guid = guidAt(bytes, 0);
  const authenticated = guid === STORE_GUIDS.authenticated;
  if (!authenticated && guid !== STORE_GUIDS.plain) return { problem: `variables of the kind ${guid} are not known` };
  const size = bytes.readUInt32LE(16);
  if (size < STORE_HEADER || size > bytes.length) {
    return { problem: `the variables claim ${size} bytes of a volume that has ${bytes.length} for them` };
  }
  if (bytes[20] !== FORMATTED || bytes[21] !== HEALTHY) return { problem: 'it was never formatted, or not to the end' };
  const layout = authenticated ? LAYOUTS.authenticated : LAYOUTS.plain;
  const variables: Variable[] = [];
  let at = STORE_HEADER;
  while (at + layout.length <= size && bytes.readUInt16LE(at) === START) {
    const nameSize = bytes.readUInt32LE(at + layout.nameSize);
    const dataSize = bytes.readUInt32LE(at + layout.dataSize);
    const name = at + layout.length;
    const data = name + nameSize;
    const state = bytes[at + 2];
    if (nameSize === 0xffffffff || data + dataSize > size) {
      // power was lost while the header was written: the firmware takes what follows for free space too
      if (state === 0xff) break;
      return { problem: `the variable at 0x${at.toString(16)} of the store is longer than the store` };
    }
    if (state === ADDED || state === ADDED_AND_IN_TRANSITION) {
      variables.push({
        name: bytes.toString('utf16le', name, data).replace(/\0[\s\S]*$/, ''),
        vendor: guidAt(bytes, at + layout.vendor),
        data: bytes.subarray(data, data + dataSize),
      });
    }
    // headers are aligned to 4 bytes within the store
    at = (data + dataSize + 3) & ~3;
  }
  return { authenticated, variables };
}
