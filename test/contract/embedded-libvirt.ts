import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { PATH_OF_EMULATORS } from './emulators.ts';

/**
 * Containers lack the extended attributes that remember_owner needs, and there is no virtlogd. As another user than
 * root QEMU cannot open a /dev/kvm that belongs to root; libvirt then distrusts what it has just probed and probes
 * again, 10 seconds at each command.
 */
export const EMBEDDED_SETTINGS = `remember_owner = 0
namespaces = []
stdio_handler = "file"
user = "root"
group = "root"
`;

/**
 * virsh ends with its input, and so when the test is killed; a guest that still runs then would go on for ever. The
 * file of a process may be older than it, so the process has to be an emulator.
 */
const SESSION = `trap '' INT
virsh -q -c "qemu:///embed?root=$1" 2>&1
for file in "$1"/run/qemu/*.pid; do
  [ -e "$file" ] || continue
  guest=$(cat "$file")
  case $(cat "/proc/$guest/comm" 2>&1) in qemu-*) kill "$guest" ;; esac
done`;

/**
 * The QEMU driver of libvirt inside one virsh, without a daemon. One process for all commands, because each new one
 * may probe every emulator again, and because a guest does not outlive its driver in good order.
 */
export class EmbeddedLibvirt {
  /** Where libvirt keeps everything it would otherwise keep below /etc, /run and /var. */
  readonly root: string;
  readonly #virsh: ChildProcessByStdio<Writable, Readable, null>;
  #output = '';
  #commands = 0;

  /** What libvirt learns about the emulators is kept below `root` between runs; two drivers cannot share one. */
  private constructor(root: string, PATH: string | undefined) {
    this.root = root;
    mkdirSync(join(root, 'etc'), { recursive: true });
    // several drivers at a time would reach for the same port of a display
    const port = 20_000 + (process.pid % 4000) * 10;
    const ports = `remote_display_port_min = ${port}\nremote_display_port_max = ${port + 9}\n`;
    writeFileSync(join(root, 'etc', 'qemu.conf'), EMBEDDED_SETTINGS + ports);
    this.#virsh = spawn('sh', ['-c', SESSION, 'sh', root], {
      env: { ...process.env, LC_ALL: 'C', PATH },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#virsh.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      this.#output += chunk;
    });
  }

  /** A driver of its own for one test file. The first time on a machine it probes every emulator. */
  static async start(purpose: string, options: { readonly foreign?: boolean } = {}): Promise<EmbeddedLibvirt> {
    const PATH = options.foreign === true ? PATH_OF_EMULATORS : process.env['PATH'];
    const libvirt = new EmbeddedLibvirt(join(tmpdir(), `vm-import-libvirt-${purpose}`), PATH);
    await libvirt.run('version');
    return libvirt;
  }

  /** What virsh says to one command. */
  async run(command: string): Promise<string> {
    this.#commands += 1;
    const mark = `--- end of command ${this.#commands} ---`;
    this.#output = '';
    this.#virsh.stdin.write(`${command}\necho '${mark}'\n`);
    while (!this.#output.includes(`\n${mark}`) && !this.#output.startsWith(mark)) {
      if (this.#virsh.exitCode !== null) throw new Error(`virsh ended: ${this.#output}`);
      await once(this.#virsh.stdout, 'data');
    }
    return this.#output;
  }

  async close(): Promise<void> {
    this.#virsh.stdin.end('quit\n');
    if (this.#virsh.exitCode === null) await once(this.#virsh, 'exit');
  }
}

/** The embedded driver has no network driver beside it: the card is plugged into QEMU's own user network. */
export function onUserNetwork(xml: string): string {
  return xml.replaceAll('<interface type="network">', '<interface type="user">').replace(/\n *<source network=.*/g, '');
}

/** An argument for virsh's own command parser. */
export function quoted(argument: string): string {
  return `'${argument.replaceAll("'", `'"'"'`)}'`;
}
