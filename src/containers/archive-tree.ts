import { posix } from 'node:path';
import { bufferSource } from '../bytes/index.ts';
import { VmImportError } from '../diagnostics/index.ts';
import type { Container, Member, Tree, TreeFile } from './container.ts';
import { diagnostics } from './diagnostics.ts';
import type { Flow } from './flow.ts';
import { headSource } from './head.ts';
import type { Limits } from './limits.ts';
import { relativePath } from './names.ts';

/** JSON documents of images are some KiB; of a stream they are kept, since it would have to be unpacked again. */
const KEEP = 1024 * 1024;
/** An image has some hundred layers; a platform more costs two files. */
const MAX_FILES = 10_000;

interface Entry {
  readonly member: Member;
  readonly bytes: Buffer | null;
}

/** The files of an archive by name. Goes through the archive once; a compressed one again for each layer. */
export async function archiveTree(archive: Container, uri: string, limits: Limits): Promise<Tree> {
  const entries = new Map<string, Entry>();
  let kept = 0;
  for await (const member of archive.members()) {
    const passing = member.kind === 'file' && member.place === null && member.size <= KEEP;
    const keep = passing && kept + member.size <= limits.keptBytes / 2;
    if (keep) kept += member.size;
    const bytes = keep ? await (await member.open(KEEP)).read(0, member.size) : null;
    entries.set(member.name, { member, bytes });
    if (entries.size > MAX_FILES) {
      const at = [{ origin: 'content', uri, pointer: member.pointer } as const];
      throw new VmImportError(diagnostics['too-many-entries']({ limit: MAX_FILES, unit: 'files of an image' }, at));
    }
  }
  return {
    uri,
    async file(name) {
      const found = entries.get(name);
      const target = found === undefined ? null : (linkTarget(found.member) ?? name);
      const entry = target === null ? undefined : entries.get(target);
      return entry?.member.kind === 'file' ? treeFile(archive, entry, uri, limits.headBytes) : null;
    },
    async close() {},
  };
}

/** docker save writes a layer that two images share once, and a link for the second. Only its name is looked up. */
function linkTarget({ kind, name, link }: Member): string | null {
  if (link === null) return null;
  const joined = kind === 'symlink' ? posix.join(posix.dirname(name), link) : link;
  const checked = relativePath(joined);
  return 'path' in checked ? checked.path : null;
}

function treeFile(archive: Container, { member, bytes }: Entry, uri: string, headBytes: number): TreeFile {
  const { name, size, place } = member;
  return {
    name,
    size,
    place,
    async bytes(limit) {
      if (size > limit) {
        const at = [{ origin: 'content', uri, pointer: member.pointer } as const];
        throw new VmImportError(diagnostics['document-too-large']({ name, size, limit }, at));
      }
      if (bytes !== null) return bytes;
      const flow = await reach(archive, member);
      return flow.read(size).finally(() => flow.close());
    },
    flow: () => reach(archive, member),
    async open(want = headBytes) {
      if (member.place !== null) return member.open();
      const flow = await reach(archive, member);
      const head = await flow.read(Math.min(want, size)).finally(() => flow.close());
      return headSource(bufferSource(uri, head), `${uri}#${name}`, size, head.length);
    },
  };
}

/** The bytes of a member that may have gone by: then the archive is walked again up to it. */
async function reach(archive: Container, wanted: Member): Promise<Flow> {
  if (wanted.place !== null) return wanted.flow();
  const walk = archive.members()[Symbol.asyncIterator]();
  for (let next = await walk.next(); next.done !== true; next = await walk.next()) {
    if (next.value.pointer !== wanted.pointer) continue;
    const flow = await next.value.flow();
    return {
      get position() {
        return flow.position;
      },
      positioned: flow.positioned,
      read: (length) => flow.read(length),
      skip: (length) => flow.skip(length),
      close: async () => void (await walk.return?.()),
    };
  }
  throw new VmImportError(diagnostics['member-passed']({ name: wanted.name }));
}
