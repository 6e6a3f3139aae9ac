import type { Finding } from '../diagnostics/index.ts';
import {
  type Decision,
  type DiskEvidence,
  type Evidence,
  type HostCapabilities,
  type Key,
  keyPath,
  type Plan,
  type PlanOs,
  type SuppliedStore,
  type Value,
} from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
import { chooseFirmware, enlightenmentsOf, firmwareOfHost } from './firmware.ts';
import { copyOf, overlayOf } from './placement.ts';
import { rootFindings } from './root-device.ts';

/** What the caller asks for besides values. Paths are absolute. */
export interface PlanRequest {
  readonly name: string;
  readonly uuid: string | null;
  readonly cdroms: readonly string[];
  /** Directory of the copies of disks that are not used in place; null: beside their sources. */
  readonly diskDir: string | null;
  readonly kernel: string | null;
  readonly initrd: string | null;
}

/** What is known of where the machine will run. */
export interface Surroundings {
  readonly host: HostCapabilities | null;
  /** The file that `nvram` names; null: none, or it is no variable store. */
  readonly store: SuppliedStore | null;
}

/** What the machine has once its decisions are known; keys of things it does not have are not part of the plan. */
type Applies = (values: ReadonlyMap<string, Value>, request: PlanRequest, subject: string | null) => boolean;

const anyOn = (values: ReadonlyMap<string, Value>, key: Key, value: Value): boolean =>
  [...values].some(([path, held]) => (path === key || path.startsWith(`${key}.`)) && held === value);

const plugged: Applies = (values, _request, subject) =>
  subject === null || values.get(keyPath('network', subject)) !== 'none';

const APPLIES: { readonly [key in Key]?: Applies } = {
  'scsi-model': (values, request) =>
    anyOn(values, 'disk-bus', 'scsi') || (request.cdroms.length > 0 && values.get('cdrom-bus') === 'scsi'),
  'cdrom-bus': (_values, request) => request.cdroms.length > 0,
  'tpm-model': (values) => values.get('tpm') !== 'none',
  'enrolled-keys': (values) => values.get('secure-boot') === true,
  'nic-model': plugged,
  'nic-mac': plugged,
  nvram: (values) => values.get('firmware') === 'uefi',
  'kernel-args': (_values, request) => request.kernel !== null,
};

/**
 * Turns decisions into a plan. A decision about something the machine does not have (the SCSI controller of a machine
 * without SCSI disks) is left out, unless somebody other than
 * the defaults spoke about it: then it stays, with its votes.
 */
export function buildPlan(
  evidence: Evidence,
  decisions: readonly Decision[],
  os: PlanOs | null,
  asked: PlanRequest,
  { host, store }: Surroundings,
): { readonly plan: Plan; readonly findings: readonly Finding[] } {
  const disks = evidence.disks.filter((disk) => disk.payload !== 'iso');
  const discs = [
    ...evidence.disks
      .filter((disk) => disk.payload === 'iso')
      .map((disk) => ({ path: pathOf(disk), slice: disk.slice })),
    ...asked.cdroms.map((path) => ({ path, slice: null })),
  ];
  const request = { ...asked, cdroms: discs.map(({ path }) => path) };
  const all = new Map<string, Value>();
  for (const { key, subject, value } of decisions) if (value !== null) all.set(keyPath(key, subject), value);

  const spokenFor = (decision: Decision) =>
    [decision.winner, ...decision.agreed, ...decision.lost].some(
      (vote) => vote !== null && vote.origin !== 'default' && vote.origin !== 'osinfo',
    );
  const applies = (decision: Decision) => APPLIES[decision.key]?.(all, request, decision.subject) ?? true;
  const kept = decisions.filter((decision) => applies(decision) || spokenFor(decision));
  const values: Record<string, Value> = {};
  for (const decision of kept)
    if (decision.value !== null && applies(decision)) values[keyPath(decision.key, decision.subject)] = decision.value;

  const findings: Finding[] = [];
  const order = String(values['boot-order'] ?? '')
    .split(',')
    .filter((id) => id !== '');
  const places = bootPlaces(order, disks);
  const bootOrder = (id: string): number | null => places.get(id) ?? null;
  const nics = nicsOf(evidence).filter((nic) => values[keyPath('network', nic)] !== 'none');
  const cdroms = discs.map((disc, index) => ({ id: `cdrom${index}`, ...disc }));
  const present = new Set([...disks.map(({ id }) => id), ...nics, ...cdroms.map(({ id }) => id)]);
  for (const device of order) {
    if (!present.has(device)) findings.push(diagnostics['no-such-device']({ key: 'boot-order', device }));
  }
  if (values['secure-boot'] === true && values['enrolled-keys'] === false) {
    findings.push(diagnostics['secure-boot-not-enforced']({}));
  }
  for (const decision of kept) {
    const { winner, value } = decision;
    const forced = winner?.origin === 'flag' || winner?.origin === 'policy-set';
    if (value === null || applies(decision) || !forced) continue;
    const at = [{ origin: winner.origin, uri: winner.uri, pointer: winner.pointer }];
    findings.push(diagnostics['no-effect']({ key: keyPath(decision.key, decision.subject), value }, at));
  }

  for (const disk of disks) {
    if (disk.slice === null || values[keyPath('disk-placement', disk.id)] !== 'in-place') continue;
    findings.push(diagnostics['read-only-disk']({ disk: disk.id, path: pathOf(disk) }));
  }

  const firmware = chooseFirmware(values, host, store);
  const plan: Plan = {
    name: request.name,
    uuid: request.uuid,
    title: evidence.machine.labels['title'] ?? null,
    description: evidence.machine.labels['description'] ?? null,
    values,
    os,
    disks: disks.map((disk) => ({
      id: disk.id,
      uri: disk.uri,
      path: pathOf(disk),
      format: disk.format,
      payload: disk.payload,
      bootable: disk.bootable,
      slice: disk.slice,
      wrapping: disk.wrapping,
      copy: values[keyPath('disk-placement', disk.id)] === 'copy' ? copyOf(disk, evidence, request) : null,
      overlay: values[keyPath('disk-placement', disk.id)] === 'overlay' ? overlayOf(disk, evidence, request) : null,
      virtualSize: disk.virtualSize,
      fileSize: disk.fileSize,
      device: disk.device,
      encrypted: disk.encrypted,
      details: disk.details,
      backing: disk.backing ?? [],
      bootOrder: bootOrder(disk.id),
    })),
    cdroms: cdroms.map((cdrom) => ({ ...cdrom, bootOrder: bootOrder(cdrom.id) })),
    nics: nics.map((id) => ({ id, bootOrder: bootOrder(id) })),
    firmwareFiles: firmware.files,
    enlightenments: enlightenmentsOf(values, host),
    kernel: request.kernel,
    initrd: request.initrd,
    hostFirmware: firmwareOfHost(values, host),
    decisions: kept,
  };
  return { plan, findings: [...findings, ...firmware.findings, ...rootFindings(plan, evidence.disks)] };
}

/**
 * Places in the boot order: the devices it names, then the other disks. SeaBIOS gives a boot loader only those virtio
 * and SCSI disks that have a place, and a loader may have its files on any of them (volume groups, RAID, /boot apart).
 */
function bootPlaces(order: readonly string[], disks: readonly DiskEvidence[]): ReadonlyMap<string, number> {
  const all = new Set([...order, ...disks.map(({ id }) => id)]);
  return new Map([...all].map((id, index) => [id, index + 1]));
}

const pathOf = (disk: DiskEvidence) => disk.path ?? disk.uri;

/** Network cards of a machine: those that were found, else one. */
export function nicsOf(evidence: Pick<Evidence, 'nics'>): readonly string[] {
  return evidence.nics.length === 0 ? ['nic0'] : evidence.nics.map((nic) => nic.id);
}
