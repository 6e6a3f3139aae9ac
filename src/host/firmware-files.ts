import { open, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Finding, VmImportError } from '../diagnostics/index.ts';
import { isMissing, systemReason } from '../diagnostics/system-error.ts';
import type { FirmwareFile, HostFirmware } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';

/** Where QEMU's documentation has packages and administrators put descriptors. */
const SYSTEM_DIRECTORIES = ['/usr/share/qemu/firmware', '/etc/qemu/firmware'] as const;
const MAX_DESCRIPTORS = 500;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where libvirt looks for descriptors, the weakest first. `user`: as an unprivileged user, who has some of his own. */
export function firmwareDirectories(
  { user }: { readonly user: boolean },
  environment: Environment = process.env,
): readonly string[] {
  if (!user) return SYSTEM_DIRECTORIES;
  const xdg = environment['XDG_CONFIG_HOME'];
  const config = xdg?.startsWith('/') === true ? xdg : join(environment['HOME'] ?? homedir(), '.config');
  return [...SYSTEM_DIRECTORIES, join(config, 'qemu', 'firmware')];
}

/**
 * Descriptors of several directories in the order in which libvirt tries them: by file name, where a file hides those
 * of its name in the directories before it, and an empty one hides them without a replacement. A directory that is not
 * there has none. Throws `host/unreadable-directory` (exit 2) for one that is and cannot be read.
 */
export async function findDescriptors(directories: readonly string[]): Promise<readonly string[]> {
  const found = new Map<string, string>();
  for (const directory of directories) {
    for (const name of await namesIn(directory)) found.set(name, join(resolve(directory), name));
  }
  const names = [...found.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const paths: string[] = [];
  for (const name of names) {
    const path = found.get(name) ?? '';
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    if (size > 0) paths.push(path);
  }
  return paths;
}

/** Descriptors of one directory that somebody names. Throws (exit 2) where there are none. */
export async function descriptorsIn(directory: string): Promise<readonly string[]> {
  const found = await findDescriptors([directory]);
  if (found.length > 0) return found;
  throw new VmImportError(diagnostics['no-descriptors']({ directory }));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    const names = (await readdir(directory)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    if (names.length <= MAX_DESCRIPTORS) return names;
    const reason = `${names.length} descriptors are more than the ${MAX_DESCRIPTORS} that are read`;
    throw new VmImportError(diagnostics['unreadable-directory']({ directory, reason }));
  } catch (error) {
    if (isMissing(error)) return [];
    const reason = systemReason(error);
    if (reason === null) throw error;
    throw new VmImportError(diagnostics['unreadable-directory']({ directory, reason }), { cause: error });
  }
}

/** Whether a descriptor is one that the libvirt of this machine reads; only then are its paths paths of this machine. */
export function isInstalled(descriptor: string, environment: Environment = process.env): boolean {
  return firmwareDirectories({ user: true }, environment).includes(dirname(resolve(descriptor)));
}

/** Looks for the files of a descriptor on this machine. */
export async function lookedUp(
  firmware: HostFirmware,
): Promise<{ readonly firmware: HostFirmware; readonly findings: readonly Finding[] }> {
  const { executable, template, uri } = firmware;
  const code = await sizeOf(executable);
  const store = template === null ? null : await sizeOf(template);
  const missing = [code === null ? executable : null, template !== null && store === null ? template : null];
  const paths = missing.flatMap((file) => (file === null ? [] : [file.path]));
  return {
    firmware: {
      ...firmware,
      template: template === null ? null : { ...template, size: store },
      present: paths.length === 0,
    },
    findings: paths.map((path) =>
      diagnostics['firmware-missing']({ descriptor: basename(uri), path }, [
        { origin: 'host', uri, pointer: '/mapping' },
      ]),
    ),
  };
}

const QCOW2 = Buffer.from('QFI\xfb', 'latin1');
const QCOW2_SIZE = 24;

/** Bytes that a guest sees of a file; null when it is not there, or not what the descriptor says. */
async function sizeOf({ path, format }: FirmwareFile): Promise<number | null> {
  const stats = await stat(path).catch(() => null);
  if (stats?.isFile() !== true) return null;
  if (format === 'raw') return stats.size;
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(QCOW2_SIZE + 8), 0, QCOW2_SIZE + 8, 0);
    const whole = bytesRead === buffer.length && buffer.subarray(0, 4).equals(QCOW2);
    const size = whole ? buffer.readBigUInt64BE(QCOW2_SIZE) : null;
    return size === null || size > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(size);
  } finally {
    await file.close();
  }
}
