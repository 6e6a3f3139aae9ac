import { VmImportError } from '../../diagnostics/index.ts';
import type { DescribedMachine, Json } from '../../facts/index.ts';
import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import { Ballot } from './ballot.ts';
import { voteBootOrder } from './boot.ts';
import type { Context, Device } from './context.ts';
import { readControllers } from './controllers.ts';
import { driverClaims, voteDevices } from './devices.ts';
import { diagnostics } from './diagnostics.ts';
import { readStorage } from './disks.ts';
import { takeHardware } from './hardware.ts';
import { readItems, title } from './items.ts';
import { kindOfItem } from './kinds.ts';
import { readLabels } from './labels.ts';
import { anyAttribute, attribute, HINTS, textOf, VBOX } from './names.ts';
import { readNic } from './nics.ts';
import { readOsNames } from './os.ts';
import { voteOvirt } from './ovirt.ts';
import { isPlaceHolder } from './place-holder.ts';
import type { Properties } from './properties.ts';
import type { Report } from './report.ts';
import type { Scope } from './scope.ts';
import { readSettings } from './settings.ts';
import { voteSize } from './size.ts';
import { readState } from './state.ts';
import { LeftOut } from './unknown.ts';
import { completeNics, voteVirtualBox } from './virtualbox.ts';
import { concludeVmware, vmwareVideo, voteVmware } from './vmware.ts';
import { voteXenServer } from './xenserver.ts';

/** Disks or network cards of one machine: the names `disk0` to `disk999` end there. */
const MAX_DEVICES = 1000;

/** A VirtualSystem with its place in the document. */
export interface System {
  readonly element: XmlElement;
  /** Unique within the document. */
  readonly id: string;
  /** The machine itself, then the collections around it, then the envelope. */
  readonly holders: readonly XmlElement[];
  readonly properties: Properties;
}

export function readMachine(system: System, scope: Scope, report: Report): DescribedMachine {
  const left = new LeftOut();
  const context = gather(system, scope, report, left);
  const { ballot, storage, details } = context;
  voteSize(context);
  voteVmware(context);
  voteVirtualBox(context);
  voteOvirt(context);
  voteXenServer(context);
  concludeVmware(context);
  vmwareVideo(context);
  const state = readState(context);
  const osNames = readOsNames(context);
  voteDevices(context);
  voteBootOrder(context);
  left.addSections(system.element, report);
  left.report(report);
  return {
    id: system.id,
    name: nameOf(context),
    labels: readLabels(system.element, system.holders, system.properties, scope.messages),
    disks: storage.disks.map(({ disk }) => disk),
    drives: storage.drives.map(({ drive }) => drive),
    nics: context.nics.map(({ nic }) => nic),
    state,
    votes: ballot.votes,
    drivers: driverClaims(context),
    osNames,
    hints: hintsOf(context),
    details,
    findings: report.findings,
  };
}

/** Reads the devices of the configuration taken. */
function gather(system: System, scope: Scope, report: Report, left: LeftOut): Context {
  const hardware = takeHardware(system.element, report);
  const items = hardware === undefined ? [] : readItems(hardware.element, scope.configuration);
  const kinds = items.map((item): Device => ({ item, kind: kindOfItem(item, scope.dialect) }));
  const devices = kinds.filter(({ item }) => item.bound === null);
  const controllers = readControllers(devices.filter(({ kind }) => kind === 'controller').map(({ item }) => item));
  const storage = readStorage(devices, controllers, scope, system.properties, report);
  const vbox = system.element.children.find(({ local, namespace }) => local === 'Machine' && namespace === VBOX);
  const cards = devices.filter(({ kind }) => kind === 'nic').map(({ item }) => readNic(item, scope.dialect, report));
  if (storage.disks.length >= MAX_DEVICES || cards.length >= MAX_DEVICES) {
    const what = `a machine of ${MAX_DEVICES} or more disks or network cards`;
    throw new VmImportError(diagnostics['too-much']({ what }, report.at(system.element)));
  }
  for (const { item, kind } of kinds) left.addItem(item, kind);
  reportPassthrough(devices, report);
  const details: { [name: string]: Json } = { dialect: scope.dialect, ovfVersion: scope.version };
  if (hardware !== undefined) {
    details['virtualSystemTypes'] = hardware.types;
    const transport = attribute(hardware.element, 'transport')?.trim() ?? '';
    if (transport !== '') details['transport'] = cleanLine(transport).split(' ');
  }
  return {
    system: system.element,
    hardware: hardware?.element,
    devices,
    bounds: kinds.filter(({ item }) => item.bound !== null),
    storage,
    nics: completeNics(cards, vbox),
    settings: readSettings(hardware?.element),
    vbox,
    scope,
    ballot: new Ballot(report),
    report,
    details,
  };
}

function reportPassthrough(devices: readonly Device[], report: Report): void {
  const passed = devices.filter(({ kind }) => kind === 'passthrough').slice(0, 16);
  if (passed.length === 0) return;
  const names = passed.map(({ item }) => cleanLine(title(item))).join(', ');
  report.add(diagnostics.passthrough({ devices: names }, report.at(...passed.map(({ item }) => item.element))));
}

/** Name, else what VMware and VirtualBox call the machine inside of its hardware. */
function nameOf({ system, hardware, vbox, scope }: Context): string | null {
  const name = system.children.find(({ local }) => local === 'Name');
  const inside = hardware?.children.find(({ local }) => local === 'System');
  const candidates = [
    name === undefined ? '' : scope.messages.of(name),
    textOf(inside, 'VirtualSystemIdentifier') ?? '',
    vbox === undefined ? '' : (anyAttribute(vbox, 'name') ?? ''),
  ];
  return candidates.map((text) => cleanLine(text)).find((text) => text !== '' && !isPlaceHolder(text)) ?? null;
}

/** The machine's own hint element, else the one of the envelope. */
function hintsOf({ system, hardware, scope, report }: Context): DescribedMachine['hints'] {
  const own = [...system.children, ...(hardware?.children ?? [])].find(isHints);
  const element = own ?? scope.hints;
  return element === null ? null : { bytes: Buffer.from(element.text, 'utf8'), pointer: report.pointer(element) };
}

/** `<Hints xmlns="urn:vm-import:hints:1">`; its text is the JSON document. */
export function isHints({ local, namespace }: XmlElement): boolean {
  return local === 'Hints' && namespace === HINTS;
}
