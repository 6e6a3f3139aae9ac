import type { Finding } from '../diagnostics/index.ts';
import { type Key, keyPath, type Plan, type PlanDisk, type PlanFirmware } from '../facts/index.ts';
import { pluggedCards } from './cards.ts';
import { architectureOf } from './machine.ts';
import type { Drive } from './places.ts';
import { flagOf, textOf } from './values.ts';

/** Whether a target is not written: an error among its findings keeps it from that. */
export const isRefused = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'error');

/** Room for what is appended (`_VARS.fd`, `.monitor`, ...) in file names of 255 bytes at most. */
const MAX_NAME_BYTES = 200;

export const fitsFileName = (name: string): boolean => Buffer.byteLength(name) <= MAX_NAME_BYTES;

/**
 * libvirt makes the first 20 characters of the name part of the path of each socket of the guest, and the kernel takes
 * 107 bytes. What is left of them below /var/lib/libvirt/qemu beside a number of five digits:
 * `channel/target/domain-12345-NAME/org.qemu.guest_agent.0`, or `domain-12345-NAME/monitor.sock` without the agent.
 */
const NAME_IN_SOCKETS = { characters: 20, bytesWithAgent: 34, bytes: 59 };

/** Whether libvirt can start a domain of that name. */
export function fitsSockets(plan: Plan): boolean {
  const start = [...plan.name].slice(0, NAME_IN_SOCKETS.characters).join('');
  const limit = flagOf(plan, 'guest-agent') === true ? NAME_IN_SOCKETS.bytesWithAgent : NAME_IN_SOCKETS.bytes;
  return Buffer.byteLength(start) <= limit;
}

/** The default of QEMU's arm machines is a 32-bit processor of 2011, also for aarch64. */
export const POOR_CPU: ReadonlySet<string> = new Set(['aarch64', 'armv7l']);
/** Few guests can use the default of x86 either; the other machines have no maximum processor to ask for. */
export const CHOOSES_CPU: ReadonlySet<string> = new Set(['x86_64', 'i686', ...POOR_CPU]);

type Need = readonly [key: Key, subject: string | null];

/**
 * Keys that a machine cannot be written without, as far as nobody decided them. `more` are those that one target needs
 * beside them; `choosesCpu` are the architectures whose default processor it cannot leave guests to.
 */
export function undecided(
  plan: Plan,
  drives: readonly Drive[],
  choosesCpu: ReadonlySet<string>,
  more: readonly Key[] = [],
): readonly string[] {
  const machine: readonly Key[] = ['virt-type', 'architecture', 'machine', 'memory-mib', 'vcpus'];
  const keys: readonly Key[] = [
    ...machine,
    ...(choosesCpu.has(architectureOf(plan)) ? (['cpu-mode'] as const) : []),
    ...(plan.cdroms.length > 0 ? (['cdrom-bus'] as const) : []),
    ...(drives.some(({ bus }) => bus === 'scsi') ? (['scsi-model'] as const) : []),
    ...more,
  ];
  const needed: readonly Need[] = [
    ...keys.map((key): Need => [key, null]),
    ...plan.disks.map((disk): Need => ['disk-bus', disk.id]),
    ...pluggedCards(plan).flatMap(({ id }): readonly Need[] => [
      ['network', id],
      ['nic-model', id],
    ]),
  ];
  return needed.map(([key, subject]) => keyPath(key, subject)).filter((path) => plan.values[path] === undefined);
}

/** A display has to show something. */
export const needsVideo = (plan: Plan): readonly Key[] =>
  (textOf(plan, 'graphics') ?? 'none') === 'none' ? [] : ['video-model'];

/** Every path that a plan names; `files` are those of the firmware that the target is told. */
export function pathsOf(plan: Plan, files: PlanFirmware | null): readonly string[] {
  return [
    ...plan.disks.flatMap(({ path, copy, overlay, backing }) => [
      ...[path, copy?.path, overlay?.path],
      ...backing.map((layer) => layer.path),
    ]),
    ...plan.cdroms.map(({ path }) => path),
    ...(plan.kernel === null ? [] : [plan.kernel, plan.initrd]),
    ...[files?.loader.path, files?.template?.path],
  ].filter((path) => typeof path === 'string');
}

type Make<Name extends string> = (args: { readonly [name in Name]: string }) => Finding;

/** What each target says of a disk that it cannot attach, or that needs something more. */
interface DiskDiagnostics {
  readonly 'not-a-disk': Make<'disk' | 'payload' | 'option' | 'path'>;
  readonly 'filesystem-needs-kernel': Make<'disk'>;
  readonly encrypted: Make<'disk'>;
  readonly 'backing-incomplete': Make<'disk' | 'name'>;
  readonly 'disk-format': Make<'disk' | 'format'>;
}

/** What is no disk is not attached as one; a bare file system has nothing that a firmware could start. */
function payloadFindings(plan: Plan, disk: PlanDisk, diagnostics: DiskDiagnostics): readonly Finding[] {
  const { id, payload, path } = disk;
  if (payload === 'kernel' || payload === 'ramdisk') {
    const option = payload === 'kernel' ? '--kernel' : '--initrd';
    return [diagnostics['not-a-disk']({ disk: id, payload, option, path })];
  }
  const starts = payload === 'filesystem' && disk.bootable === false && disk.bootOrder === 1 && plan.kernel === null;
  return starts ? [diagnostics['filesystem-needs-kernel']({ disk: id })] : [];
}

/** What keeps a disk from being attached. A copy is flat, and in a format that every target knows. */
export function diskFindings(
  plan: Plan,
  disk: PlanDisk,
  driverOf: (format: string) => string | undefined,
  diagnostics: DiskDiagnostics,
): readonly Finding[] {
  const { id, copy, backing } = disk;
  const findings = [
    ...payloadFindings(plan, disk, diagnostics),
    ...(disk.encrypted ? [diagnostics.encrypted({ disk: id })] : []),
  ];
  if (copy !== null) return findings;
  const unknown = [disk.format, ...backing.map(({ format }) => format)].filter(
    (format) => format !== null && driverOf(format) === undefined,
  );
  return [
    ...findings,
    ...backing
      .filter(({ path, format }) => path === null || format === null)
      .map(({ name }) => diagnostics['backing-incomplete']({ disk: id, name })),
    ...unknown.map((format) => diagnostics['disk-format']({ disk: id, format: format ?? '' })),
  ];
}
