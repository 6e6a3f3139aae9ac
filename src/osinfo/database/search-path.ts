import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where libosinfo looks for its database, the first directory first: the distribution's, the administrator's, the
 * user's. Each has its environment variable and, but for the first, a name that it had in the past.
 */
export function searchPath(environment: Environment = process.env): readonly string[] {
  // glib takes a relative XDG_CONFIG_HOME for none
  const xdg = environment['XDG_CONFIG_HOME'];
  const config = xdg?.startsWith('/') === true ? xdg : join(environment['HOME'] ?? homedir(), '.config');
  return [
    environment['OSINFO_DATA_DIR'] ?? environment['OSINFO_SYSTEM_DIR'] ?? '/usr/share/osinfo',
    environment['OSINFO_LOCAL_DIR'] ?? present('/etc/osinfo', '/etc/libosinfo/db'),
    environment['OSINFO_USER_DIR'] ?? present(join(config, 'osinfo'), join(config, 'libosinfo/db')),
  ];
}

function present(path: string, former: string): string {
  return !isDirectory(path) && isDirectory(former) ? former : path;
}

export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
