import { defineDiagnostics, EXIT } from '../../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('zstd', {
  'long-frame': {
    severity: 'error',
    exit: EXIT.input,
    message:
      'The zstd stream is one frame of more than {limit} MiB, and this version of Node unpacks no longer one bit by bit.',
    remedy: 'Run vm-import with Node 22.15 or later, or unpack the file first: zstd -d FILE.',
    explain:
      'Node has a zstd decoder of its own since 22.15. For older versions the reference decoder in WebAssembly unpacks the start of each frame, which is enough for documents and for the header of a disk, not for what lies behind a large disk.',
  },
});
