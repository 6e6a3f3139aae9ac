import type { Plan } from '../../facts/index.ts';
import { ICH9_COMPANIONS, inputFits, XHCI_PORTS } from '../devices.ts';
import { architectureOf, isX86 } from '../machine.ts';
import type { Drive } from '../places.ts';
import type { Option } from '../shell.ts';
import { flagOf, textOf } from '../values.ts';
import { additions, word } from './options.ts';
import { driveOptions, networkOptions, scsiControllers } from './storage.ts';

function controllerOptions(plan: Plan, drives: readonly Drive[]): readonly Option[] {
  const usb = textOf(plan, 'usb-controller');
  const controller = (model: string, firstPort?: number): Option => [
    '--controller',
    word({
      type: 'usb',
      index: '0',
      model,
      'master.startport': firstPort?.toString(),
      ...additions(model.endsWith('-xhci') ? [['./@ports', XHCI_PORTS]] : []),
    }),
  ];
  return [
    ...(usb === undefined ? [] : [controller(usb)]),
    ...(usb === 'ich9-ehci1'
      ? ICH9_COMPANIONS.map(({ number, firstPort }) => controller(`ich9-uhci${number}`, firstPort))
      : []),
    ...scsiControllers(plan, drives),
    // the root ports are left to libvirt, which knows how many; virt-install writes 14 of them
    ['--controller', 'num_pcie_root_ports=0'],
  ];
}

/** On s390x the console is the SCLP console, which is no serial port; elsewhere it is the first serial port. */
function consoleOptions(plan: Plan): readonly Option[] {
  if (flagOf(plan, 'serial') !== true) return [['--console', 'none']];
  const sclp = architectureOf(plan) === 's390x';
  return sclp
    ? [['--console', 'type=pty,target.type=sclp,target.port=0']]
    : [
        ['--serial', 'type=pty,target.port=0'],
        ['--console', 'type=pty,target.type=serial,target.port=0'],
      ];
}

function inputOptions(plan: Plan): readonly Option[] {
  const bus = textOf(plan, 'input-bus');
  // there is no --input none: what virt-install adds is taken out of its XML, a tablet and where there is one a keyboard
  if (bus === undefined || !inputFits(plan, true)) return Array(2).fill(['--xml', 'xpath.delete=./devices/input']);
  const device = (type: string): Option => ['--input', word({ type, bus })];
  const pointer = device(bus === 'ps2' ? 'mouse' : 'tablet');
  // x86 machines have a PS/2 keyboard anyway
  const builtIn = bus !== 'ps2' && isX86(plan);
  return builtIn ? [pointer] : [pointer, device('keyboard')];
}

function displayOptions(plan: Plan): readonly Option[] {
  const type = textOf(plan, 'graphics') ?? 'none';
  const video = textOf(plan, 'video-model');
  return [
    ['--graphics', type === 'none' ? 'none' : word({ type, listen: '127.0.0.1' })],
    ...(video === undefined ? [] : ([['--video', word({ 'model.type': video })]] as const)),
  ];
}

/** `--name none` also keeps virt-install from adding one of its own. */
function modelOption(name: string, model: string | undefined, more: { readonly [name: string]: string } = {}): Option {
  return [name, model === undefined || model === 'none' ? 'none' : word({ model, ...more })];
}

function tpmOption(plan: Plan): Option {
  const version = textOf(plan, 'tpm') ?? 'none';
  const backend = { 'backend.type': 'emulator', 'backend.version': version };
  return ['--tpm', version === 'none' ? 'none' : word({ model: textOf(plan, 'tpm-model'), ...backend })];
}

/** Every device that is decided, and a `none` for each that virt-install would add. */
export function deviceOptions(plan: Plan, drives: readonly Drive[]): readonly Option[] {
  const agent: Option = ['--channel', 'type=unix,target.type=virtio,target.name=org.qemu.guest_agent.0'];
  return [
    ...driveOptions(plan, drives),
    ...controllerOptions(plan, drives),
    ...networkOptions(plan),
    ...consoleOptions(plan),
    // none first: it takes the channel of SPICE away, which comes with the display otherwise
    ['--channel', 'none'],
    ...(flagOf(plan, 'guest-agent') === true ? [agent] : []),
    ...inputOptions(plan),
    tpmOption(plan),
    ...displayOptions(plan),
    modelOption('--sound', textOf(plan, 'sound-model')),
    modelOption('--watchdog', textOf(plan, 'watchdog'), { action: 'reset' }),
    ['--memballoon', word({ model: textOf(plan, 'memballoon') ?? 'none' })],
    modelOption('--rng', textOf(plan, 'rng'), { 'backend.model': 'random', backend: '/dev/urandom' }),
    ['--redirdev', 'none'],
  ];
}
