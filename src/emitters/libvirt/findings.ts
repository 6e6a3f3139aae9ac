import type { Finding } from '../../diagnostics/index.ts';
import type { Plan } from '../../facts/index.ts';
import { losesCardOrder } from '../cards.ts';
import { fitsFileName, fitsSockets, needsVideo, POOR_CPU, pathsOf, undecided } from '../findings.ts';
import { launchSecurityOf } from '../machine.ts';
import type { Drive } from '../places.ts';
import { textOf } from '../values.ts';
import { diagnostics } from './diagnostics.ts';
import { driveFindings } from './drives.ts';
import { firmwareFilesOf } from './firmware.ts';
import { fitsAttribute } from './xml.ts';

function isDomainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.startsWith('-') || name.includes('/')) return false;
  return fitsAttribute(name) && fitsFileName(name);
}

function nameFindings(plan: Plan): readonly Finding[] {
  const { name } = plan;
  if (!isDomainName(name)) return [diagnostics.name({ name })];
  return fitsSockets(plan) ? [] : [diagnostics['wide-name']({ name })];
}

/** Everything that keeps a plan from becoming a domain that libvirt defines as it was meant. */
export function findingsOf(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const security = textOf(plan, 'launch-security') ?? 'none';
  return [
    ...nameFindings(plan),
    ...undecided(plan, drives, POOR_CPU, needsVideo(plan)).map((key) => diagnostics.undecided({ key })),
    ...pathsOf(plan, firmwareFilesOf(plan))
      .filter((path) => !fitsAttribute(path))
      .map((path) => diagnostics.path({ path })),
    ...driveFindings(plan, drives),
    ...(losesCardOrder(plan) ? [diagnostics['nic-order']({})] : []),
    ...(security === 'none' || launchSecurityOf(plan) !== undefined
      ? []
      : [diagnostics['launch-security']({ type: security })]),
  ];
}
