import { type ByteSource, sliceSource } from '../../bytes/index.ts';
import { type Finding, VmImportError } from '../../diagnostics/index.ts';
import type { Json } from '../../facts/index.ts';
import type { DiskReader } from '../format.ts';
import { mappedSource } from '../mapped.ts';
import { advise } from './advisor.ts';
import { type Batmap, readBatmap } from './batmap.ts';
import { creatorName, printable } from './creator.ts';
import { diagnostics } from './diagnostics.ts';
import { type DynamicHeader, readDynamicHeader } from './dynamic-header.ts';
import { type Footer, readFooter, vpcAt } from './footer.ts';
import { mapper } from './mapping.ts';
import { type Sizes, sizesOf } from './sizes.ts';

/** Reader of VHD: footer and its copy, dynamic disk header, batmap; everything else is looked up when it is asked for. */
export const reader: DiskReader = {
  async read(source) {
    const { footer, endLength, findings } = await readFooter(source);
    const sizes = sizesOf(footer);
    if (sizes.chosen === 0) {
      const args = { field: 'size', value: 0, rule: 'a disk has at least one sector' };
      throw new VmImportError(diagnostics['bad-footer'](args, vpcAt(source.uri, footer.offset + 48)));
    }
    const header = footer.type === 'fixed' ? null : await readDynamicHeader(source, footer, sizes.chosen);
    const batmap = header === null ? null : await readBatmap(source, footer, header);
    if (header === null) refuseIfCut(source, footer, sizes);
    return {
      format: 'vpc',
      virtualSize: sizes.chosen,
      backing: null,
      encrypted: false,
      details: detailsOf(footer, sizes, endLength, header, batmap),
      votes: [],
      findings: [
        ...findings,
        ...judgeParent(header, source.uri),
        ...advise({ footer, sizes, endLength, batmap, fileSize: source.size, uri: source.uri }),
      ],
      hints: null,
      guest: () => {
        if (header === null) return sliceSource(source, 0, sizes.chosen);
        if (header.parent !== null) return null;
        return mappedSource(source, { size: sizes.chosen, locate: mapper(source, header, sizes.chosen) });
      },
    };
  },
};

/** A fixed disk is the guest's bytes and then the footer. */
function refuseIfCut(source: ByteSource, footer: Footer, { chosen }: Sizes): void {
  if (chosen <= footer.offset) return;
  const args = { structure: 'guest data', length: chosen, offset: 0, size: source.size };
  throw new VmImportError(diagnostics['outside-file'](args, vpcAt(source.uri, footer.offset + 48)));
}

function judgeParent(header: DynamicHeader | null, uri: string): readonly Finding[] {
  const parent = header?.parent ?? null;
  if (header === null || parent === null) return [];
  const names = [...new Set([parent.name, ...parent.locators.map(({ name }) => name)])].filter((name) => name !== '');
  return [diagnostics.differencing({ parent: names.join(', ') || parent.uuid }, vpcAt(uri, header.offset + 64))];
}

function detailsOf(
  footer: Footer,
  sizes: Sizes,
  endLength: number | null,
  header: DynamicHeader | null,
  batmap: Batmap | null,
): { readonly [name: string]: Json } {
  const { major, minor } = footer.creatorVersion;
  return {
    type: footer.type,
    creator: printable(footer.creatorApplication),
    creatorName: creatorName(footer),
    creatorVersion: `${major}.${minor}`,
    creatorOs: printable(footer.creatorOs),
    created: footer.created,
    uuid: footer.uuid,
    originalSize: sizes.original,
    currentSize: sizes.current,
    geometrySize: sizes.geometry,
    geometry: { ...footer.geometry },
    sizeRule: sizes.rule,
    sizeInOldQemu: sizes.oldQemu,
    sizeInNewQemu: sizes.newQemu,
    footerLength: endLength,
    savedState: footer.savedState,
    hidden: footer.hidden,
    blockSize: header?.blockSize ?? null,
    batEntries: header?.batEntries ?? null,
    batmap: batmap === null ? null : { expected: batmap.expected, state: batmap.state },
    parent:
      header === null || header.parent === null
        ? null
        : {
            uuid: header.parent.uuid,
            name: header.parent.name,
            locators: header.parent.locators.map(({ platform, name }) => ({ platform, name })),
          },
  };
}
