import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The embedded driver wants an event loop of its caller, which virt-install does not start. */
const WITH_EVENT_LOOP = `
import runpy, sys, threading, libvirt
libvirt.virEventRegisterDefaultImpl()
def loop():
    while True: libvirt.virEventRunDefaultImpl()
threading.Thread(target=loop, daemon=True).start()
sys.argv = ['virt-install', *sys.argv[1:]]
runpy.run_path('/usr/bin/virt-install', run_name='__main__')
`;

interface VirtInstall {
  /** What Debian's Python is given to run. */
  readonly script: string;
  /** Address of the driver. */
  readonly uri: string;
}

/**
 * A virt-install in `directory` that asks a driver without a daemon. What libvirt learnt about the emulators is kept
 * between runs, by the name of the purpose; two drivers cannot share it.
 */
export function embeddedVirtInstall(directory: string, purpose: string): VirtInstall {
  const root = join(tmpdir(), `vm-import-${purpose}`);
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc', 'qemu.conf'), 'stdio_handler = "file"\n');
  const script = join(directory, 'virt-install.py');
  writeFileSync(script, WITH_EVENT_LOOP);
  return { script, uri: `qemu:///embed?root=${root}` };
}
