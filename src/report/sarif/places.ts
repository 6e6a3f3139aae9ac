import type { ArtifactLocation, Location, LogicalLocation, Region } from 'sarif';
import type { Provenance } from '../../diagnostics/index.ts';
import { printable } from '../words.ts';

/** Schemes of the names that evidence, policies and the OS database go by. Anything else is a file. */
const SCHEME = /^(preset|osinfo|oci|oci-archive|docker-archive|docker|https?):/;

/**
 * A name as a URI reference (RFC 3986): `file:///srv/a%20b.ova!disk.vmdk` for a file or a member of one, relative for a
 * relative path. The `!` keeps a member from being taken for its bundle by whoever opens the location.
 */
export function uriReference(name: string): string {
  const scheme = SCHEME.exec(name)?.[0] ?? '';
  const path = name
    .slice(scheme.length)
    .split('/')
    // half a character has no bytes to be encoded
    .map((segment) => encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd')))
    .join('/');
  return `${scheme}${scheme === '' && path.startsWith('/') ? 'file://' : ''}${path}`;
}

interface Spot {
  readonly region?: Region;
  readonly logical?: LogicalLocation;
}

/** What a pointer says in terms of SARIF; a place that is no place in a file (`guest+0x1be`) is only named. */
export function spotOf(pointer: string): Spot {
  const named = (text: string, kind?: string): LogicalLocation => ({
    fullyQualifiedName: printable(text),
    ...(kind === undefined ? {} : { kind }),
  });
  const lineAndColumn = /^(\d+)(?::(\d+))?$/.exec(pointer);
  if (lineAndColumn !== null) return { ...lines(lineAndColumn[1], lineAndColumn[2]) };
  const element = /^(\/.*):(\d+):(\d+)$/.exec(pointer);
  if (element !== null) return { ...lines(element[2], element[3]), logical: named(element[1] ?? '', 'element') };
  const entry = /^(.+)@(\d+)$/.exec(pointer);
  if (entry !== null) return { ...lines(entry[2], undefined), logical: named(entry[1] ?? '') };
  // the header begins where the file does, and the place of a hint document is that in the file
  const bytes = /^(?:header\+|header-extension\+)?0x([0-9a-f]+)(\/.*)?$/.exec(pointer);
  if (bytes === null) return { logical: named(pointer) };
  const byteOffset = Number.parseInt(bytes[1] ?? '', 16);
  return {
    ...(Number.isSafeInteger(byteOffset) ? { region: { byteOffset } } : {}),
    ...(bytes[2] === undefined ? {} : { logical: named(bytes[2]) }),
  };
}

function lines(line: string | undefined, column: string | undefined): { readonly region?: Region } {
  const [startLine, startColumn] = [Number(line), Number(column ?? '1')];
  if (![startLine, startColumn].every((number) => Number.isSafeInteger(number) && number > 0)) return {};
  return { region: { startLine, ...(column === undefined ? {} : { startColumn }) } };
}

/** Finds the index of an artifact of the run by its name. */
export type ArtifactIndex = (uri: string) => number | undefined;

export function artifactLocation(uri: string, indexOf: ArtifactIndex): ArtifactLocation {
  const index = indexOf(uri);
  return { uri: uriReference(uri), ...(index === undefined ? {} : { index }) };
}

/** Undefined for a place that names neither a document nor anything in one. */
export function locationOf({ uri, pointer }: Omit<Provenance, 'origin'>, indexOf: ArtifactIndex): Location | undefined {
  const { region, logical } = pointer === null || pointer === '' ? {} : spotOf(pointer);
  if (uri === null && logical === undefined) return undefined;
  return {
    ...(uri === null
      ? {}
      : {
          physicalLocation: {
            artifactLocation: artifactLocation(uri, indexOf),
            ...(region === undefined ? {} : { region }),
          },
        }),
    ...(logical === undefined ? {} : { logicalLocations: [logical] }),
  };
}
