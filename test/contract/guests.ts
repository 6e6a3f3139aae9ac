import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedLibvirt, quoted } from './embedded-libvirt.ts';

/** QEMU looks once a second whether somebody has opened the terminal of a serial port, and drops what is said before. */
const TERMINAL_NOTICED = 1500;

export interface Guest {
  /** Path of its domain XML. */
  readonly file: string;
  readonly name: string;
}

/** Guests that run, each from a file of domain XML as it stands, until `close` at the latest. */
export class Guests {
  readonly #libvirt: EmbeddedLibvirt;
  readonly #readers = new Set<ChildProcess>();

  private constructor(libvirt: EmbeddedLibvirt) {
    this.#libvirt = libvirt;
  }

  static async open(purpose: string): Promise<Guests> {
    const guests = new Guests(await EmbeddedLibvirt.start(purpose));
    // of a run that was killed
    await guests.#removeAll();
    return guests;
  }

  /**
   * What a guest says on its serial port up to `line`, or within `seconds` where it does not say it. The guest is
   * defined, started, destroyed and undefined; its variable store goes with it.
   */
  async console({ file, name }: Guest, line: string, seconds: number): Promise<string> {
    await this.#must(`define --validate ${quoted(file)}`);
    try {
      await this.#must(`start --paused ${quoted(name)}`);
      const said = await this.#must(`ttyconsole ${quoted(name)}`);
      const terminal = said.match(/\/dev\/\S+/)?.[0];
      if (terminal === undefined) throw new Error(`no terminal of ${name}: ${said}`);
      return await this.#read(terminal, name, line, seconds);
    } finally {
      await this.#libvirt.run(`destroy ${quoted(name)}`);
      await this.#must(`undefine --nvram ${quoted(name)}`);
    }
  }

  async #read(terminal: string, name: string, line: string, seconds: number): Promise<string> {
    const reader = spawn('cat', ['--', terminal], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#readers.add(reader);
    let said = '';
    reader.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    try {
      await sleep(TERMINAL_NOTICED);
      await this.#must(`resume ${quoted(name)}`);
      const end = Date.now() + seconds * 1000;
      while (!said.includes(line) && Date.now() < end && reader.exitCode === null) await sleep(100);
      return said;
    } finally {
      reader.kill();
      if (reader.exitCode === null && reader.signalCode === null) await once(reader, 'exit');
      this.#readers.delete(reader);
    }
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) reader.kill();
    await this.#removeAll();
    await this.#libvirt.close();
  }

  async #removeAll(): Promise<void> {
    const names = (await this.#libvirt.run('list --all --name')).split('\n').filter((name) => /^[\w.-]+$/.test(name));
    for (const name of names) {
      await this.#libvirt.run(`destroy ${quoted(name)}`);
      await this.#libvirt.run(`undefine --nvram ${quoted(name)}`);
    }
  }

  async #must(command: string): Promise<string> {
    const said = await this.#libvirt.run(command);
    if (/^error:/m.test(said)) throw new Error(`${command}: ${said}`);
    return said;
  }
}
