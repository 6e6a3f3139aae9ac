import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';

/** What a test file needs on PATH for a Glance of its own. */
export const GLANCE_TOOLS = ['glance-api', 'glance-manage', 'openstack'] as const;

/**
 * Stands where Keystone's filter does: whoever asks is a member of one project. Imports need that, because their tasks
 * belong to a project, which the pipeline without authentication has none of.
 */
const EVERYBODY_IS_A_MEMBER = `
IDENTITY = {
    'HTTP_X_IDENTITY_STATUS': 'Confirmed',
    'HTTP_X_USER_ID': 'tester',
    'HTTP_X_PROJECT_ID': 'tests',
    'HTTP_X_ROLES': 'member,reader',
}


def factory(global_conf, **local_conf):
    def wrap(app):
        def authenticated(environ, start_response):
            environ.update(IDENTITY)
            return app(environ, start_response)
        return authenticated
    return wrap
`;

const PASTE = `
[pipeline:glance-api]
pipeline = versionnegotiation devauth context rootapp

[composite:rootapp]
paste.composite_factory = glance.api:root_app_factory
/: apiversions
/v2: apiv2app

[app:apiversions]
paste.app_factory = glance.api.versions:create_resource

[app:apiv2app]
paste.app_factory = glance.api.v2.router:API.factory

[filter:versionnegotiation]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory

[filter:devauth]
paste.filter_factory = devauth:factory

[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory
`;

function configuration(directory: string, port: number, more: string): string {
  return `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
workers = 0
log_file = ${directory}/api.log
node_staging_uri = file://${directory}/staging
enabled_import_methods = [glance-direct]
[database]
connection = sqlite:///${directory}/glance.sqlite
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = ${directory}/images
[paste_deploy]
config_file = ${directory}/paste.ini
[task]
work_dir = ${directory}/tasks
${more}`;
}

interface GlanceOptions {
  /** More sections of its configuration. */
  readonly configuration?: string;
  /** Directories with Python modules that it can load. */
  readonly pythonPath?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** An image as `GET /v2/images` shows it. */
export interface GlanceImage {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly [name: string]: unknown;
}

/** How long a start may take on a busy machine, ms. */
const PATIENCE = 90_000;
const STARTS = 3;

/** A real Glance on loopback, with sqlite and a file store in a temporary directory, without Keystone. */
export class Glance {
  readonly endpoint: string;
  readonly #server: ChildProcess;
  readonly #directory: string;

  private constructor(server: ChildProcess, directory: string, port: number) {
    this.#server = server;
    this.#directory = directory;
    this.endpoint = `http://127.0.0.1:${port}`;
  }

  static async start(options: GlanceOptions = {}): Promise<Glance> {
    const directory = mkdtempSync(join(tmpdir(), 'vm-import-glance-'));
    for (const name of ['images', 'staging', 'tasks', 'python']) mkdirSync(join(directory, name));
    writeFileSync(join(directory, 'paste.ini'), PASTE);
    writeFileSync(join(directory, 'python', 'devauth.py'), EVERYBODY_IS_A_MEMBER);
    // somebody else may take the port between the question and the start
    for (let attempt = 1; attempt <= STARTS; attempt++) {
      const glance = await Glance.#launch(directory, options);
      if (await glance.#answers()) return glance;
    }
    const said = readFileSync(join(directory, 'out'), 'utf8');
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`Glance does not start: ${said}`);
  }

  static async #launch(directory: string, options: GlanceOptions): Promise<Glance> {
    const port = await freePort();
    const file = join(directory, 'glance-api.conf');
    writeFileSync(file, configuration(directory, port, options.configuration ?? ''));
    execFileSync('glance-manage', ['--config-file', file, 'db_sync'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const output = openSync(join(directory, 'out'), 'a');
    const server = spawn('glance-api', ['--config-file', file], {
      stdio: ['ignore', output, output],
      env: {
        ...process.env,
        ...options.env,
        PYTHONPATH: [join(directory, 'python'), ...(options.pythonPath ?? [])].join(delimiter),
      },
    });
    closeSync(output);
    return new Glance(server, directory, port);
  }

  /** Whether it came up; false when it ended instead. */
  async #answers(): Promise<boolean> {
    const deadline = Date.now() + PATIENCE;
    while (this.#server.exitCode === null) {
      const response = await fetch(this.endpoint).catch(() => null);
      // 300, Multiple Choices: the list of versions
      if (response?.status === 300) return true;
      if (Date.now() > deadline) {
        const log = this.log();
        await this.stop();
        throw new Error(`Glance does not answer: ${log}`);
      }
      await pause(100);
    }
    return false;
  }

  /** For a process that talks to it as a user does. */
  get env(): NodeJS.ProcessEnv {
    return { ...process.env, OS_AUTH_TYPE: 'none', OS_ENDPOINT: this.endpoint };
  }

  /** What the real client prints as JSON. */
  async openstack(...args: readonly string[]): Promise<unknown> {
    const { stdout } = await execa('openstack', [...args, '-f', 'json'], { env: this.env });
    return JSON.parse(stdout);
  }

  async image(id: string): Promise<GlanceImage> {
    return (await this.request('GET', `/v2/images/${id}`)) as GlanceImage;
  }

  async images(): Promise<readonly GlanceImage[]> {
    const { images } = (await this.request('GET', '/v2/images?limit=1000')) as { readonly images: GlanceImage[] };
    return images;
  }

  /** An answer of the API; one that is no success is thrown. */
  async request(method: string, path: string, body?: unknown): Promise<unknown> {
    const raw = Buffer.isBuffer(body);
    const response = await fetch(this.endpoint + path, {
      method,
      ...(body === undefined ? {} : { body: raw ? new Uint8Array(body) : JSON.stringify(body) }),
      headers: { 'content-type': raw ? 'application/octet-stream' : 'application/json' },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  log(): string {
    return readFileSync(join(this.#directory, 'api.log'), 'utf8');
  }

  async stop(): Promise<void> {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const ended = once(this.#server, 'exit');
      this.#server.kill('SIGTERM');
      const late = setTimeout(() => this.#server.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port on loopback');
  return address.port;
}
