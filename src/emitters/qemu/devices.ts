import type { Plan, PlanNic } from '../../facts/index.ts';
import { isExpressCard, pluggedCards } from '../cards.ts';
import { ICH9_COMPANIONS, inputFits, XHCI_PORTS } from '../devices.ts';
import { architectureOf, familyOf, isX86 } from '../machine.ts';
import type { Drive } from '../places.ts';
import type { Option } from '../shell.ts';
import { flagOf, textOf } from '../values.ts';
import { blockdevOption } from './blockdev.ts';
import { driveControllers, driveDevices } from './drives.ts';
import { besideDrive } from './firmware.ts';
import { word } from './options.ts';
import { type Device, deviceOptions, virtio } from './slots.ts';

/** The model of a device that is wanted. */
const modelOf = (plan: Plan, key: Parameters<typeof textOf>[1]): string | undefined => {
  const model = textOf(plan, key);
  return model === 'none' ? undefined : model;
};

function usbControllers(plan: Plan): readonly Device[] {
  const id = 'usb';
  switch (modelOf(plan, 'usb-controller')) {
    case 'qemu-xhci':
      return [{ driver: 'qemu-xhci', express: true, properties: { id, p2: XHCI_PORTS, p3: XHCI_PORTS } }];
    case 'nec-xhci':
      return [{ driver: 'nec-usb-xhci', express: true, properties: { id, p2: XHCI_PORTS, p3: XHCI_PORTS } }];
    case 'piix3-uhci':
      return [{ driver: 'piix3-usb-uhci', properties: { id } }];
    case 'ich9-ehci1':
      return [
        { driver: 'ich9-usb-ehci1', properties: { id, addr: '0x1d.0x7', multifunction: 'on' } },
        ...ICH9_COMPANIONS.map(({ number, firstPort }) => ({
          driver: `ich9-usb-uhci${number}`,
          properties: {
            masterbus: 'usb.0',
            firstport: String(firstPort),
            addr: `0x1d.0x${number - 1}`,
            multifunction: number === 1 ? 'on' : undefined,
          },
        })),
      ];
    default:
      return [];
  }
}

function card(plan: Plan, { id, bootOrder }: PlanNic): Device {
  const model = textOf(plan, 'nic-model', id) ?? '';
  const properties = {
    netdev: id,
    id: `${id}-device`,
    mac: textOf(plan, 'nic-mac', id),
    bootindex: bootOrder?.toString(),
  };
  return model === 'virtio' ? virtio(plan, 'net', properties) : { driver: model, properties };
}

/**
 * Express cards go behind ports. Guests find what is beside the root complex first: if one card is, all are, so that
 * they keep their order.
 */
function cards(plan: Plan): readonly Device[] {
  const plugged = pluggedCards(plan);
  const express = plugged.every((nic) => isExpressCard(plan, nic));
  return plugged.map((nic) => ({ ...card(plan, nic), express }));
}

/** x86 machines have a PS/2 keyboard and mouse anyway. */
function inputDevices(plan: Plan): readonly Device[] {
  const bus = inputFits(plan, false) ? textOf(plan, 'input-bus') : 'ps2';
  if (bus === 'ps2') return [];
  const usb = (driver: string): Device => ({ driver, properties: { bus: 'usb.0' } });
  const [tablet, keyboard] =
    bus === 'usb' ? [usb('usb-tablet'), usb('usb-kbd')] : [virtio(plan, 'tablet', {}), virtio(plan, 'keyboard', {})];
  return isX86(plan) ? [tablet] : [tablet, keyboard];
}

const VIDEO: { readonly [model: string]: string } = {
  vga: 'VGA',
  cirrus: 'cirrus-vga',
  qxl: 'qxl-vga',
  bochs: 'bochs-display',
  ramfb: 'ramfb',
  vmvga: 'vmware-svga',
};

function videoDevices(plan: Plan): readonly Device[] {
  const model = modelOf(plan, 'video-model');
  if (model === undefined) return [];
  const slot = familyOf(plan) === 'q35' ? { bus: 'pcie.0', addr: '0x1' } : {};
  if (model !== 'virtio') return [{ driver: VIDEO[model] ?? '', properties: model === 'ramfb' ? {} : slot }];
  return [isX86(plan) ? { driver: 'virtio-vga', properties: slot } : virtio(plan, 'gpu', {})];
}

const CODEC: Device = { driver: 'hda-duplex', properties: { audiodev: 'audio' } };

/** Sound that nobody hears: a remote display of QEMU carries it only if it is asked to. */
function soundDevices(plan: Plan): readonly Device[] {
  const model = modelOf(plan, 'sound-model');
  const audiodev = 'audio';
  switch (model) {
    case undefined:
      return [];
    case 'ich9':
      return [{ driver: 'ich9-intel-hda', properties: {} }, CODEC];
    case 'ich6':
      return [{ driver: 'intel-hda', properties: {} }, CODEC];
    case 'usb':
      return [{ driver: 'usb-audio', properties: { bus: 'usb.0', audiodev } }];
    default:
      return [{ driver: model === 'sb16' ? 'sb16' : model.toUpperCase(), properties: { audiodev } }];
  }
}

/** Longest path of a UNIX socket, without its final zero byte (sockaddr_un on Linux). */
const MAX_SOCKET_PATH = 107;

/** Where the guest agent is spoken to; undefined when there is no room for it. */
export function agentSocket(plan: Plan): string | undefined {
  const path = besideDrive(plan, '.agent');
  return path !== undefined && Buffer.byteLength(path) <= MAX_SOCKET_PATH ? path : undefined;
}

const usesAgent = (plan: Plan): boolean => flagOf(plan, 'guest-agent') === true && agentSocket(plan) !== undefined;

function channelDevices(plan: Plan): readonly Device[] {
  if (!usesAgent(plan)) return [];
  const port = { bus: 'channels.0', chardev: 'agent', name: 'org.qemu.guest_agent.0' };
  return [virtio(plan, 'serial', { id: 'channels' }), { driver: 'virtserialport', properties: port }];
}

function smallDevices(plan: Plan): readonly Device[] {
  const watchdog = modelOf(plan, 'watchdog');
  return [
    ...(watchdog === undefined ? [] : [{ driver: watchdog, properties: {} }]),
    ...(modelOf(plan, 'memballoon') === undefined ? [] : [virtio(plan, 'balloon', {})]),
    ...(modelOf(plan, 'rng') === undefined ? [] : [virtio(plan, 'rng', { rng: 'random' })]),
  ];
}

/**
 * The console is a terminal of its own: a guest must not reach that of whoever starts it. s390x has no serial port but
 * the SCLP console.
 */
function consoleOptions(plan: Plan): readonly Option[] {
  if (flagOf(plan, 'serial') !== true) return [];
  const attach: Option =
    architectureOf(plan) === 's390x' ? ['-device', 'sclpconsole,chardev=console'] : ['-serial', 'chardev:console'];
  return [['-chardev', 'pty,id=console'], attach];
}

function displayOption(plan: Plan): Option {
  switch (modelOf(plan, 'graphics')) {
    case 'vnc':
      // the first display that is free
      return ['-vnc', '127.0.0.1:0,to=99'];
    case 'spice':
      return ['-spice', 'addr=127.0.0.1,port=5900,disable-ticketing=on'];
    default:
      return ['-display', 'none'];
  }
}

/** What the devices are connected to on the host. */
function backends(plan: Plan, drives: readonly Drive[]): readonly Option[] {
  const agent = word('socket', { id: 'agent', path: agentSocket(plan), server: 'on', wait: 'off' });
  return [
    ...drives.map(blockdevOption),
    ...pluggedCards(plan).map(({ id }): Option => ['-netdev', word('user', { id })]),
    ...(usesAgent(plan) ? ([['-chardev', agent]] as const) : []),
    ...(modelOf(plan, 'rng') === undefined
      ? []
      : ([['-object', 'rng-random,id=random,filename=/dev/urandom']] as const)),
    ...(modelOf(plan, 'sound-model') === undefined ? [] : ([['-audiodev', 'none,id=audio']] as const)),
    ...(modelOf(plan, 'watchdog') === undefined ? [] : ([['-action', 'watchdog=reset']] as const)),
  ];
}

export function allDevices(plan: Plan, drives: readonly Drive[]): readonly Option[] {
  const devices = [
    // before what takes the first slot that is free
    ...videoDevices(plan),
    ...usbControllers(plan),
    ...driveControllers(plan, drives),
    ...drives.flatMap((drive) => driveDevices(plan, drive)),
    ...cards(plan),
    ...channelDevices(plan),
    ...inputDevices(plan),
    ...soundDevices(plan),
    ...smallDevices(plan),
  ];
  return [...backends(plan, drives), ...deviceOptions(plan, devices), ...consoleOptions(plan), displayOption(plan)];
}
