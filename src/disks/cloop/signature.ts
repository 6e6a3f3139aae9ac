/** A cloop file starts as a shell script that mounts itself; the rest of the script varies. */
const MAGIC = '#!/bin/sh\n#V2.0 Format\n';

export function isCloop(head: Buffer): boolean {
  return head.toString('latin1', 0, MAGIC.length) === MAGIC;
}
