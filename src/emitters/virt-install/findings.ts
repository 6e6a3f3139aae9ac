import type { Finding } from '../../diagnostics/index.ts';
import type { Key, Plan } from '../../facts/index.ts';
import { losesCardOrder } from '../cards.ts';
import { CHOOSES_CPU, diskFindings, fitsFileName, fitsSockets, needsVideo, undecided } from '../findings.ts';
import { driverType } from '../formats.ts';
import { launchSecurityOf } from '../machine.ts';
import { type Drive, targetIndex } from '../places.ts';
import { textOf } from '../values.ts';
import { diagnostics } from './diagnostics.ts';
import { fitsAttribute, fitsElement } from './options.ts';

function isDomainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.startsWith('-') || /[/ ]/.test(name)) return false;
  return fitsElement(name) && fitsFileName(name);
}

function nameFindings(plan: Plan): readonly Finding[] {
  const { name } = plan;
  if (!isDomainName(name)) return [diagnostics.name({ name })];
  return fitsSockets(plan) ? [] : [diagnostics['wide-name']({ name })];
}

/** Keys without which virt-install would look at the host, beside those that every target needs. */
function neededKeys(plan: Plan): readonly Key[] {
  const hasTpm = (textOf(plan, 'tpm') ?? 'none') !== 'none';
  return ['usb-controller', ...needsVideo(plan), ...(hasTpm ? (['tpm-model'] as const) : [])];
}

/** Paths that are written into attributes, and those that are written into elements. */
function unfitPaths(plan: Plan): readonly string[] {
  const { loader, template } = plan.firmwareFiles ?? {};
  const attributes = [
    ...plan.disks.flatMap(({ path, copy, overlay, backing }) => {
      if (copy !== null) return [copy.path];
      return [path, ...(overlay === null ? [] : [overlay.path]), ...backing.map((layer) => layer.path ?? '')];
    }),
    ...plan.cdroms.map(({ path }) => path),
    ...(template === undefined || template === null ? [] : [template.path]),
  ];
  const elements = [plan.kernel, plan.initrd, loader?.path].filter((path) => typeof path === 'string');
  return [...attributes.filter((path) => !fitsAttribute(path)), ...elements.filter((path) => !fitsElement(path))];
}

function placeFindings(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  return drives.flatMap(({ bus, target, source }, index) => {
    const refuse = (reason: string): readonly Finding[] => [diagnostics.place({ device: source.id, bus, reason })];
    if (drives.findIndex((other) => other.target === target) < index) return refuse(`${target} is taken`);
    if (bus === 'ide' && targetIndex(target) > 3) return refuse('its four places are taken');
    if (bus === 'usb' && textOf(plan, 'usb-controller') === 'none') return refuse('usb-controller is none');
    return [];
  });
}

/** Everything that keeps a plan from becoming a command that makes the machine that was meant. */
export function findingsOf(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const type = textOf(plan, 'launch-security') ?? 'none';
  const unsaid = type !== 'none' && launchSecurityOf(plan) === undefined;
  return [
    ...nameFindings(plan),
    ...undecided(plan, drives, CHOOSES_CPU, neededKeys(plan)).map((key) => diagnostics.undecided({ key })),
    ...unfitPaths(plan).map((path) => diagnostics.path({ path })),
    ...plan.disks.flatMap((disk) => diskFindings(plan, disk, driverType, diagnostics)),
    ...placeFindings(plan, drives),
    ...(losesCardOrder(plan) ? [diagnostics['nic-order']({})] : []),
    ...(unsaid ? [diagnostics['launch-security']({ type })] : []),
  ];
}
