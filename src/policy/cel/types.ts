/**
 * CEL types of the evidence (facts/evidence.ts). `int?` can be null: CEL has no such types, so each gets operators that
 * compare it with null, and what asks more of a null fails when it runs. `dyn` is free JSON.
 */
export const FACT_TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Slice: { offset: 'int', size: 'int' },
  Backing: { name: 'string', path: 'string?', format: 'string?' },
  Wrapping: { kind: 'string', members: 'list<string>', paths: 'list<string>' },
  Partition: {
    index: 'int',
    table: 'string',
    typeId: 'string',
    typeName: 'string?',
    role: 'string?',
    name: 'string?',
    start: 'int',
    size: 'int',
    active: 'bool',
    filesystem: 'string?',
  },
  Loader: {
    partition: 'int?',
    path: 'string',
    architecture: 'string?',
    efi: 'bool',
    signed: 'bool',
    uki: 'bool',
    fallback: 'bool',
  },
  Kernel: { kind: 'string', architecture: 'string?', version: 'string?' },
  IsoEntry: { platform: 'string', sector: 'int' },
  Iso: { volume: 'string?', entries: 'list<IsoEntry>' },
  Content: {
    table: 'string?',
    sectorSize: 'int?',
    hybrid: 'bool',
    bootCode: 'string?',
    volumeBootCode: 'string?',
    loaders: 'list<Loader>?',
    fallback: 'list<string>',
    filesystem: 'string?',
    kernel: 'Kernel?',
    ramdisk: 'string?',
    iso: 'Iso?',
  },
  Proof: { pointer: 'string', offset: 'int', hex: 'string', what: 'string' },
  Disk: {
    id: 'string',
    uri: 'string',
    path: 'string?',
    format: 'string',
    payload: 'string',
    virtualSize: 'int?',
    fileSize: 'int',
    device: 'bool',
    backing: 'list<Backing>?',
    encrypted: 'bool',
    bootable: 'bool?',
    slice: 'Slice?',
    wrapping: 'list<Wrapping>',
    partitions: 'list<Partition>',
    content: 'Content?',
    proofs: 'list<Proof>',
    details: 'map<string, dyn>',
  },
  Nic: {
    id: 'string',
    model: 'string?',
    mac: 'string?',
    network: 'string?',
    uri: 'string?',
    pointer: 'string?',
  },
  Source: { uri: 'string', format: 'string?', size: 'int?', bytesRead: 'int', digest: 'string?' },
  Machine: { name: 'string', labels: 'map<string, string>' },
  Drivers: { disk: 'string?', boot: 'list<string>', running: 'list<string>' },
  OsName: {
    scheme: 'string',
    name: 'string',
    version: 'string?',
    producer: 'string?',
    pointer: 'string',
    uri: 'string',
  },
  Vote: {
    key: 'string',
    subject: 'string?',
    strength: 'string',
    values: 'list<dyn>',
    origin: 'string',
    uri: 'string?',
    pointer: 'string?',
    disk: 'string?',
  },
  Finding: { code: 'string', severity: 'string', safety: 'bool', args: 'map<string, dyn>' },
  Evidence: {
    machine: 'Machine',
    sources: 'list<Source>',
    disks: 'list<Disk>',
    nics: 'list<Nic>',
    drivers: 'list<Drivers>',
    osNames: 'list<OsName>',
    extensions: 'map<string, dyn>',
    votes: 'list<Vote>',
    findings: 'list<Finding>',
  },
};

/** CEL variables of both phases, and of phase verify. */
export const VOTE_VARIABLES: Readonly<Record<string, string>> = {
  evidence: 'Evidence',
  disks: 'list<Disk>',
  nics: 'list<Nic>',
  os: 'string',
  architecture: 'string',
};
export const VERIFY_VARIABLES: Readonly<Record<string, string>> = { ...VOTE_VARIABLES, plan: 'map<string, dyn>' };

/** `int` of `int?`. */
export function withoutNull(type: string): string {
  return type.replace(/\?$/, '');
}

/** Types that can be null. */
export function nullableTypes(): readonly string[] {
  const types = Object.values(FACT_TYPES).flatMap((fields) => Object.values(fields));
  return [...new Set(types.filter((type) => type.endsWith('?')).map(withoutNull))];
}
