import { type ByteSource, bufferSource } from '../../src/bytes/index.ts';
import type { Container, Member, Place } from '../../src/containers/container.ts';
import { type OpenOptions, openContainer } from '../../src/containers/open.ts';
import { VmImportError } from '../../src/diagnostics/index.ts';

/** The whole of a small member or layer. */
export async function bytesOf(of: Pick<Member, 'flow'>): Promise<Buffer> {
  const flow = await of.flow();
  const parts: Buffer[] = [];
  for (let part = await flow.read(65536); part.length > 0; part = await flow.read(65536)) parts.push(part);
  return Buffer.concat(parts);
}

export async function bundle(bytes: Uint8Array | ByteSource, options: OpenOptions = {}): Promise<Container> {
  const source = 'uri' in bytes ? bytes : bufferSource('/box.tar', bytes);
  const place: Place = { file: '/box.tar', offset: 0 };
  const opening = await openContainer(source, { place, ...options });
  if (opening?.kind !== 'bundle') throw new Error(`no bundle but ${opening?.kind ?? 'nothing'}`);
  return opening.container;
}

export async function membersOf(container: Container): Promise<Member[]> {
  const members: Member[] = [];
  for await (const member of container.members()) members.push(member);
  return members;
}

/** Code of the finding that something throws. */
export async function thrown(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof VmImportError) return error.finding.code;
    throw error;
  }
  return 'nothing';
}
