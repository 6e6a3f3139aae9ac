import { mkdirSync, readdirSync } from 'node:fs';
import { runTool } from './tools.ts';

/** The package of the kernel that a meta-package stands for today. */
function meant(name: string, directory: string): string {
  const depends = runTool('apt-cache', ['depends', '--important', name], directory);
  return /^ +Depends: (linux-image-\S+)$/m.exec(depends)?.[1] ?? name;
}

/**
 * The files of packages, which are unpacked and not installed: a kernel that is installed becomes part of the host, and
 * a static busybox takes the place of another one.
 */
export function debianPackages(names: readonly string[], directory: string): void {
  mkdirSync(directory);
  const exact = names.map((name) => meant(name, directory));
  runTool('apt-get', ['download', '-q', ...exact], directory);
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.deb'))) {
    runTool('dpkg-deb', ['-x', file, '.'], directory);
  }
}
