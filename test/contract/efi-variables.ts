import { closeSync, copyFileSync, openSync, readFileSync, writeSync } from 'node:fs';

/** PI specification, volume 3: a firmware volume, and in it EDK II's store of authenticated variables. */
const VOLUME_HEADER_LENGTH = 0x30;
const STORE_HEADER = 28;
const VARIABLE_HEADER = 60;
const VARIABLE_START = 0x55aa;
const ADDED = 0x3f;

/** Kept without power, and seen while booting and by the running system. */
const ATTRIBUTES = 7;
const GLOBAL = guid('8be4df61-93ca-11d2-aa0d-00e098032b8c');

const ACTIVE = 1;
const DEVICE_PATH_END = Buffer.from([0x7f, 0xff, 4, 0]);

const utf16 = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** The first three fields of a GUID are little-endian. */
function guid(text: string): Buffer {
  const [first = '', second = '', third = '', ...rest] = text.split('-');
  const swapped = [first, second, third].map((field) => Buffer.from(field, 'hex').reverse());
  return Buffer.concat([...swapped, Buffer.from(rest.join(''), 'hex')]);
}

function node(type: number, subtype: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, subtype]), u16(4 + data.length), data]);
}

interface BootEntry {
  readonly title: string;
  /** Partition 1 of a GPT: its GUID, first sector and sectors. */
  readonly partition: { readonly guid: string; readonly start: number; readonly size: number };
  /** Path on it, with backslashes. */
  readonly loader: string;
}

/** UEFI specification, 3.1.3 "Load Options" and 10.3 "Device Path Nodes": a hard drive and a file on it. */
function loadOption({ title, partition, loader }: BootEntry): Buffer {
  const drive = Buffer.alloc(38);
  drive.writeUInt32LE(1, 0);
  drive.writeBigUInt64LE(BigInt(partition.start), 4);
  drive.writeBigUInt64LE(BigInt(partition.size), 12);
  guid(partition.guid).copy(drive, 20);
  drive.set([2, 2], 36); // a GPT, its partition named by GUID
  const path = Buffer.concat([node(4, 1, drive), node(4, 4, utf16(loader)), DEVICE_PATH_END]);
  const active = Buffer.alloc(4);
  active.writeUInt32LE(ACTIVE);
  return Buffer.concat([active, u16(path.length), utf16(title), path]);
}

function variable(name: string, data: Buffer): Buffer {
  const header = Buffer.alloc(VARIABLE_HEADER);
  header.writeUInt16LE(VARIABLE_START, 0);
  header.writeUInt8(ADDED, 2);
  header.writeUInt32LE(ATTRIBUTES, 4);
  header.writeUInt32LE(utf16(name).length, 36);
  header.writeUInt32LE(data.length, 40);
  GLOBAL.copy(header, 44);
  const bytes = Buffer.concat([header, utf16(name), data]);
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3, 0xff)]);
}

/** Where the next variable goes. */
function endOf(store: Buffer): number {
  let at = store.readUInt16LE(VOLUME_HEADER_LENGTH) + STORE_HEADER;
  while (store.readUInt16LE(at) === VARIABLE_START) {
    at += VARIABLE_HEADER + store.readUInt32LE(at + 36) + store.readUInt32LE(at + 40);
    at += -at & 3;
  }
  return at;
}

/** A copy of an empty variable store that starts one loader, as a machine has it once a system was installed on it. */
export function withBootEntry(template: string, path: string, entry: BootEntry): void {
  copyFileSync(template, path);
  const added = [variable('Boot0000', loadOption(entry)), variable('BootOrder', u16(0))];
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.concat(added), 0, undefined, endOf(readFileSync(path)));
  closeSync(file);
}
