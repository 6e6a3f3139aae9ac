import { readUpTo } from '../../bytes/index.ts';
import { VmImportError } from '../../diagnostics/index.ts';
import type { DiskReader } from '../format.ts';
import { diagnostics } from './diagnostics.ts';
import { isCloop } from './signature.ts';

/** Behind the script of 128 bytes: size of a block and number of blocks, both u32, big endian. */
const HEADER = 136;
const BLOCK_SIZE_AT = 128;
const BLOCKS_AT = 132;

/** Names a compressed loop image and its size, and refuses it. */
export const reader: DiskReader = {
  async read(source) {
    const at = (offset: number) =>
      [{ origin: 'content', uri: source.uri, pointer: `header+0x${offset.toString(16)}` }] as const;
    const head = await readUpTo(source, 0, HEADER);
    if (head.length < HEADER || !isCloop(head)) {
      const problem =
        head.length < HEADER ? `${HEADER} bytes are needed, ${head.length} are there` : 'it has another signature';
      throw new VmImportError(diagnostics['bad-header']({ problem }, at(0)));
    }
    const blockSize = head.readUInt32BE(BLOCK_SIZE_AT);
    const blocks = head.readUInt32BE(BLOCKS_AT);
    const size = blockSize * blocks;
    return {
      format: 'cloop',
      virtualSize: blockSize % 512 === 0 && Number.isSafeInteger(size) ? size : null,
      backing: null,
      encrypted: false,
      details: { blockSize, blocks },
      votes: [],
      findings: [diagnostics.unsupported({}, at(0))],
      hints: null,
      guest: () => null,
    };
  },
};
