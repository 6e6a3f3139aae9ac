import type { XmlElement } from '../xml.ts';
import type { Context } from './context.ts';
import { anyAttribute } from './names.ts';
import { ovirtBoot, ovirtBootOrder } from './ovirt.ts';
import { virtualBoxBoot } from './virtualbox.ts';
import { xenBoot } from './xenserver.ts';

/** Entries of a boot order; what follows is of no use. */
const MAX_ORDER = 16;

interface Entry {
  readonly device: string;
  readonly at: XmlElement;
}
export interface BootKind {
  readonly kind: 'disk' | 'cdrom' | 'nic';
  readonly at: XmlElement;
}

/** The boot order by the positions of the model: `disk0`, `nic0`, `cdrom0`. An empty drive is none to boot from. */
export function voteBootOrder(context: Context): void {
  const entries = [named, numbered, byKind, flagged, notBlank]
    .map((source) => source(context))
    .find((found) => found.length > 0);
  const order = [...new Set(entries?.map(({ device }) => device))].slice(0, MAX_ORDER);
  const first = entries?.[0];
  if (first !== undefined) context.ballot.say('boot-order', order.join(','), first.at);
}

/** VMware: sections that name a device each, first first. */
function named(context: Context): readonly Entry[] {
  const ids = deviceIds(context);
  return context.system.children
    .filter(({ local }) => local === 'BootOrderSection')
    .flatMap((at) => {
      const device = ids.get(anyAttribute(at, 'instanceId')?.trim() ?? '');
      return device === undefined ? [] : [{ device, at }];
    });
}

/** oVirt: a number on each device. */
function numbered({ storage, nics, scope }: Context): readonly Entry[] {
  if (scope.dialect !== 'ovirt') return [];
  const devices = [
    ...storage.disks.map(({ item }, index) => ({ item, device: `disk${index}` })),
    ...discs(storage).map(({ item }, index) => ({ item, device: `cdrom${index}` })),
    ...nics.map(({ item }, index) => ({ item, device: `nic${index}` })),
  ];
  return devices
    .map(({ item, device }) => ({ device, at: item.element, order: ovirtBootOrder(item) }))
    .filter(({ order }) => order !== null)
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
}

/** An order of kinds: of each, the first device; of disks, the one marked to boot from. */
function byKind(context: Context): readonly Entry[] {
  const { storage, nics, scope, system, vbox } = context;
  const kinds: readonly BootKind[] =
    scope.dialect === 'ovirt'
      ? ovirtBoot(system)
      : vbox !== undefined && context.hardware !== undefined && virtualBoxBoot(vbox).length > 0
        ? virtualBoxBoot(vbox)
        : xenBoot(context);
  const marked = storage.disks.findIndex(({ disk }) => disk.bootable === true);
  const first: Readonly<Record<BootKind['kind'], string | null>> = {
    disk: storage.disks.length === 0 ? null : `disk${Math.max(marked, 0)}`,
    cdrom: discs(storage).length === 0 ? null : 'cdrom0',
    nic: nics.length === 0 ? null : 'nic0',
  };
  return kinds.flatMap(({ kind, at }) => {
    const device = first[kind];
    return device === null ? [] : [{ device, at }];
  });
}

/** Nothing but a mark on a disk. */
function flagged({ storage }: Context): readonly Entry[] {
  return storage.disks.flatMap(({ disk, item }, index) =>
    disk.bootable === true ? [{ device: `disk${index}`, at: item.element }] : [],
  );
}

/** A first disk that is still to be made is none to boot from where another one has data. */
function notBlank({ storage }: Context): readonly Entry[] {
  const filled = storage.disks.findIndex(({ disk }) => disk.file !== null);
  const item = filled > 0 ? storage.disks[filled]?.item : undefined;
  return item === undefined ? [] : [{ device: `disk${filled}`, at: item.element }];
}

/** CD-ROM drives with a disc; `cdrom0` is the first of them among the drives. */
function discs(storage: Context['storage']) {
  return storage.drives.filter(({ drive }) => drive.kind === 'cdrom' && drive.file !== null);
}

function deviceIds({ storage, nics }: Context): ReadonlyMap<string, string> {
  return new Map([
    ...storage.disks.map(({ item }, index) => [item.id, `disk${index}`] as const),
    ...discs(storage).map(({ item }, index) => [item.id, `cdrom${index}`] as const),
    ...nics.map(({ item }, index) => [item.id, `nic${index}`] as const),
  ]);
}
