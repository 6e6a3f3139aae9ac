import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import type { Context } from './context.ts';
import { anyAttribute, child, children, descend, isFalse, isTrue } from './names.ts';
import { nicModels, normaliseMac, type PlacedNic } from './nics.ts';
import { lookUp } from './tables.ts';
import { parseCount } from './units.ts';

const AUDIO: Readonly<Record<string, string>> = { hda: 'ich6', ac97: 'ac97', sb16: 'sb16' };
/** VMSVGA and VBoxSVGA have no equal that is safe to prefer over virtio. */
const VIDEO: Readonly<Record<string, string>> = { vboxvga: 'vga', qemuramfb: 'ramfb' };
const CHIPSETS: Readonly<Record<string, string>> = { piix3: 'i440fx', ich9: 'q35', armv8virtual: 'virt' };
const TPMS: Readonly<Record<string, string>> = { v1_2: '1.2', v2_0: '2.0' };

/** What `vbox:Machine` completes: firmware, TPM, clock, chipset, video, audio, USB, serial ports. */
export function voteVirtualBox(context: Context): void {
  const { vbox, ballot, details } = context;
  const hardware = child(vbox, 'Hardware');
  if (vbox === undefined || hardware === undefined) return;
  const arm = /^arm$/i.test(attribute(platform(vbox), 'architecture'));
  const firmware = child(hardware, 'Firmware');
  const kind = attribute(firmware, 'type').toLowerCase();
  // nothing said is BIOS on a PC, and ARM has none
  if (firmware === undefined || kind === '') ballot.say('firmware', arm ? 'uefi' : 'bios', firmware ?? hardware);
  else if (kind.startsWith('efi') || kind === 'bios')
    ballot.say('firmware', kind === 'bios' ? 'bios' : 'uefi', firmware);
  const tpm = child(hardware, 'TrustedPlatformModule');
  const version = lookUp(TPMS, attribute(tpm, 'type').toLowerCase());
  if (tpm !== undefined && version !== undefined) ballot.say('tpm', version, tpm);
  voteDevices(context, vbox, hardware);
  const nvram = attribute(descend(hardware, 'BIOS', 'NVRAM'), 'path');
  if (nvram !== '') details['virtualboxNvram'] = cleanLine(nvram);
}

/** Before 7.1 the chipset, clock and processors were part of Hardware. */
function platform(vbox: XmlElement): XmlElement | undefined {
  return child(vbox, 'Platform') ?? descend(vbox, 'Hardware', 'Platform');
}

function voteDevices({ ballot, details }: Context, vbox: XmlElement, hardware: XmlElement): void {
  const either = (name: string) => child(hardware, name) ?? child(platform(vbox), name);
  const named = (element: XmlElement | undefined, name: string, table: Readonly<Record<string, string>>) =>
    lookUp(table, attribute(element, name).toLowerCase());
  const chipset = either('Chipset');
  const machine = named(chipset, 'type', CHIPSETS);
  if (chipset !== undefined && machine !== undefined) ballot.ran('machine', machine, chipset);
  const display = child(hardware, 'Display');
  const video = named(display, 'controller', VIDEO);
  if (display !== undefined && video !== undefined) ballot.ran('video-model', video, display);
  const controller = attribute(display, 'controller');
  if (controller !== '') details['virtualboxVideo'] = cleanLine(controller);
  const audio = child(hardware, 'AudioAdapter');
  const sound = named(audio, 'controller', AUDIO);
  if (audio !== undefined && sound !== undefined && isTrue(anyAttribute(audio, 'enabled'))) {
    ballot.ran('sound-model', sound, audio);
  }
  const clock = either('RTC');
  const offset = attribute(clock, 'localOrUTC').toLowerCase();
  if (clock !== undefined && (offset === 'utc' || offset === 'local')) {
    ballot.ran('clock-offset', offset === 'utc' ? 'utc' : 'localtime', clock);
  }
  const port = children(child(hardware, 'UART'), 'Port').find((port) => isTrue(anyAttribute(port, 'enabled')));
  if (port !== undefined) ballot.ran('serial', true, port);
  voteUsb(hardware, ballot);
}

function voteUsb(hardware: XmlElement, ballot: Context['ballot']): void {
  const controllers = children(descend(hardware, 'USB', 'Controllers'), 'Controller');
  const of = (type: string) => controllers.find((controller) => attribute(controller, 'type').toUpperCase() === type);
  const [xhci, ehci] = [of('XHCI'), of('EHCI')];
  if (xhci !== undefined) ballot.ran('usb-controller', 'qemu-xhci', xhci);
  else if (ehci !== undefined) ballot.ran('usb-controller', 'ich9-ehci1', ehci);
}

/**
 * Model and MAC of each card from the adapters. Card n is the n-th enabled adapter by slot, which is how VirtualBox
 * writes the Items; where their numbers differ, nothing is said.
 */
export function completeNics(nics: readonly PlacedNic[], vbox: XmlElement | undefined): readonly PlacedNic[] {
  const adapters = children(descend(vbox, 'Hardware', 'Network'), 'Adapter')
    .filter((adapter) => !isFalse(anyAttribute(adapter, 'enabled')))
    .toSorted((a, b) => slot(a) - slot(b));
  if (adapters.length !== nics.length) return nics;
  return nics.map((placed, index) => {
    const adapter = adapters[index];
    const type = cleanLine(attribute(adapter, 'type'));
    const mac = placed.nic.mac ?? normaliseMac(attribute(adapter, 'MACAddress'));
    const model = type === '' ? placed.nic.model : type;
    const models = type === '' ? placed.models : nicModels(type);
    return { ...placed, models, nic: { ...placed.nic, model, mac } };
  });
}

const slot = (adapter: XmlElement) => parseCount(anyAttribute(adapter, 'slot')) ?? 0;

const DEVICES: Readonly<Record<string, 'disk' | 'cdrom' | 'nic'>> = { harddisk: 'disk', dvd: 'cdrom', network: 'nic' };

/** Boot devices by kind, in order; floppies are left out. */
export function virtualBoxBoot(
  vbox: XmlElement,
): readonly { readonly kind: 'disk' | 'cdrom' | 'nic'; readonly at: XmlElement }[] {
  return children(descend(vbox, 'Hardware', 'Boot'), 'Order')
    .toSorted((a, b) => (parseCount(anyAttribute(a, 'position')) ?? 0) - (parseCount(anyAttribute(b, 'position')) ?? 0))
    .flatMap((order) => {
      const kind = lookUp(DEVICES, attribute(order, 'device').toLowerCase());
      return kind === undefined ? [] : [{ kind, at: order }];
    });
}

/** ARM is said by the platform, or by the name of the OS type, in either letter case. */
export function virtualBoxArchitecture(vbox: XmlElement | undefined): string | null {
  if (vbox === undefined) return null;
  if (/^arm$/i.test(attribute(platform(vbox), 'architecture'))) return 'aarch64';
  return null;
}

function attribute(of: XmlElement | undefined, name: string): string {
  return of === undefined ? '' : (anyAttribute(of, name) ?? '');
}
