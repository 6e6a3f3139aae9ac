import { type Plan, qemuArchitecture } from '../../facts/index.ts';
import { enlightenmentsOf, isDirect, SPINLOCK_RETRIES, usesHyperv } from '../hyperv.ts';
import { architectureOf, directBoot, familyOf, isX86, machineName, needsSmm, topologyOf } from '../machine.ts';
import type { Option } from '../shell.ts';
import { numberOf, textOf } from '../values.ts';
import { type Properties, word } from './options.ts';

export function emulatorOf(plan: Plan): string {
  return `qemu-system-${qemuArchitecture(architectureOf(plan))}`;
}

/** Confidential computing that needs nothing of the host. */
export function protectsGuest(plan: Plan): boolean {
  return textOf(plan, 'launch-security') === 's390-pv';
}

function machineOption(plan: Plan, firmware: Properties): Option {
  const x86 = isX86(plan);
  return [
    '-machine',
    word(machineName(textOf(plan, 'machine') ?? ''), {
      accel: textOf(plan, 'virt-type') === 'kvm' ? 'kvm' : 'tcg',
      usb: 'off',
      // VMware's backdoor port: guests that find it take the host for ESXi
      vmport: x86 ? 'off' : undefined,
      // without HPET Windows and old kernels keep time
      hpet: x86 ? 'off' : undefined,
      smm: needsSmm(plan) ? 'on' : undefined,
      'confidential-guest-support': protectsGuest(plan) ? 'protection' : undefined,
      ...firmware,
    }),
  ];
}

function hypervProperties(plan: Plan): Properties {
  if (!usesHyperv(plan)) return {};
  const said = enlightenmentsOf(plan).flatMap((name) => [
    [`hv-${name}`, name === 'spinlocks' ? `0x${SPINLOCK_RETRIES.toString(16)}` : 'on'],
    ...(isDirect(name) ? [[`hv-${name}-direct`, 'on']] : []),
  ]);
  return { 'hv-time': 'on', ...Object.fromEntries(said) };
}

/** QEMU has no host-model: under KVM the host's own processor comes nearest, under TCG all that TCG can do. */
export function cpuModel(plan: Plan): string | undefined {
  const mode = textOf(plan, 'cpu-mode');
  if (mode === undefined) return undefined;
  const wantsHost = mode !== 'maximum';
  return wantsHost && textOf(plan, 'virt-type') === 'kvm' ? 'host' : 'max';
}

function smpWord(plan: Plan): string {
  const vcpus = String(numberOf(plan, 'vcpus'));
  // what is not said differs between releases of QEMU
  const [sockets, cores, threads] = topologyOf(plan) ?? [vcpus, '1', '1'];
  return word(vcpus, { sockets, cores, threads });
}

/** A guest that suspends itself looks like one that hangs. */
function noSuspend(plan: Plan): readonly Option[] {
  if (!isX86(plan)) return [];
  const chip = familyOf(plan) === 'q35' ? 'ICH9-LPC' : 'PIIX4_PM';
  return [
    ['-global', `${chip}.disable_s3=1`],
    ['-global', `${chip}.disable_s4=1`],
  ];
}

function kernelOptions(plan: Plan): readonly Option[] {
  const boot = directBoot(plan);
  if (boot === undefined) return [];
  const { kernel, initrd, cmdline } = boot;
  return [
    ['-kernel', kernel],
    ...(initrd === undefined ? [] : ([['-initrd', initrd]] as const)),
    ...(cmdline === undefined ? [] : ([['-append', cmdline]] as const)),
  ];
}

/** The machine without its devices; `firmware` are properties of the machine that name its flash. */
export function machineOptions(plan: Plan, firmware: Properties): readonly Option[] {
  const cpu = cpuModel(plan);
  return [
    ['-name', word(null, { guest: plan.name })],
    ...(plan.uuid === null ? [] : ([['-uuid', plan.uuid]] as const)),
    ['-no-user-config'],
    ['-nodefaults'],
    machineOption(plan, firmware),
    ...(protectsGuest(plan) ? ([['-object', 's390-pv-guest,id=protection']] as const) : []),
    ...(cpu === undefined ? [] : ([['-cpu', word(cpu, hypervProperties(plan))]] as const)),
    ['-m', `size=${numberOf(plan, 'memory-mib')}M`],
    ['-smp', smpWord(plan)],
    ['-rtc', word(null, { base: textOf(plan, 'clock-offset') ?? 'utc', driftfix: isX86(plan) ? 'slew' : undefined })],
    ...noSuspend(plan),
    // nothing but the devices with a bootindex is booted from
    ['-boot', 'strict=on'],
    ...kernelOptions(plan),
  ];
}
