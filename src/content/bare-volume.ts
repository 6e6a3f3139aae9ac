import { identifyVolumeCode } from './boot-code/index.ts';
import { conclude } from './conclude.ts';
import { readEsps } from './esp.ts';
import type { Volume } from './filesystems/index.ts';
import type { BiosPath } from './paths.ts';
import { u16 } from './peek.ts';
import type { Contribution, Place } from './place.ts';
import { layerFinding } from './volumes.ts';

/** Code of a volume that BIOS can start directly when the volume is the whole disk. */
const SELF_STARTING: readonly string[] = ['syslinux', 'grub', 'windows-ntldr', 'windows-bootmgr'];

/** Sectors that no firmware starts anything from; code that is not understood might be a loader. */
const BARREN: readonly string[] = ['none', 'not-bootable'];

/** Reads a volume that fills the disk without a partition table, like a floppy or the root of a cloud instance. */
export async function readBareVolume(place: Place, volume: Volume): Promise<Contribution> {
  const { head, proofs } = place;
  const what = `${volume.id} over the whole disk`;
  proofs.add(volume.offset, head.subarray(volume.offset, volume.offset + volume.length), what);
  const isFat = /^fat\d\d$/.test(volume.id);
  // volumes with data of their own at 0 have no room for code
  const code = volume.offset !== 0 || isFat ? identifyVolumeCode(head) : null;
  const starts = code !== null && SELF_STARTING.includes(code.kind) && u16(head, 510) === 0xaa55;
  // syslinux loads the rest from sectors written into it; the others have more conditions than are checked here
  const state = !starts ? 'none' : code.kind === 'syslinux' ? 'proven' : 'likely';
  const bios: BiosPath = { state, problem: null, through: null };
  const [esp] = isFat ? await readEsps(place, [{ partition: null, start: 0, size: place.guest.size }]) : [];
  const codeBytes = code === null ? head : head.subarray(code.offset, code.offset + code.length);
  const concluded = conclude(place, {
    bios,
    biosPointer: starts ? proofs.add(code.offset, codeBytes, `boot code of the volume: ${code.kind}`) : null,
    inEsp: esp?.loaders ?? null,
    elsewhere: [],
    root: null,
    program: null,
    windows: null,
    barren: code === null || BARREN.includes(code.kind),
  });
  return {
    ...concluded,
    payload: 'filesystem',
    findings: [
      ...layerFinding(volume.id, 'The disk', 0, proofs),
      ...(esp?.findings ?? []),
      ...(concluded.findings ?? []),
    ],
    details: { ...concluded.details, filesystem: volume.id, volumeBootCode: code?.kind ?? null },
  };
}
