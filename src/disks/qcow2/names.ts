import { VmImportError } from '../../diagnostics/index.ts';
import { diagnostics } from './diagnostics.ts';
import { headerAt } from './header.ts';

/** A file name stored with a length. Exactly the bytes that every reader takes for the name, or a refusal. */
export function decodeName(bytes: Buffer, what: string, uri: string, offset: number): string {
  const refuse = (problem: string): never => {
    throw new VmImportError(diagnostics['bad-name']({ what, problem }, headerAt(uri, offset)));
  };
  if (bytes.includes(0)) refuse('it contains a NUL byte');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('it is not UTF-8');
  }
}

/**
 * What qemu would take the name for if it is not a plain file name, else null. As `path_has_protocol` in qemu's
 * util: a colon before the first slash, which makes even the relative name `a:b.qcow2` a protocol.
 */
export function protocolOf(name: string): string | null {
  const slash = name.indexOf('/');
  const colon = name.indexOf(':');
  if (colon < 0 || (slash >= 0 && slash < colon)) return null;
  const protocol = name.slice(0, colon);
  return protocol === 'json' ? 'json: description' : `name with the protocol ${protocol || '(empty)'}:`;
}
