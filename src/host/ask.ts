import { CommandFailure, type CommandRunner, commandRunner } from '../exec/index.ts';
import {
  ARCHITECTURES,
  type HostCapabilities,
  type HostGuest,
  MACHINE_FAMILIES,
  machineFamily,
  machineName,
} from '../facts/index.ts';
import { checkConnection, isLocal, isUnprivileged } from './connection.ts';
import { diagnostics } from './diagnostics.ts';
import { findDescriptors, firmwareDirectories } from './firmware-files.ts';
import { type HostReading, joined, known, MAX_BYTES, parseHostDocuments } from './index.ts';

/** The first connection to a daemon may probe every emulator: 12 s for three of them on a slow machine. */
const LIMITS = { timeout: 90_000, output: MAX_BYTES };
const INSTALL = 'Install it (Debian: libvirt-clients), or save the documents where it is and name the files.';
/** Connections at a time; an embedded driver has its directory to itself. */
const AT_ONCE = 4;

/** One kind of guest that a host can be asked about. */
interface Question {
  readonly architecture: string;
  readonly machine: string;
  readonly virtType: string;
}

export interface AskOptions {
  readonly run?: CommandRunner;
  /** Reads a file of this machine; for firmware descriptors. */
  readonly readFile: (path: string) => Promise<string>;
  readonly uid?: number | undefined;
}

/**
 * Asks libvirt what a host can do: its capabilities, then what each kind of guest can have that plans are made for. Of
 * this machine the firmware descriptors are read too. `uri` null: the connection that libvirt has by default. Throws
 * VmImportError (exit 2) where virsh is missing, fails, hangs or prints too much.
 */
export async function askHost(uri: string | null, options: AskOptions): Promise<HostReading> {
  const run = options.run ?? commandRunner(LIMITS);
  if (uri !== null) checkConnection(uri);
  const virsh = async (...args: readonly string[]): Promise<string> => {
    const connect = uri === null ? [] : ['-c', uri];
    return (await run({ program: 'virsh', args: ['-q', ...connect, ...args], install: INSTALL })).stdout;
  };
  const connection = uri ?? (await virsh('uri')).trim();
  const document = async (text: string): Promise<HostReading> => parseHostDocuments([{ uri: connection, text }]);
  const capabilities = await document(await virsh('capabilities'));
  const guests = capabilities.host.guests ?? [];
  const answers = await inTurn(questionsFor(guests), connection.startsWith('qemu:///embed') ? 1 : AT_ONCE, (question) =>
    answerTo(question, connection, virsh, document),
  );
  const firmware = isLocal(connection) ? await installedFirmware(connection, options) : [];
  const readings = [capabilities, ...answers, ...firmware];
  const versions = versionsIn(await virsh('version', '--daemon').catch(unanswered));
  const host = { ...joined(readings.map((reading) => known(reading.host))), ...versions };
  const findings = readings.flatMap((reading) => reading.findings);
  const silent = host.domains.length === 0 && !findings.some(({ severity }) => severity === 'error');
  return {
    host: { ...host, uris: [...new Set(host.uris)] },
    findings: silent ? [...findings, diagnostics['no-domains']({ uri: connection })] : findings,
  };
}

/** A connection without a daemon, or one that may not be asked, says no versions; they only go into the snapshot. */
function unanswered(error: unknown): string {
  if (error instanceof CommandFailure) return '';
  throw error;
}

function questionsFor(guests: readonly HostGuest[]): readonly Question[] {
  return guests
    .filter(({ architecture }) => ARCHITECTURES.some((known) => known === architecture))
    .flatMap(({ architecture, machines, virtTypes }) =>
      MACHINE_FAMILIES.flatMap((family) => {
        const alias = machineName(family);
        const machine = machines.includes(alias) ? alias : machines.find((name) => machineFamily(name) === family);
        if (machine === undefined) return [];
        return virtTypes
          .filter((virtType) => virtType === 'kvm' || virtType === 'qemu')
          .map((virtType) => ({ architecture, machine, virtType }));
      }),
    );
}

/** What libvirt says where a question is in order and the answer is that there is none. */
const NO = /unsupported|not supported|invalid argument|no emulator|could not find/i;

async function answerTo(
  { architecture, machine, virtType }: Question,
  uri: string,
  virsh: (...args: readonly string[]) => Promise<string>,
  document: (text: string) => Promise<HostReading>,
): Promise<HostReading> {
  const words = ['--arch', architecture, '--machine', machine, '--virttype', virtType];
  try {
    return await document(await virsh('domcapabilities', ...words));
  } catch (error) {
    if (!(error instanceof CommandFailure && NO.test(error.stderr))) throw error;
    const said = String(error.finding.args['said']);
    const guest = `${architecture} ${machine} ${virtType}`;
    return { host: joined([]), findings: [diagnostics['no-answer']({ uri, guest, said })] };
  }
}

async function installedFirmware(uri: string, { readFile, uid }: AskOptions): Promise<readonly HostReading[]> {
  const user = isUnprivileged(uri, uid);
  const readings: HostReading[] = [];
  for (const path of await findDescriptors(firmwareDirectories({ user }))) {
    readings.push(await parseHostDocuments([{ uri: path, text: await readFile(path) }]));
  }
  return readings;
}

function versionsIn(text: string): Pick<HostCapabilities, 'libvirtVersion' | 'qemuVersion'> {
  const version = (pattern: RegExp) => pattern.exec(text)?.[1] ?? null;
  return {
    libvirtVersion: version(/^Running against daemon: (\d{1,9}(?:\.\d{1,9}){1,3})$/m),
    qemuVersion: version(/^Running hypervisor: QEMU (\d{1,9}(?:\.\d{1,9}){1,3})$/m),
  };
}

/** Maps with at most `limit` at work, in order; the first failure is thrown once those at work have ended. */
async function inTurn<T, U>(items: readonly T[], limit: number, work: (item: T) => Promise<U>): Promise<readonly U[]> {
  const results: U[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      const item = items[index] as T;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  const failure = ended.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results;
}
