import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { disk, evidence } from '../policy/evidence.ts';
import { decideAll, flag } from './cases.ts';

const disks = ['disk0', 'disk1', 'disk2'].map((id) => disk({ id, bootable: id === 'disk1' }));
const request = { name: 'guest', uuid: null, cdroms: ['/srv/install.iso'], diskDir: null, kernel: null, initrd: null };

/** Ids of devices that have a place, first first. */
function orderOf(...votes: Parameters<typeof decideAll>[0]): readonly string[] {
  const { decisions } = decideAll(votes, { disks });
  const { plan } = buildPlan(evidence({ disks }), decisions, null, request, { host: null, store: null });
  return [...plan.disks, ...plan.cdroms, ...plan.nics]
    .filter(({ bootOrder }) => bootOrder !== null)
    .toSorted((a, b) => (a.bootOrder ?? 0) - (b.bootOrder ?? 0))
    .map(({ id }) => id);
}

describe('the boot order of devices', () => {
  it.each([
    ['where nobody speaks of it', [], ['disk1', 'disk0', 'disk2']],
    ['of a flag', [flag('boot-order', 'disk2,cdrom0')], ['disk2', 'cdrom0', 'disk0', 'disk1']],
    ['of a network card alone', [flag('boot-order', 'nic0')], ['nic0', 'disk0', 'disk1', 'disk2']],
  ])('%s has every disk in it', (_title, votes, expected) => expect(orderOf(...votes)).toEqual(expected));
});
