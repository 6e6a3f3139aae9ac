import { delimiter } from 'node:path';
import type { Plan } from '../../src/facts/index.ts';
import { emulatorFor, itRefused, itWithout, missingFiles, missingTools } from './tools.ts';

/**
 * PATH, and in front of it emulators of other architectures, which CI keeps elsewhere: a driver of libvirt probes all
 * that it finds, three seconds each, and Debian has twenty of them in one package.
 */
export const PATH_OF_EMULATORS = [process.env['FOREIGN_EMULATORS'], process.env['PATH']]
  .filter((folder) => folder !== undefined)
  .join(delimiter);

interface Needs {
  /** Files of the host, such as firmware. */
  readonly files?: readonly string[];
  /** Why it is refused by design; undefined: it is not. */
  readonly refused?: string | undefined;
}

/** A test that needs the emulator of a plan's architecture. What takes KVM is skipped everywhere. */
export function itWithEmulator(plan: Plan, title: string, test: () => void | Promise<void>, needs: Needs = {}): void {
  const { architecture, 'virt-type': virtType } = plan.values;
  const emulator = emulatorFor(String(architecture));
  if (needs.refused !== undefined) itRefused(title, needs.refused);
  else if (virtType === 'kvm') itRefused(title, 'the plan is for KVM with SEV, and the tests run under TCG');
  else itWithout([...missingTools([emulator], PATH_OF_EMULATORS), ...missingFiles(needs.files ?? [])], title, test);
}
