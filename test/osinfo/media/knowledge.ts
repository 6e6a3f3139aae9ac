import {
  type DiskEvidence,
  type Json,
  type OsMedia,
  type OsProfile,
  unreadDisk,
  type Vote,
} from '../../../src/facts/index.ts';
import type { Knowledge } from '../../../src/osinfo/index.ts';
import { detectDisc } from '../../../src/osinfo/media/detect.ts';
import type { Disc } from '../../../src/osinfo/media/index.ts';
import { mediaVotes } from '../../../src/osinfo/media/votes.ts';

/** A medium that asks for nothing but what is given. */
export function medium(given: Partial<OsMedia>): OsMedia {
  return {
    os: 'http://example.org/os/1',
    architecture: 'x86_64',
    volumeId: null,
    systemId: null,
    publisherId: null,
    applicationId: null,
    volumeSize: null,
    live: false,
    installer: true,
    kernel: null,
    initrd: null,
    url: null,
    variants: [],
    languages: null,
    ...given,
  };
}

/** A system that is as empty as can be but for what is given. */
export function emptySystem(given: Partial<OsProfile> & { readonly id: string }): OsProfile {
  return {
    shortIds: [given.id.split('/').slice(-2).join('')],
    name: given.id,
    version: null,
    vendor: null,
    codename: null,
    family: null,
    distro: null,
    releaseStatus: 'released',
    releaseDate: null,
    eolDate: null,
    devices: [],
    firmware: [],
    resources: {},
    variants: [],
    drivers: [],
    images: [],
    trees: [],
    database: 'test',
    pointer: '',
    ...given,
  };
}

/** Such systems by id. */
export function systems(...given: readonly Parameters<typeof emptySystem>[0][]) {
  const profiles = given.map(emptySystem);
  // as a snapshot does, a new object each time
  return (id: string): OsProfile | undefined =>
    profiles.filter((profile) => profile.id === id).map((p) => ({ ...p }))[0];
}

export function disc(given: Partial<Disc>): Disc {
  return {
    volumeId: 'VOLUME',
    systemId: null,
    publisherId: null,
    applicationId: null,
    volumeSize: 4096,
    bootable: true,
    ...given,
  };
}

/** Evidence of a disc as its reader leaves it. */
export function evidence(details: { readonly [name: string]: Json }, format = 'iso'): DiskEvidence {
  return unreadDisk({
    id: 'disk0',
    uri: '/discs/one.iso',
    path: '/discs/one.iso',
    format,
    payload: 'iso',
    virtualSize: 4096,
    fileSize: 4096,
    details: {
      volumeId: 'VOLUME',
      systemId: '',
      publisher: '',
      application: '',
      volumeSize: 4096,
      iso9660: true,
      elTorito: [],
      ...details,
    },
  });
}

/** What a plan hears of discs, as the pipeline asks for it. */
export function votesOf(
  discs: readonly DiskEvidence[],
  media: readonly OsMedia[],
  find: Knowledge['find'],
): readonly Vote[] {
  const knowledge = { label: 'test', media: () => media, find };
  return mediaVotes(discs.map((disk) => ({ ...detectDisc(disk, knowledge), uri: disk.uri })));
}
