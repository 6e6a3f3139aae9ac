import { VmImportError } from '../../diagnostics/index.ts';
import { headerAt, storedName } from '../header.ts';
import { diagnostics } from './diagnostics.ts';

/** The name of a file that belongs to the image, or a refusal that says which one (`what`) cannot be used. */
export function decodeName(bytes: Buffer, what: string, uri: string, offset: number): string {
  return storedName(bytes, (problem) => {
    throw new VmImportError(diagnostics['bad-name']({ what, problem }, headerAt(uri, offset)));
  });
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
