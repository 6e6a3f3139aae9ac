import type { Plan } from '../../facts/index.ts';
import { cleanLine, cleanText } from '../../facts/text.ts';
import { flagOf, numberOf, textOf, X86 } from '../values.ts';
import { type Addition, additions, type Option, type Suboptions, word } from './options.ts';

/** Machines that start from firmware of their own, where there is nothing to select. */
export const BUILT_IN_FIRMWARE: ReadonlySet<string> = new Set(['ppc64', 'ppc64le', 's390x']);

/** Architectures whose ACPI tables come from UEFI: libvirt 9 refuses one without the other. */
const ACPI_WITH_UEFI: ReadonlySet<string> = new Set(['aarch64', 'loongarch64']);

const architecture = (plan: Plan): string => textOf(plan, 'architecture') ?? '';

export function machineName(machine: string): string {
  return machine === 'i440fx' ? 'pc' : machine;
}

export function usesUefi(plan: Plan): boolean {
  return textOf(plan, 'firmware') === 'uefi' && !BUILT_IN_FIRMWARE.has(architecture(plan));
}

/** Secure Boot is only worth its name where the guest cannot write the firmware: on x86 that takes SMM. */
function needsSmm(plan: Plan): boolean {
  return flagOf(plan, 'secure-boot') === true && usesUefi(plan) && X86.has(architecture(plan));
}

export function usesHyperv(plan: Plan): boolean {
  return flagOf(plan, 'hyperv') === true && X86.has(architecture(plan));
}

/** `2:4:1` of 8 vCPUs. Undefined when the product is another number, which virt-install refuses. */
export function topologyOf(plan: Plan): readonly string[] | undefined {
  const topology = textOf(plan, 'cpu-topology')?.split(':');
  const product = topology?.reduce((total, part) => total * Number(part), 1);
  return product === numberOf(plan, 'vcpus') ? topology : undefined;
}

const yes = (value: boolean): string => (value ? 'yes' : 'no');

/** By description: both features are said, because a bare `efi` selects enforced Secure Boot where there is such. */
function firmwareByDescription(plan: Plan): Suboptions {
  const enforced = flagOf(plan, 'secure-boot') === true;
  return {
    firmware: 'efi',
    'firmware.feature0.name': 'secure-boot',
    'firmware.feature0.enabled': yes(enforced),
    'firmware.feature1.name': 'enrolled-keys',
    'firmware.feature1.enabled': yes(enforced && flagOf(plan, 'enrolled-keys') !== false),
  };
}

function firmwareOptions(plan: Plan): Suboptions {
  if (!usesUefi(plan)) return {};
  if (plan.firmwareFiles === null) return firmwareByDescription(plan);
  const { loader, template } = plan.firmwareFiles;
  const extra: Addition[] = [];
  // libvirt before 9.2 knows no formats, and takes every file for raw
  const formats = loader.format !== 'raw' || (template ?? loader).format !== 'raw';
  if (template === null) extra.push(['./loader/@stateless', 'yes']);
  if (formats) extra.push(['./loader/@format', loader.format]);
  if (formats && template !== null) extra.push(['./nvram/@format', template.format]);
  return {
    loader: loader.path,
    'loader.readonly': 'yes',
    'loader.type': loader.type,
    'loader.secure': needsSmm(plan) ? 'yes' : undefined,
    'nvram.template': template?.path,
    ...additions(extra),
  };
}

function bootOption(plan: Plan): readonly Option[] {
  const kernel =
    plan.kernel === null
      ? {}
      : {
          kernel: plan.kernel,
          initrd: plan.initrd ?? undefined,
          cmdline: textOf(plan, 'kernel-args') || undefined,
        };
  const boot = word({ ...firmwareOptions(plan), ...kernel });
  return boot === '' ? [] : [['--boot', boot]];
}

/** Enlightenments that are only switched on, each with those it builds on. */
const ENLIGHTENMENTS: { readonly [name: string]: readonly string[] } = {
  vpindex: [],
  runtime: [],
  synic: ['vpindex'],
  stimer: ['vpindex', 'synic'],
  frequencies: [],
  tlbflush: ['vpindex'],
  ipi: ['vpindex'],
  avic: [],
};

/** The set every Windows since Vista can use, and what the host lists beyond it. */
function hypervOptions(plan: Plan): Suboptions {
  if (!usesHyperv(plan)) return {};
  const listed = new Set(plan.enlightenments ?? []);
  const more = Object.entries(ENLIGHTENMENTS).filter(
    ([name, needs]) => listed.has(name) && needs.every((other) => listed.has(other)),
  );
  return {
    'hyperv.relaxed.state': 'on',
    'hyperv.vapic.state': 'on',
    'hyperv.spinlocks.state': 'on',
    'hyperv.spinlocks.retries': '8191',
    ...additions(
      more.flatMap(([name]): readonly Addition[] => {
        const element = `./hyperv/${name}`;
        // every kernel that can tell which enlightenments it has can deliver the interrupt of a timer directly
        const direct: readonly Addition[] = name === 'stimer' ? [[`${element}/direct/@state`, 'on']] : [];
        return [[`${element}/@state`, 'on'], ...direct];
      }),
    ),
  };
}

function featureOption(plan: Plan): Option {
  const x86 = X86.has(architecture(plan));
  return [
    '--features',
    word({
      acpi: x86 || (ACPI_WITH_UEFI.has(architecture(plan)) && usesUefi(plan)) ? 'on' : 'off',
      apic: x86 ? 'on' : 'off',
      pae: architecture(plan) === 'i686' ? 'on' : 'off',
      // VMware's backdoor port: guests that find it take the host for ESXi
      'vmport.state': x86 ? 'off' : undefined,
      'smm.state': needsSmm(plan) ? 'on' : undefined,
      ...hypervOptions(plan),
    }),
  ];
}

/** Catching up on lost ticks and no HPET: the settings under which Windows and old kernels keep time. */
const X86_TIMERS: Suboptions = { rtc_tickpolicy: 'catchup', pit_tickpolicy: 'delay', hpet_present: 'no' };

function clockOption(plan: Plan): Option {
  return [
    '--clock',
    word({
      offset: textOf(plan, 'clock-offset') ?? 'utc',
      ...(X86.has(architecture(plan)) ? X86_TIMERS : {}),
      hypervclock_present: usesHyperv(plan) ? 'yes' : undefined,
    }),
  ];
}

function cpuOptions(plan: Plan): readonly Option[] {
  const [sockets, cores, threads] = topologyOf(plan) ?? [];
  const mode = textOf(plan, 'cpu-mode');
  return [
    ['--vcpus', word({ vcpus: String(numberOf(plan, 'vcpus')), sockets, cores, threads })],
    ...(mode === undefined ? [] : ([['--cpu', word({ mode })]] as const)),
  ];
}

/** What needs nothing of the host. SEV policy 0x03: no debugging, no key sharing. */
export function launchSecurityWord(plan: Plan): string | undefined {
  const type = textOf(plan, 'launch-security');
  if (type === 's390-pv') return word({ type });
  return type === 'sev' ? word({ type, policy: '0x0003' }) : undefined;
}

function metadataOptions(plan: Plan): readonly Option[] {
  const metadata = word({
    title: cleanLine(plan.title ?? '') || undefined,
    description: cleanText(plan.description ?? '') || undefined,
  });
  const id = word({
    'xpath.set': './metadata/libosinfo:libosinfo/libosinfo:os/@id',
    'xpath.value': plan.os?.id,
  });
  return [
    ...(plan.uuid === null ? [] : ([['--uuid', plan.uuid]] as const)),
    ...(metadata === '' ? [] : ([['--metadata', metadata]] as const)),
    // the database of the host may not know the system, and would add devices of its own choice if it does
    ['--osinfo', 'detect=off,require=off'],
    ...(plan.os === null ? [] : ([['--xml', id]] as const)),
  ];
}

/** A guest that suspends itself looks like one that hangs. */
const NO_SUSPEND: Option = ['--pm', 'suspend_to_mem.enabled=no,suspend_to_disk.enabled=no'];

/** The machine without its devices. */
export function machineOptions(plan: Plan): readonly Option[] {
  const security = launchSecurityWord(plan);
  const suspend = X86.has(architecture(plan)) ? [NO_SUSPEND] : [];
  return [
    ['--import'],
    ['--name', plan.name],
    ...metadataOptions(plan),
    ['--virt-type', textOf(plan, 'virt-type') ?? ''],
    ['--arch', architecture(plan)],
    ['--machine', machineName(textOf(plan, 'machine') ?? '')],
    ['--memory', String(numberOf(plan, 'memory-mib'))],
    ...cpuOptions(plan),
    ...bootOption(plan),
    featureOption(plan),
    clockOption(plan),
    ['--events', 'on_poweroff=destroy,on_reboot=restart,on_crash=destroy'],
    ...suspend,
    ...(security === undefined ? [] : ([['--launchSecurity', security]] as const)),
  ];
}
