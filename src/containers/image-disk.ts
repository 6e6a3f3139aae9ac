import type { Finding } from '../diagnostics/index.ts';
import type { ImageContainer, Member } from './container.ts';
import { diagnostics } from './diagnostics.ts';

/** `kubevirt` and `qemu` of the virt-launcher image. */
const KUBEVIRT_ID = 107;
/** What follows a disk in a compressed layer is looked at while that costs less than this. */
const CHEAP = 64 * 1024 * 1024;
/** First bytes that a caller needs to tell a disk. */
export const DISK_PROBE_BYTES = 65536;

export interface DiskSearchOptions {
  /** What `--member` chose: a path in the image; null to search. */
  readonly member: string | null;
  /** Whether a file that lies elsewhere is a disk, by its first `DISK_PROBE_BYTES`; asked only where `disk/` is empty. */
  readonly isDisk?: (head: Buffer, member: Member) => boolean;
}

export interface DiskCandidate {
  readonly member: Member;
  readonly why: 'named' | 'disk-directory' | 'disk-file' | 'content';
}

/** A search for the disk of a container image. */
export interface DiskSearch {
  /** The candidates, each while it can be read. Walk it to its end, then ask for the findings. */
  candidates(): AsyncIterable<DiskCandidate>;
  /** Several, none, not readable for KubeVirt, and whatever the walk noticed. */
  readonly findings: readonly Finding[];
}

/** Looks below `disk/`, at the path chosen, or, where nothing is there, at what is in the files. */
export function searchDisk(image: ImageContainer, uri: string, options: DiskSearchOptions): DiskSearch {
  const found: DiskCandidate[] = [];
  const notes: Finding[] = [];
  let walked: readonly Finding[] = [];
  let done = false;
  const at = [{ origin: 'content', uri, pointer: null } as const];

  async function* offer(candidate: DiskCandidate): AsyncGenerator<DiskCandidate> {
    found.push(candidate);
    notes.push(...readability(candidate, uri));
    yield candidate;
  }

  async function* byName(elsewhere: Member[]): AsyncGenerator<DiskCandidate> {
    for await (const member of image.members()) {
      const why = member.kind === 'file' ? reason(member.name, options.member) : null;
      if (why !== null) {
        yield* offer({ member, why });
        if (why === 'named') return;
        if (member.place === null && member.size > CHEAP) {
          notes.push(diagnostics['layer-rest-unseen']({ name: member.name }, at));
          return;
        }
      } else if (options.member === null && (await looksLikeDisk(member, options))) elsewhere.push(member);
    }
  }

  async function* candidates(): AsyncGenerator<DiskCandidate> {
    const elsewhere: Member[] = [];
    yield* byName(elsewhere);
    walked = image.findings;
    if (found.length === 0 && elsewhere.length > 0) {
      const names = new Set(elsewhere.map(({ name }) => name));
      for await (const member of image.members()) {
        if (!names.delete(member.name)) continue;
        yield* offer({ member, why: 'content' });
        if (names.size === 0) break;
      }
    }
    done = true;
  }

  return {
    candidates,
    get findings() {
      const where = options.member === null ? 'under disk/' : `named ${options.member}`;
      const none = done && found.length === 0 ? [diagnostics['no-disk']({ where }, at)] : [];
      const names = found.map(({ member }) => member.name).join(', ');
      const several = found.length > 1 ? [diagnostics['several-disks']({ names }, at)] : [];
      return [...walked, ...notes, ...none, ...several];
    },
  };
}

function reason(name: string, wanted: string | null): DiskCandidate['why'] | null {
  if (wanted !== null) return name === wanted.replace(/^(\.?\/)+/, '') ? 'named' : null;
  if (name === 'disk') return 'disk-file';
  return /^disk\/[^/]+$/.test(name) ? 'disk-directory' : null;
}

async function looksLikeDisk(member: Member, { isDisk }: DiskSearchOptions): Promise<boolean> {
  if (isDisk === undefined || member.kind !== 'file' || member.size < 512) return false;
  const source = await member.open(DISK_PROBE_BYTES);
  return isDisk(await source.read(0, Math.min(DISK_PROBE_BYTES, source.size)), member);
}

function readability({ member, why }: DiskCandidate, uri: string): readonly Finding[] {
  const { name, uid, gid, mode } = member;
  const at = [{ origin: 'content', uri, pointer: member.pointer } as const];
  const readable = uid === KUBEVIRT_ID ? mode & 0o400 : gid === KUBEVIRT_ID ? mode & 0o040 : mode & 0o004;
  const owner = `${uid}:${gid}`;
  return [
    ...(why === 'disk-file' ? [diagnostics['disk-is-a-file']({}, at)] : []),
    ...(readable === 0
      ? [diagnostics['disk-unreadable']({ name, owner, mode: `0${mode.toString(8).padStart(3, '0')}` }, at)]
      : []),
  ];
}
