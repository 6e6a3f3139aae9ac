import { machineFamily, type Plan } from '../facts/index.ts';
import { flagOf, numberOf, textOf } from './values.ts';

export { machineName } from '../facts/index.ts';

const X86: ReadonlySet<string> = new Set(['x86_64', 'i686']);

/** Machines that start from firmware of their own (SLOF, the s390 IPL firmware), where there is nothing to select. */
const BUILT_IN_FIRMWARE: ReadonlySet<string> = new Set(['ppc64', 'ppc64le', 's390x']);

/** Architectures whose ACPI tables come from UEFI: libvirt 9 refuses one without the other. */
const ACPI_WITH_UEFI: ReadonlySet<string> = new Set(['aarch64', 'loongarch64']);

/** Machines whose root bus is PCI Express. */
const EXPRESS: ReadonlySet<string> = new Set(['q35', 'virt']);

/** Policy of a guest under SEV: no debugging, no key sharing, as virt-install. */
const SEV_POLICY = '0x0003';

export const architectureOf = (plan: Plan): string => textOf(plan, 'architecture') ?? '';
export const isX86 = (plan: Plan): boolean => X86.has(architectureOf(plan));
export const familyOf = (plan: Plan): string | undefined => machineFamily(textOf(plan, 'machine') ?? '');
export const hasExpressBus = (plan: Plan): boolean => EXPRESS.has(familyOf(plan) ?? '');
export const hasBuiltInFirmware = (plan: Plan): boolean => BUILT_IN_FIRMWARE.has(architectureOf(plan));

export function usesUefi(plan: Plan): boolean {
  return textOf(plan, 'firmware') === 'uefi' && !hasBuiltInFirmware(plan);
}

/** Secure Boot is only worth its name where the guest cannot write the firmware: on x86 that takes SMM. */
export function needsSmm(plan: Plan): boolean {
  return flagOf(plan, 'secure-boot') === true && usesUefi(plan) && isX86(plan);
}

/** Enforced Secure Boot needs enrolled keys; without Secure Boot libvirt refuses to enrol any. */
export function enrolsKeys(plan: Plan): boolean {
  return flagOf(plan, 'secure-boot') === true && flagOf(plan, 'enrolled-keys') !== false;
}

export function hasAcpiFromUefi(plan: Plan): boolean {
  return ACPI_WITH_UEFI.has(architectureOf(plan)) && usesUefi(plan);
}

/** `2:4:1` of 8 vCPUs. Undefined when the product is another number, which every hypervisor refuses. */
export function topologyOf(plan: Plan): readonly [string, string, string] | undefined {
  const [sockets, cores, threads, ...more] = textOf(plan, 'cpu-topology')?.split(':') ?? [];
  if (sockets === undefined || cores === undefined || threads === undefined || more.length > 0) return undefined;
  const product = Number(sockets) * Number(cores) * Number(threads);
  return product === numberOf(plan, 'vcpus') ? [sockets, cores, threads] : undefined;
}

/** What is started without a boot loader. */
interface DirectBoot {
  readonly kernel: string;
  readonly initrd: string | undefined;
  readonly cmdline: string | undefined;
}

/** Undefined when the guest starts from its disks. */
export function directBoot(plan: Plan): DirectBoot | undefined {
  if (plan.kernel === null) return undefined;
  return { kernel: plan.kernel, initrd: plan.initrd ?? undefined, cmdline: textOf(plan, 'kernel-args') || undefined };
}

interface LaunchSecurity {
  readonly type: string;
  readonly policy: string | undefined;
}

/** Confidential computing that libvirt can be told with nothing of the host; undefined where it takes more, or none. */
export function launchSecurityOf(plan: Plan): LaunchSecurity | undefined {
  const type = textOf(plan, 'launch-security');
  if (type === 's390-pv') return { type, policy: undefined };
  return type === 'sev' ? { type, policy: SEV_POLICY } : undefined;
}
