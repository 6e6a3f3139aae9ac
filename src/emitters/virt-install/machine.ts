import type { Plan } from '../../facts/index.ts';
import { cleanLine, cleanText } from '../../facts/text.ts';
import { enlightenmentsOf, isDirect, SPINLOCK_RETRIES, usesHyperv } from '../hyperv.ts';
import {
  architectureOf,
  directBoot,
  enrolsKeys,
  hasAcpiFromUefi,
  isX86,
  launchSecurityOf,
  machineName,
  needsSmm,
  topologyOf,
  usesUefi,
} from '../machine.ts';
import type { Option } from '../shell.ts';
import { flagOf, numberOf, textOf } from '../values.ts';
import { type Addition, additions, type Suboptions, word } from './options.ts';

const yes = (value: boolean): string => (value ? 'yes' : 'no');

/** By description: both features are said, because a bare `efi` selects enforced Secure Boot where there is such. */
function firmwareByDescription(plan: Plan): Suboptions {
  return {
    firmware: 'efi',
    'firmware.feature0.name': 'secure-boot',
    'firmware.feature0.enabled': yes(flagOf(plan, 'secure-boot') === true),
    'firmware.feature1.name': 'enrolled-keys',
    'firmware.feature1.enabled': yes(enrolsKeys(plan)),
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
  const boot = word({ ...firmwareOptions(plan), ...directBoot(plan) });
  return boot === '' ? [] : [['--boot', boot]];
}

/** virt-install has suboptions for those that are always there. */
function hypervOptions(plan: Plan): Suboptions {
  if (!usesHyperv(plan)) return {};
  const said: Suboptions = {
    'hyperv.relaxed.state': 'on',
    'hyperv.vapic.state': 'on',
    'hyperv.spinlocks.state': 'on',
    'hyperv.spinlocks.retries': String(SPINLOCK_RETRIES),
  };
  const more = enlightenmentsOf(plan).filter((name) => said[`hyperv.${name}.state`] === undefined);
  const added = more.flatMap((name): readonly Addition[] => {
    const element = `./hyperv/${name}`;
    return [[`${element}/@state`, 'on'], ...(isDirect(name) ? ([[`${element}/direct/@state`, 'on']] as const) : [])];
  });
  return { ...said, ...additions(added) };
}

function featureOption(plan: Plan): Option {
  const x86 = isX86(plan);
  return [
    '--features',
    word({
      acpi: x86 || hasAcpiFromUefi(plan) ? 'on' : 'off',
      apic: x86 ? 'on' : 'off',
      pae: architectureOf(plan) === 'i686' ? 'on' : 'off',
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
      ...(isX86(plan) ? X86_TIMERS : {}),
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
  const security = launchSecurityOf(plan);
  const suspend = isX86(plan) ? [NO_SUSPEND] : [];
  return [
    ['--import'],
    ['--name', plan.name],
    ...metadataOptions(plan),
    ['--virt-type', textOf(plan, 'virt-type') ?? ''],
    ['--arch', architectureOf(plan)],
    ['--machine', machineName(textOf(plan, 'machine') ?? '')],
    ['--memory', String(numberOf(plan, 'memory-mib'))],
    ...cpuOptions(plan),
    ...bootOption(plan),
    featureOption(plan),
    clockOption(plan),
    ['--events', 'on_poweroff=destroy,on_reboot=restart,on_crash=destroy'],
    ...suspend,
    ...(security === undefined ? [] : ([['--launchSecurity', word({ ...security })]] as const)),
  ];
}
