import type { Finding } from '../../diagnostics/index.ts';
import type { Key, Plan } from '../../facts/index.ts';
import { keyPath } from '../../facts/index.ts';
import { losesCardOrder } from '../cards.ts';
import { fitsSockets } from '../findings.ts';
import type { Drive } from '../places.ts';
import { textOf } from '../values.ts';
import { diagnostics } from './diagnostics.ts';
import { launchSecurityElement } from './domain.ts';
import { driveFindings } from './drives.ts';
import { firmwareFilesOf } from './firmware.ts';
import { fitsAttribute } from './xml.ts';

/** libvirt appends to the name in file names of 255 bytes at most (`_VARS.fd`, `.monitor`, ...). */
const MAX_NAME_BYTES = 200;

function isDomainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.startsWith('-') || name.includes('/')) return false;
  return fitsAttribute(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

function nameFindings(plan: Plan): readonly Finding[] {
  const { name } = plan;
  if (!isDomainName(name)) return [diagnostics.name({ name })];
  return fitsSockets(plan) ? [] : [diagnostics['wide-name']({ name })];
}

/** Keys libvirt requires, or would fill in badly. */
function undecided(plan: Plan, drives: readonly Drive[]): readonly string[] {
  const machine: readonly Key[] = ['virt-type', 'architecture', 'machine', 'memory-mib', 'vcpus'];
  const missing: string[] = [];
  const need = (key: Key, subject: string | null = null): void => {
    const path = keyPath(key, subject);
    if (plan.values[path] === undefined) missing.push(path);
  };
  for (const key of machine) need(key);
  for (const disk of plan.disks) need('disk-bus', disk.id);
  if (plan.cdroms.length > 0) need('cdrom-bus');
  if (drives.some((drive) => drive.bus === 'scsi')) need('scsi-model');
  for (const nic of plan.nics) {
    need('network', nic.id);
    if (textOf(plan, 'network', nic.id) !== 'none') need('nic-model', nic.id);
  }
  if ((textOf(plan, 'graphics') ?? 'none') !== 'none') need('video-model');
  // the default of QEMU's arm machines is a 32-bit processor of 2011, also for aarch64
  if (['aarch64', 'armv7l'].includes(textOf(plan, 'architecture') ?? '')) need('cpu-mode');
  return missing;
}

function paths(plan: Plan): readonly string[] {
  const files = firmwareFilesOf(plan);
  return [
    ...plan.disks.flatMap(({ path, copy, overlay, backing }) => [
      path,
      copy?.path,
      overlay?.path,
      ...backing.map((layer) => layer.path),
    ]),
    ...plan.cdroms.map((cdrom) => cdrom.path),
    ...(plan.kernel === null ? [] : [plan.kernel, plan.initrd]),
    ...(files === null ? [] : [files.loader.path, files.template?.path]),
  ].filter((path) => typeof path === 'string');
}

/** Everything that keeps a plan from becoming a domain that libvirt defines as it was meant. */
export function findingsOf(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const security = textOf(plan, 'launch-security') ?? 'none';
  return [
    ...nameFindings(plan),
    ...undecided(plan, drives).map((key) => diagnostics.undecided({ key })),
    ...paths(plan)
      .filter((path) => !fitsAttribute(path))
      .map((path) => diagnostics.path({ path })),
    ...driveFindings(plan, drives),
    ...(losesCardOrder(plan) ? [diagnostics['nic-order']({})] : []),
    ...(security === 'none' || launchSecurityElement(plan) !== undefined
      ? []
      : [diagnostics['launch-security']({ type: security })]),
  ];
}
