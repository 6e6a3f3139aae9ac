import { type Json, type Value, type Vote, vote } from '../../facts/index.ts';
import type { Descriptor } from './descriptor.ts';

interface Controller {
  readonly bus: 'ide' | 'scsi';
  /** null where no hypervisor but VMware has the model. */
  readonly model: string | null;
}

/** Values of ddb.adapterType. VMware writes lsilogic for SATA, NVMe and pvscsi too, so the word is a hint at most. */
const ADAPTERS: Readonly<Record<string, Controller>> = {
  ide: { bus: 'ide', model: null },
  lsilogic: { bus: 'scsi', model: 'lsilogic' },
  lsisas1068: { bus: 'scsi', model: 'lsisas1068' },
  pvscsi: { bus: 'scsi', model: 'vmpvscsi' },
  buslogic: { bus: 'scsi', model: null },
  legacyesx: { bus: 'scsi', model: null },
};

/** The controller the disk hung on, as votes. */
export function adapterVotes(descriptor: Descriptor, disk: string, uri: string): readonly Vote[] {
  const adapter = descriptor.database.get('adaptertype');
  if (adapter === undefined) return [];
  const name = adapter.value.toLowerCase();
  const controller = Object.hasOwn(ADAPTERS, name) ? ADAPTERS[name] : undefined;
  if (controller === undefined) return [];
  const said = (key: 'disk-bus' | 'scsi-model', subject: string | null, value: Value) =>
    vote({
      key,
      subject,
      strength: 'recommended',
      values: [value],
      origin: 'source-hardware',
      uri,
      pointer: `0x${adapter.offset.toString(16)}`,
      disk,
    });
  const bus = said('disk-bus', disk, controller.bus);
  return controller.model === null ? [bus] : [bus, said('scsi-model', null, controller.model)];
}

/** What the descriptor says of the disk and the machine it was in. Absent is null. */
export function hardwareDetails({ database, fields }: Descriptor): { readonly [name: string]: Json } {
  const entry = (name: string) => database.get(name)?.value ?? null;
  const number = (name: string) => {
    const value = entry(name);
    return value !== null && /^\d{1,10}$/.test(value) ? Number(value) : null;
  };
  const flag = (name: string) => {
    const value = entry(name);
    return value === null ? null : value === '1';
  };
  return {
    cid: fields.get('cid')?.value ?? null,
    parentCid: fields.get('parentcid')?.value ?? null,
    encoding: fields.get('encoding')?.value ?? null,
    changeTrackPath: fields.get('changetrackpath')?.value ?? null,
    adapterType: entry('adaptertype'),
    virtualHWVersion: number('virtualhwversion'),
    geometry: {
      cylinders: number('geometry.cylinders'),
      heads: number('geometry.heads'),
      sectors: number('geometry.sectors'),
    },
    toolsVersion: entry('toolsversion'),
    toolsInstallType: entry('toolsinstalltype'),
    thinProvisioned: flag('thinprovisioned'),
    uuid: entry('uuid'),
    longContentID: entry('longcontentid'),
  };
}
