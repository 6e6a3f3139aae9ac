import { type Finding, ORIGINS, type Origin } from '../diagnostics/index.ts';
import type { BackingLayer, Json, Payload, Slice, Wrapping } from './evidence.ts';
import type { FirmwareFile } from './firmware.ts';
import type { Key, Value } from './keys.ts';
import type { Strength } from './vote.ts';

/** Why a value that somebody proposed does not hold (contract, section 4). */
export const LOSS_REASONS = [
  'weaker',
  'outranked',
  'forbidden',
  'out-of-bounds',
  'host-cannot',
  'incompatible',
  'no-driver',
  'untrusted',
] as const;
export type LossReason = (typeof LOSS_REASONS)[number];

/**
 * What can stand in the way of a value: another vote (by its origin), what the host offers, what does not go together,
 * a driver that nothing proves, how far the policy trusts the image, or the disk that boots.
 */
export const OBSTACLES = [...ORIGINS, 'host', 'compatibility', 'drivers', 'trust', 'boot-disk'] as const;

/** What stood in the way of a value, in a form that every report can tell. */
export interface Obstacle {
  readonly kind: (typeof OBSTACLES)[number];
  /** The rule behind a vote, the row of the compatibility table, the system, the setting, the disk; null: none. */
  readonly id: string | null;
  /** A clause in words, without a full stop: `only i440fx has an IDE controller`. */
  readonly reason: string;
  /** The document it stands in, and the place inside it. */
  readonly uri: string | null;
  readonly pointer: string | null;
}

export interface Winner {
  readonly origin: Origin;
  readonly strength: Strength;
  /** What it was before the policy's trust, or its way with disks that disagree, made a recommendation of it. */
  readonly said?: Strength;
  /** Everything the vote names, best first; a bound is one number. */
  readonly values: readonly Value[];
  readonly uri: string | null;
  readonly pointer: string | null;
  readonly rule: string | null;
}

export interface Loser extends Winner {
  readonly value: Value;
  readonly why: LossReason;
  /** The short name of what removed it: a compatibility row, a host document, the other vote. Null: rank alone. */
  readonly by: string | null;
  /** What removed it, with its reason in words. Null: rank alone. */
  readonly removedBy: Obstacle | null;
}

/** One decided key with everybody who spoke on it: won + agreed + lost accounts for every vote. */
export interface Decision {
  readonly key: Key;
  readonly subject: string | null;
  /** null: unresolved. */
  readonly value: Value | null;
  readonly winner: Winner | null;
  /** Votes that the value satisfies besides the winner's, be it as a later choice. */
  readonly agreed: readonly Winner[];
  /** Values that were asked for and do not hold; not the later choices of a vote that got an earlier one. */
  readonly lost: readonly Loser[];
  /** Numeric keys: the tightest bounds that hold. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A file that has to be made before the machine can be defined: a copy, or an overlay on top of the disk. */
export interface PlanFile {
  /** Absolute path of the new file. */
  readonly path: string;
  readonly format: string;
  /** What makes it, word by word. */
  readonly command: readonly string[];
  /** Other commands that make the same file. */
  readonly alternatives: readonly (readonly string[])[];
}

export interface PlanDisk {
  readonly id: string;
  readonly uri: string;
  /** Absolute path of the file as it is now. */
  readonly path: string;
  readonly format: string;
  readonly payload: Payload;
  /** Whether it starts by itself on an empty variable store; null is unknown. */
  readonly bootable: boolean | null;
  /** Where the disk lies in the file at `path`; null when the file is the disk, or it has to be unpacked. */
  readonly slice: Slice | null;
  /** What the disk is wrapped in, from the file at `path` inwards. */
  readonly wrapping: readonly Wrapping[];
  /** With `disk-placement` copy: the file the machine uses instead. */
  readonly copy: PlanFile | null;
  /** With `disk-placement` overlay: the file that takes the guest's writes. */
  readonly overlay: PlanFile | null;
  readonly virtualSize: number | null;
  /** Bytes of the file as it is now. */
  readonly fileSize: number;
  /** Whether `path` is a block device. */
  readonly device: boolean;
  readonly encrypted: boolean;
  /** Fields of the format, as in the evidence, for targets that refuse some of them. */
  readonly details: { readonly [name: string]: Json };
  /** Layers below, nearest first, every one with path and format; empty for a stand-alone disk. */
  readonly backing: readonly BackingLayer[];
  /** 1 for the first device to boot from, disks that the order does not name after those it does; null for none. */
  readonly bootOrder: number | null;
}

export interface PlanNic {
  readonly id: string;
  readonly bootOrder: number | null;
}

export interface PlanCdrom {
  readonly id: string;
  readonly path: string;
  /** Where the disc lies in the file at `path`; null when the file is the disc. */
  readonly slice: Slice | null;
  readonly bootOrder: number | null;
}

/** libosinfo's answer for the decided OS, as far as an emitter may want to name it. */
export interface PlanOs {
  readonly id: string;
  readonly shortId: string;
  readonly name: string;
  readonly version: string | null;
  readonly family: string | null;
  readonly distro: string | null;
}

/** UEFI firmware by its files, for a machine whose firmware libvirt cannot select by description. */
export interface PlanFirmware {
  /** The code; a ROM is loaded whole, pflash keeps its variables in a file of its own. */
  readonly loader: FirmwareFile & { readonly type: 'pflash' | 'rom' };
  /** What the variable store is first copied from; null: the firmware keeps none (stateless). */
  readonly template: FirmwareFile | null;
  /** Why the files are named, as a clause: `libvirt refuses a template beside firmware it selects itself`. */
  readonly reason: string;
}

/** Everything an emitter needs; nothing is left to decide. */
export interface Plan {
  readonly name: string;
  readonly uuid: string | null;
  readonly title: string | null;
  readonly description: string | null;
  /** Decided values by key path (`firmware`, `disk-bus.disk0`). A key nobody decided is absent. */
  readonly values: { readonly [path: string]: Value };
  readonly os: PlanOs | null;
  readonly disks: readonly PlanDisk[];
  readonly cdroms: readonly PlanCdrom[];
  readonly nics: readonly PlanNic[];
  /** null: libvirt selects the firmware by description. */
  readonly firmwareFiles: PlanFirmware | null;
  /**
   * Hyper-V enlightenments of the host, by libvirt's names (`vpindex`, `stimer`); null: no host document lists them, or
   * the guest uses none.
   */
  readonly enlightenments: readonly string[] | null;
  /** Direct kernel boot: absolute paths. */
  readonly kernel: string | null;
  readonly initrd: string | null;
  /**
   * The first firmware of the host that is as decided, for targets without libvirt, which nothing selects firmware for;
   * null: no firmware descriptor of a host is known, or none fits.
   */
  readonly hostFirmware: PlanFirmware | null;
  readonly decisions: readonly Decision[];
}

/** How one decided key fares in one target. */
export interface TargetOutcome {
  readonly key: string;
  readonly outcome: 'kept' | 'changed' | 'dropped' | 'inexpressible';
  readonly note: string;
}

/** What an emitter gives back: the artefact, what was lost on the way, and why it may not be printed. */
export interface Emission {
  /** null when a finding of severity error forbids the artefact. */
  readonly text: string | null;
  readonly outcomes: readonly TargetOutcome[];
  readonly findings: readonly Finding[];
}

/** Whether a rule decided something: its vote won, or it removed a value that somebody else proposed. */
export function hadEffect(rule: string, decisions: readonly Decision[]): boolean {
  return decisions.some(
    ({ winner, lost }) => winner?.rule === rule || lost.some(({ removedBy }) => removedBy?.id === rule),
  );
}
