import type { Finding } from '../../diagnostics/index.ts';
import type { Plan } from '../../facts/index.ts';
import { CHOOSES_CPU, diskFindings, fitsFileName, pathsOf, undecided } from '../findings.ts';
import { isReadOnly } from '../layers.ts';
import { familyOf } from '../machine.ts';
import { type Drive, targetIndex } from '../places.ts';
import { textOf } from '../values.ts';
import { blockDriver } from './blockdev.ts';
import { diagnostics } from './diagnostics.ts';
import { firmwareFilesOf, lacksFirmware, variablesFile } from './firmware.ts';
import { protectsGuest } from './machine.ts';

const isText = (text: string): boolean => !/\p{Cc}|\p{Cs}/u.test(text);

function isName(name: string): boolean {
  return name !== '' && !name.includes('/') && isText(name) && fitsFileName(name);
}

/** Why a drive cannot be attached; undefined when it can. */
function misplaced(plan: Plan, drive: Drive, others: readonly Drive[]): string | undefined {
  const { bus, target, kind } = drive;
  if (others.some((other) => other.target === target)) return `${target} is taken`;
  if (bus === 'ide' && familyOf(plan) !== 'i440fx') return 'only i440fx has an IDE controller';
  if (bus === 'ide' && targetIndex(target) > 3) return 'its four places are taken';
  if (bus === 'usb' && (textOf(plan, 'usb-controller') ?? 'none') === 'none') return 'there is no USB controller';
  const ata = bus === 'ide' || bus === 'sata';
  return ata && kind === 'disk' && isReadOnly(drive) ? 'a disk inside an archive is read-only' : undefined;
}

function placeFindings(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const findings = drives.flatMap((drive, index) => {
    const reason = misplaced(plan, drive, drives.slice(0, index));
    return reason === undefined ? [] : [diagnostics.place({ device: drive.source.id, bus: drive.bus, reason })];
  });
  const unplugged = textOf(plan, 'sound-model') === 'usb' && (textOf(plan, 'usb-controller') ?? 'none') === 'none';
  const reason = 'there is no USB controller';
  return unplugged ? [...findings, diagnostics.place({ device: 'sound-model', bus: 'usb', reason })] : findings;
}

function firmwareFindings(plan: Plan): readonly Finding[] {
  if (lacksFirmware(plan)) return [diagnostics.firmware({})];
  const { loader, template } = firmwareFilesOf(plan) ?? {};
  const keepsVariables = loader?.type === 'pflash' && template !== null;
  return keepsVariables && variablesFile(plan) === undefined ? [diagnostics.variables({})] : [];
}

/** Everything that keeps a plan from becoming a command that runs the machine that was meant. */
export function findingsOf(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const type = textOf(plan, 'launch-security') ?? 'none';
  return [
    ...(isName(plan.name) ? [] : [diagnostics.name({ name: plan.name })]),
    ...undecided(plan, drives, CHOOSES_CPU).map((key) => diagnostics.undecided({ key })),
    ...firmwareFindings(plan),
    ...pathsOf(plan, firmwareFilesOf(plan))
      .filter((path) => !isText(path))
      .map((path) => diagnostics.path({ path })),
    ...plan.disks.flatMap((disk) => diskFindings(plan, disk, blockDriver, diagnostics)),
    ...placeFindings(plan, drives),
    ...((textOf(plan, 'tpm') ?? 'none') === 'none'
      ? []
      : [diagnostics.tpm({ model: textOf(plan, 'tpm-model') ?? 'tpm-crb' })]),
    ...(type === 'none' || protectsGuest(plan) ? [] : [diagnostics['launch-security']({ type })]),
  ];
}
