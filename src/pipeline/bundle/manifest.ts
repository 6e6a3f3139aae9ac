import { parseManifest } from '../../containers/manifest.ts';
import {
  type ComputedDigests,
  certificateFound,
  checkManifest,
  correctedManifest,
  listedAlgorithms,
} from '../../containers/manifest-check.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import { shown } from '../../facts/text.ts';
import { type DigestAlgorithm, digestRanges } from '../../sources/digest.ts';
import { openFile } from '../../sources/file.ts';
import { diagnostics } from '../diagnostics.ts';
import { readOne } from './machine.ts';
import type { FoundDescriptor, FoundDocument, Stock, StoredFile } from './stock.ts';

/** Holds the files against the manifest, when that is asked for; says that a certificate is there. */
export async function manifestFindings(
  stock: Stock,
  descriptor: string | null,
  verify: 'none' | 'listed' | 'all',
): Promise<readonly Finding[]> {
  const certificates = named(stock, '.cert').map(({ name, uri }) => certificateFound(name, uri));
  const stem = descriptor?.replace(/\.[^./]*$/, '');
  const all = named(stock, '.mf');
  const manifest = all.find(({ name }) => name === `${stem}.mf`) ?? (all.length === 1 ? all[0] : undefined);
  if (verify === 'none') return certificates;
  if (manifest === undefined) return [...certificates, diagnostics['nothing-to-verify']({ path: stock.path })];
  const reading = parseManifest(manifest.bytes, manifest.uri);
  const folder = folderOf(manifest.name);
  const listed = reading.entries.map(({ name }) => name);
  const files = await filesBelow(stock, folder, listed);
  const names = files.map(([name]) => name);
  const computed = await digestsOf(files, listedAlgorithms(reading, names));
  const found = [...reading.findings, ...checkManifest(reading, names, computed)];
  const wrong = found.some(({ severity }) => severity !== 'info');
  const verified = diagnostics.verified({ count: computed.size, manifest: shown(manifest.name) }, [
    { origin: 'descriptor', uri: manifest.uri, pointer: null },
  ]);
  return [...found, ...(wrong ? [] : [verified]), ...certificates];
}

/**
 * A manifest with the right digests of everything in the bundle, in a spelling that every known reader takes. Throws
 * `bundle/no-manifest` (exit 3) where the files can only be unpacked.
 */
export async function manifestFor(stock: Stock): Promise<string> {
  const [first] = stock.descriptors;
  const listed = first === undefined ? [] : [first.name, ...(await filesNamedBy(stock, first))];
  const files = await filesBelow(stock, folderOf(first?.name ?? ''), listed);
  const ordered = files.toSorted(([a], [b]) => Number(b === first?.name) - Number(a === first?.name));
  const names = ordered.map(([name]) => name);
  const wanted = new Map(names.map((name): [string, DigestAlgorithm[]] => [name, ['sha256']]));
  const text = correctedManifest(names, await digestsOf(ordered, wanted));
  if (text === null || text === '') throw new VmImportError(diagnostics['no-manifest']({ path: stock.path }));
  return text;
}

async function filesNamedBy(stock: Stock, descriptor: FoundDescriptor): Promise<readonly string[]> {
  return (await readOne(stock, descriptor, null)).files.map(({ href }) => href);
}

function named(stock: Stock, ending: string): readonly FoundDocument[] {
  return [...stock.documents.values()].filter(({ name }) => name.toLowerCase().endsWith(ending));
}

const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);

/** What a manifest in that folder should list. Beside a descriptor only files that some document names are looked at. */
async function filesBelow(
  stock: Stock,
  folder: string,
  listed: readonly string[],
): Promise<readonly (readonly [name: string, file: StoredFile])[]> {
  const names = stock.names.length > 0 ? stock.names : listed.map((name) => folder + name);
  const wanted = names.filter((name) => name.startsWith(folder) && !/\.(?:mf|cert)$/i.test(name));
  const found = await Promise.all(
    wanted.map(async (name) => [name.slice(folder.length), await stock.file(name)] as const),
  );
  return found.flatMap(([name, file]) => (file === null ? [] : [[name, file] as const]));
}

/** One pass over each file that holds members. Compressed members cannot be had, and are left out. */
async function digestsOf(
  files: readonly (readonly [name: string, file: StoredFile])[],
  wanted: ReturnType<typeof listedAlgorithms>,
): Promise<ComputedDigests> {
  const computed = new Map<string, ReadonlyMap<DigestAlgorithm, string>>();
  const plain = files.filter(([, { slice, wrapping }]) => slice !== null || wrapping.length === 0);
  for (const path of new Set(plain.map(([, file]) => file.path))) {
    const ranges = plain
      .filter(([, file]) => file.path === path)
      .map(([name, file]) => ({
        name,
        offset: file.slice?.offset ?? 0,
        size: file.size ?? 0,
        algorithms: wanted.get(name) ?? [],
      }));
    const source = await openFile(path);
    const digests = await digestRanges(source, ranges).finally(() => source.close());
    for (const { name, digests: found } of digests) computed.set(name, found);
  }
  return computed;
}
