import { VmImportError } from '../diagnostics/index.ts';
import { cleanLine } from '../facts/text.ts';
import { diagnostics } from './diagnostics.ts';

/** Schemes of libvirt's drivers (https://libvirt.org/uri.html), with or without a transport. */
const SCHEME =
  /^(qemu|test|xen|lxc|vbox|vmwareplayer|vmwarews|vmwarefusion|esx|gsx|vpx|hyperv|bhyve|vz|openvz|ch)(?:\+[a-z0-9]+)?:\/\//;
const ANY_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const MAX_URI = 2048;

/** Whether an argument names a connection, not a path. */
export function isConnection(text: string): boolean {
  return ANY_SCHEME.test(text);
}

/** Throws `host/bad-uri` (exit 2) for what must not be handed to virsh. */
export function checkConnection(uri: string): void {
  const problem = problemOf(uri);
  if (problem !== null) throw new VmImportError(diagnostics['bad-uri']({ uri: cleanLine(uri).slice(0, 200), problem }));
}

function problemOf(uri: string): string | null {
  if (uri.startsWith('-')) return 'it would be read as an option';
  if (!SCHEME.test(uri)) return 'libvirt has no driver of that name';
  // ssh would take the name of a host for an option
  if (/^[^/]*:\/\/(?:[^/]*@)?-/.test(uri)) return 'no host is called like an option';
  const plain = cleanLine(uri) === uri && !uri.includes(' ') && uri.length <= MAX_URI;
  return plain ? null : 'it holds characters that no URI has';
}

/** Whether the host of a connection is this machine, so that its files are ours. */
export function isLocal(uri: string): boolean {
  return /^qemu(?:\+unix)?:\/\/\//.test(uri);
}

/** Whether libvirt runs as the user who asks, and looks for firmware in that user's directories too. */
export function isUnprivileged(uri: string, uid: number | undefined): boolean {
  if (uid === 0) return false;
  return /^qemu(?:\+unix)?:\/\/\/(?:session|embed)/.test(uri);
}
