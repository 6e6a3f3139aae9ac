import type { Plan } from '../../facts/index.ts';
import { ICH9_COMPANIONS, inputFits, XHCI_PORTS } from '../devices.ts';
import { architectureOf, isX86 } from '../machine.ts';
import type { Drive } from '../places.ts';
import { flagOf, textOf } from '../values.ts';
import { scsiControllers } from './addresses.ts';
import { diskElement, interfaceElements } from './storage.ts';
import type { XmlElement } from './xml.ts';

function usbControllers(plan: Plan): readonly XmlElement[] {
  const model = textOf(plan, 'usb-controller');
  if (model === undefined) return [];
  const controller = { '@type': 'usb', '@index': '0', '@model': model };
  if (model.endsWith('-xhci')) return [{ ...controller, '@ports': XHCI_PORTS }];
  if (model !== 'ich9-ehci1') return [controller];
  return [
    controller,
    ...ICH9_COMPANIONS.map(({ number, firstPort }) => ({
      '@type': 'usb',
      '@index': '0',
      '@model': `ich9-uhci${number}`,
      master: { '@startport': String(firstPort) },
    })),
  ];
}

/** One console. On s390x it is the SCLP console, which is no serial port; elsewhere it is the first serial port. */
function consoleElements(plan: Plan): XmlElement {
  if (flagOf(plan, 'serial') !== true) return {};
  if (architectureOf(plan) === 's390x') {
    return { console: { '@type': 'pty', target: { '@type': 'sclp', '@port': '0' } } };
  }
  return {
    serial: { '@type': 'pty', target: { '@port': '0' } },
    console: { '@type': 'pty', target: { '@type': 'serial', '@port': '0' } },
  };
}

function inputElements(plan: Plan): readonly XmlElement[] {
  const bus = textOf(plan, 'input-bus');
  if (bus === undefined || !inputFits(plan, true)) return [];
  const pointer = { '@type': bus === 'ps2' ? 'mouse' : 'tablet', '@bus': bus };
  // x86 machines have a PS/2 keyboard anyway
  const builtIn = bus !== 'ps2' && isX86(plan);
  return builtIn ? [pointer] : [pointer, { '@type': 'keyboard', '@bus': bus }];
}

function graphicsElement(plan: Plan): XmlElement | undefined {
  const type = textOf(plan, 'graphics');
  if (type === undefined || type === 'none') return undefined;
  return { '@type': type, '@autoport': 'yes', listen: { '@type': 'address', '@address': '127.0.0.1' } };
}

function tpmElement(plan: Plan): XmlElement | undefined {
  const version = textOf(plan, 'tpm');
  if (version === undefined || version === 'none') return undefined;
  return { '@model': textOf(plan, 'tpm-model'), backend: { '@type': 'emulator', '@version': version } };
}

/** `<name model='...'/>`, or nothing for a device that is not wanted. */
function modelElement(model: string | undefined, more: XmlElement = {}): XmlElement | undefined {
  return model === undefined || model === 'none' ? undefined : { '@model': model, ...more };
}

/** The devices in the order in which libvirt prints them. PCIe root ports are left to libvirt, which knows how many. */
export function deviceElements(plan: Plan, drives: readonly Drive[]): XmlElement {
  const video = textOf(plan, 'video-model');
  const agent = { '@type': 'unix', target: { '@type': 'virtio', '@name': 'org.qemu.guest_agent.0' } };
  return {
    disk: drives.map((drive) => diskElement(plan, drive)),
    controller: [...usbControllers(plan), ...scsiControllers(plan, drives)],
    interface: interfaceElements(plan),
    ...consoleElements(plan),
    channel: flagOf(plan, 'guest-agent') === true ? agent : undefined,
    input: inputElements(plan),
    tpm: tpmElement(plan),
    graphics: graphicsElement(plan),
    sound: modelElement(textOf(plan, 'sound-model')),
    // none is written too: beside a graphics element libvirt would add a cirrus
    video: video === undefined ? undefined : { model: { '@type': video } },
    watchdog: modelElement(textOf(plan, 'watchdog'), { '@action': 'reset' }),
    // always: libvirt adds a virtio balloon to a domain that is silent on it
    memballoon: { '@model': textOf(plan, 'memballoon') ?? 'none' },
    rng: modelElement(textOf(plan, 'rng'), { backend: { '@model': 'random', '#': '/dev/urandom' } }),
  };
}
