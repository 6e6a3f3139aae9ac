import type { Finding } from '../diagnostics/index.ts';
import type { Container, ImageContainer, ImageDocument, Member, Tree, TreeFile } from './container.ts';
import type { Limits } from './limits.ts';
import { overlay } from './overlay.ts';

export interface LayerOfImage {
  readonly digest: string | null;
  readonly file: TreeFile;
  /** Opens it as an archive, or as a container of one file. */
  open(): Promise<Container>;
}

export interface ImageParts {
  readonly format: string;
  /** Where its files are; closed with it. */
  readonly tree: Tree;
  readonly architecture: string | null;
  readonly documents: readonly ImageDocument[];
  /** Lowest first. */
  readonly layers: readonly LayerOfImage[];
}

/** An image as a container: its members are what an overlay of the layers shows. */
export function imageContainer(parts: ImageParts, limits: Limits): ImageContainer {
  let findings: Finding[] = [];
  return {
    format: parts.format,
    architecture: parts.architecture,
    documents: parts.documents,
    layers: parts.layers.map(({ digest, file }) => ({
      name: file.name,
      digest,
      size: file.size,
      place: file.place,
      flow: () => file.flow(),
    })),
    get findings() {
      return findings;
    },
    members() {
      findings = [];
      const layers = parts.layers.map(({ open }) => open);
      return overlay(layers, parts.tree.uri, limits, findings);
    },
    close: () => parts.tree.close(),
  };
}

/** A layer that is not an archive but the file itself, as artifacts have it (podman machine, KubeVirt exports). */
export function fileLayer(file: TreeFile, name: string, uri: string): Container {
  const member: Member = {
    name,
    stored: name,
    kind: 'file',
    size: file.size,
    // nothing says whose it is; as an artifact it is readable by whoever pulls it
    mode: 0o644,
    uid: 0,
    gid: 0,
    link: null,
    place: file.place,
    pointer: `${uri}#${file.name}`,
    open: (want) => file.open(want),
    flow: () => file.flow(),
  };
  return {
    format: 'file',
    findings: [],
    async *members() {
      yield member;
    },
    async close() {},
  };
}
