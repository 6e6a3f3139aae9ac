import { spawnSync } from 'node:child_process';

/** A machine as virt-v2v and this program both can tell it. */
export interface Told {
  readonly name: string;
  readonly memoryMib: number | null;
  readonly vcpus: number | null;
  readonly firmware: string;
  /** Bus of each disk; `none` where it is not said. */
  readonly disks: readonly string[];
  /** Network, MAC address and model of each card; `none` where it is not said. */
  readonly nics: readonly string[];
}

/** What virt-v2v tells of a descriptor in which it finds no machine. */
export const NOTHING: Told = { name: 'machine', memoryMib: 2 ** 20, vcpus: 1, firmware: 'bios', disks: [], nics: [] };

/** Lower case with colons, or `none`. */
export function macOf(text: string | null | undefined): string {
  const digits = (text ?? '').toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  return digits.length === 12 ? digits.replaceAll(/(..)(?=.)/g, '$1:') : 'none';
}

const section = (text: string, from: string, to: string | null): readonly string[] => {
  const start = text.indexOf(`\n${from}\n`) + from.length + 2;
  const end = to === null ? undefined : text.indexOf(`${to}\n`, start);
  return text
    .slice(start, end)
    .split('\n')
    .filter((line) => line.startsWith('\t'));
};

/** What `virt-v2v --print-source` says of an OVA; the first line of its complaint where it refuses. */
export function askVirtV2v(ova: string): Told | string {
  const { status, stdout, stderr } = spawnSync('virt-v2v', ['-i', 'ova', ova, '--print-source'], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  if (status !== 0) return stderr.split('\n', 1)[0] ?? '';
  const field = (name: string): string => new RegExp(`^ *${name}: (.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';
  return {
    name: field('source name'),
    memoryMib: Number(/^\d+/.exec(field('memory'))?.[0]) / 2 ** 20,
    vcpus: Number(field('nr vCPUs')),
    firmware: field('firmware'),
    disks: section(stdout, 'disks:', 'removable media:').map((line) => /\[(.*)\]/.exec(line)?.[1] ?? 'none'),
    nics: section(stdout, 'NICs:', null).map((line) => {
      const [, network = '', mac, model = 'none'] = /^\t\w+ "(.*)"(?: mac: (\S+))?(?: \[(.*)\])?$/.exec(line) ?? [];
      return [network, macOf(mac), model].join(' | ');
    }),
  };
}
