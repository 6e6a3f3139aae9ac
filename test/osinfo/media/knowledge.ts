import type { DiskEvidence, Json, OsMedia, OsProfile } from '../../../src/facts/index.ts';
import type { Disc } from '../../../src/osinfo/media/index.ts';

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

/** Systems by id; what is not given is as empty as can be. */
export function systems(...given: readonly (Partial<OsProfile> & { readonly id: string })[]) {
  const profiles = given.map(
    (profile): OsProfile => ({
      shortIds: [profile.id.split('/').slice(-2).join('')],
      name: profile.id,
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
      ...profile,
    }),
  );
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
  return {
    id: 'disk0',
    uri: '/discs/one.iso',
    path: '/discs/one.iso',
    format,
    payload: 'iso',
    virtualSize: 4096,
    fileSize: 4096,
    device: false,
    backing: null,
    encrypted: false,
    bootable: null,
    slice: null,
    wrapping: [],
    partitions: [],
    content: null,
    proofs: [],
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
  };
}
