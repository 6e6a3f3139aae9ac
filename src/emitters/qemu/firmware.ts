import { posix } from 'node:path';
import type { FirmwareFile, Plan, PlanFirmware } from '../../facts/index.ts';
import { needsSmm, usesUefi } from '../machine.ts';
import { type Option, shellQuote } from '../shell.ts';
import { textOf } from '../values.ts';
import type { Properties } from './options.ts';

/** What QEMU is told of the firmware: properties of the machine, options, and a command before it starts. */
interface Firmware {
  readonly machine: Properties;
  readonly options: readonly Option[];
  readonly before: readonly string[];
}

/**
 * Files that QEMU needs and no plan names stand beside the first drive. Undefined without a drive, and beside a block
 * device that is used in place: /dev is no place for files.
 */
export function besideDrive(plan: Plan, suffix: string): string | undefined {
  const [disk] = plan.disks;
  const made = disk?.copy ?? disk?.overlay;
  const path = disk?.device === true ? made?.path : (made ?? disk ?? plan.cdroms[0])?.path;
  return path === undefined ? undefined : posix.join(posix.dirname(path), `${plan.name}${suffix}`);
}

/** What libvirt would be told, or would have found by description; null: not UEFI, or not known. */
export function firmwareFilesOf(plan: Plan): PlanFirmware | null {
  return usesUefi(plan) ? (plan.firmwareFiles ?? plan.hostFirmware) : null;
}

/**
 * Where the guest's UEFI variables are kept; undefined when it has none. Named after the template as well: a store that
 * another template was copied to, one without keys or of another size, does not go with this firmware.
 */
export function variablesFile(plan: Plan): FirmwareFile | undefined {
  const template = firmwareFilesOf(plan)?.template ?? null;
  if (template === null) return undefined;
  const path = besideDrive(plan, `_${posix.basename(template.path)}`);
  return path === undefined ? undefined : { ...template, path };
}

function flash(name: string, { path, format }: FirmwareFile, readOnly: boolean): Option {
  const file = { driver: 'file', filename: path };
  return ['-blockdev', JSON.stringify({ driver: format, 'node-name': name, 'read-only': readOnly, file })];
}

export function firmwareOf(plan: Plan): Firmware {
  const files = firmwareFilesOf(plan);
  if (files === null) return { machine: {}, options: [], before: [] };
  if (files.loader.type === 'rom') return { machine: {}, options: [['-bios', files.loader.path]], before: [] };
  const variables = variablesFile(plan);
  // only code that runs in SMM may write to the variables, or an operating system could enrol keys of its own
  const guarded: readonly Option[] = needsSmm(plan)
    ? [['-global', 'driver=cfi.pflash01,property=secure,value=on']]
    : [];
  const code = flash('code', files.loader, true);
  if (variables === undefined || files.template === null) {
    return { machine: { pflash0: 'code' }, options: [code, ...guarded], before: [] };
  }
  const [from, to] = [files.template.path, variables.path].map(shellQuote);
  return {
    machine: { pflash0: 'code', pflash1: 'variables' },
    options: [code, flash('variables', variables, false), ...guarded],
    before: [`[ -e ${to} ] || cp -- ${from} ${to}`],
  };
}

/** Whether QEMU would have to select firmware, which only libvirt can. */
export function lacksFirmware(plan: Plan): boolean {
  return usesUefi(plan) && firmwareFilesOf(plan) === null;
}

/** The template the plan names, if it is the one that is used. */
export function usesTemplate(plan: Plan): boolean {
  return firmwareFilesOf(plan)?.template?.path === textOf(plan, 'nvram') && variablesFile(plan) !== undefined;
}
