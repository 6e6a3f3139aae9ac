/**
 * What other programs see of the environment: where to find things, who the user is, and how connections of libvirt and
 * ssh are made. Messages are in English, so that they can be understood.
 */
const PASSED = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR'],
  ...['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME'],
  ...['LIBVIRT_DEFAULT_URI', 'SSH_AUTH_SOCK', 'KRB5CCNAME'],
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

export function cleanEnvironment(environment: Environment = process.env): Record<string, string> {
  const kept: Record<string, string> = { LC_ALL: 'C' };
  for (const name of PASSED) {
    const value = environment[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
