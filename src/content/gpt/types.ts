import type { Architecture, PartitionRole } from '../../facts/content.ts';

export interface GptType {
  readonly name: string;
  readonly role: PartitionRole;
  /** The architecture a root or /usr partition is made for; null where the type says none that we know. */
  readonly architecture: Architecture | null;
}

const TYPES: Readonly<Record<string, readonly [name: string, role: PartitionRole]>> = {
  'c12a7328-f81f-11d2-ba4b-00a0c93ec93b': ['EFI System', 'esp'],
  '21686148-6449-6e6f-744e-656564454649': ['BIOS boot', 'bios-boot'],
  'e3c9e316-0b5c-4db8-817d-f92df00215ae': ['Microsoft reserved', 'msr'],
  'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7': ['Microsoft basic data', 'windows-data'],
  'de94bba4-06d1-4d40-a16a-bfd50179d6ac': ['Windows recovery environment', 'windows-recovery'],
  '5808c8aa-7e8f-42e0-85d2-e1e90434cfb3': ['Microsoft LDM metadata', 'windows-data'],
  'af9b60a0-1431-4f62-bc68-3311714a69ad': ['Microsoft LDM data', 'windows-data'],
  'e75caf8f-f680-4cee-afa3-b001e56efc2d': ['Microsoft Storage Spaces', 'windows-data'],
  '9e1a2d38-c612-4316-aa26-8b49521e5a8b': ['PowerPC PReP boot', 'prep'],
  'bc13c2ff-59e6-4262-a352-b275fd6f7172': ['Linux extended boot (XBOOTLDR)', 'xbootldr'],
  '0fc63daf-8483-4772-8e79-3d69d8477de4': ['Linux filesystem', 'linux-data'],
  '933ac7e1-2eb4-4f13-b844-0e14e2aef915': ['Linux home', 'linux-data'],
  '3b8f8425-20e0-4f3b-907f-1a25a76f98e8': ['Linux server data', 'linux-data'],
  '4d21b016-b534-45c2-a9fb-5c16e091fd2d': ['Linux variable data', 'linux-data'],
  '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f': ['Linux swap', 'linux-swap'],
  'e6d6d379-f507-44c2-a23c-238f2a3df928': ['Linux LVM', 'linux-lvm'],
  'a19d880f-05fc-4d3b-a006-743f0f84911e': ['Linux RAID', 'linux-raid'],
  'ca7d7ccb-63ed-4c53-861c-1742536059cc': ['Linux LUKS', 'linux-luks'],
  '83bd6b9d-7f41-11dc-be0b-001560b84f0f': ['FreeBSD boot', 'freebsd-boot'],
  '516e7cb4-6ecf-11d6-8ff8-00022d09712b': ['FreeBSD data', 'freebsd-data'],
  '516e7cb6-6ecf-11d6-8ff8-00022d09712b': ['FreeBSD UFS', 'freebsd-data'],
  '516e7cba-6ecf-11d6-8ff8-00022d09712b': ['FreeBSD ZFS', 'freebsd-data'],
  '516e7cb5-6ecf-11d6-8ff8-00022d09712b': ['FreeBSD swap', 'freebsd-data'],
  '48465300-0000-11aa-aa11-00306543ecac': ['Apple HFS/HFS+', 'apple-data'],
  '7c3457ef-0000-11aa-aa11-00306543ecac': ['Apple APFS', 'apple-data'],
  '6a898cc3-1dd2-11b2-99a6-080020736631': ['Solaris /usr or ZFS', null],
};

/** Discoverable Partitions Specification: root partitions name the architecture they are for. */
const ROOTS: Readonly<Record<string, readonly [suffix: string, architecture: Architecture | null]>> = {
  '4f68bce3-e8cd-4db1-96e7-fbcaf984b709': ['x86-64', 'x86_64'],
  '44479540-f297-41b2-9af7-d131d5f0458a': ['x86', 'i686'],
  'b921b045-1df0-41c3-af44-4c6f280d3fae': ['arm64', 'aarch64'],
  '69dad710-2ce4-4e3c-b16c-21a1d49abed3': ['arm', 'armv7l'],
  '72ec70a6-cf74-40e6-bd49-4bda08e8f224': ['riscv64', 'riscv64'],
  '60d5a7fe-8e7d-435c-b714-3dd8162144e1': ['riscv32', null],
  'c31c45e6-3f39-412e-80fb-4809c4980599': ['ppc64-le', 'ppc64le'],
  '912ade1d-a839-4913-8964-a10eee08fbd2': ['ppc64', 'ppc64'],
  '1de3f1ef-fa98-47b5-8dcd-4a860a654d78': ['ppc', null],
  '5eead9a9-fe09-4a1e-a1d7-520d00531306': ['s390x', 's390x'],
  '08a7acea-624c-4a20-91e8-6e0fa67d23f9': ['s390', null],
  '77055800-792c-4f94-b39a-98c91b762bb6': ['loongarch64', 'loongarch64'],
  '993d8d3d-f80e-4225-855a-9daf8ed7ea97': ['ia64', null],
  '700bda43-7a34-4507-b179-eeb93d7a7ca3': ['mips64-le', null],
  '37c58c8a-d913-4156-a25f-48b1b64e07f0': ['mips-le', null],
  'd113af76-80ef-41b4-bdb6-0cff4d3d4a25': ['mips64', null],
  'e9434544-6e2c-47cc-bae2-12d6deafb44c': ['mips', null],
  '1aacdb3b-5444-4138-bd9e-e5c2239b2346': ['parisc', null],
  '6523f8ae-3eb1-4e2a-a05a-18b695ae656f': ['alpha', null],
  'd27f46ed-2919-4cb8-bd25-9531f3c16534': ['arc', null],
  'c50cdd70-3862-4cc3-90e1-809a8c93ee2c': ['tilegx', null],
};

export function gptType(guid: string): GptType | null {
  const root = ROOTS[guid];
  if (root !== undefined) {
    return { name: `Linux root (${root[0]})`, role: `root-${root[0]}`, architecture: root[1] };
  }
  const plain = TYPES[guid];
  return plain === undefined ? null : { name: plain[0], role: plain[1], architecture: null };
}

/** The architecture of a root partition's type, if its type says one. */
export function rootArchitecture(guid: string): Architecture | null {
  return ROOTS[guid]?.[1] ?? null;
}
