import { build } from 'esbuild';

/** Packages that modules of the policy room import as soon as they are loaded, by module; Node's own do not count. */
export async function eagerImports(names: readonly string[]): Promise<readonly (readonly string[])[]> {
  const { metafile } = await build({
    entryPoints: names.map((name) => `src/policy/${name}.ts`),
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'out',
  });
  const eager = (path: string): readonly string[] =>
    (metafile.outputs[path]?.imports ?? [])
      .filter(({ kind }) => kind === 'import-statement')
      .flatMap((found) => (found.external === true ? [found.path] : eager(found.path)));
  return names.map((name) => eager(`out/${name}.js`).filter((path) => !path.startsWith('node:')));
}
