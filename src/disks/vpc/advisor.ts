import type { Finding } from '../../diagnostics/index.ts';
import { diagnostics } from './advice-diagnostics.ts';
import { type Batmap, isTap } from './batmap.ts';
import { creatorName, printable } from './creator.ts';
import { type Footer, vpcAt } from './footer.ts';
import { FOOTER_LENGTH, OLD_FOOTER_LENGTH } from './signature.ts';
import type { Sizes } from './sizes.ts';

export interface Vhd {
  readonly footer: Footer;
  readonly sizes: Sizes;
  /** Bytes of the footer at the end of the file; null when there is none. */
  readonly endLength: number | null;
  /** null in a fixed disk. */
  readonly batmap: Batmap | null;
  readonly fileSize: number;
  readonly uri: string;
}

const MIB = 1024 * 1024;
/** "The maximum size of a virtual hard disk is 2040 GiB"; qemu and Hyper-V hold to it. */
const MAX_SIZE = 2040 * 1024 * MIB;

/**
 * What to know before this file is taken to qemu, XenServer or Azure: which of its sizes each will believe, and what
 * the other two will refuse. Nothing here is about damage; that the reader has refused already.
 */
export function advise(vhd: Vhd): readonly Finding[] {
  return [...onCreator(vhd), ...onSizes(vhd), ...onState(vhd), ...onXenServer(vhd), ...onAzure(vhd)];
}

function onCreator({ footer, sizes, uri }: Vhd): readonly Finding[] {
  const { major, minor } = footer.creatorVersion;
  const rule = sizes.rule === 'geometry' ? 'its cylinders, heads and sectors' : 'its field current size';
  return [
    diagnostics.creator(
      {
        name: creatorName(footer),
        application: printable(footer.creatorApplication),
        version: `${major}.${minor}`,
        os: printable(footer.creatorOs) || 'not named',
        rule,
      },
      vpcAt(uri, footer.offset + 28),
    ),
  ];
}

function onSizes({ footer, sizes, uri }: Vhd): readonly Finding[] {
  const { current, geometry, oldQemu, newQemu, original, chosen } = sizes;
  const at = vpcAt(uri, footer.offset + 48);
  const findings: Finding[] = [];
  if (chosen > MAX_SIZE) findings.push(diagnostics['too-large']({ size: chosen }, at));
  if (current % 512 !== 0) findings.push(diagnostics['size-not-sectors']({ size: current, seen: chosen }, at));
  // Where all programs that are in use believe the same field, a geometry that rounds differently does no harm.
  if (new Set([current - (current % 512), oldQemu, newQemu]).size > 1) {
    findings.push(diagnostics['sizes-disagree']({ current, geometry, oldQemu, newQemu, chosen }, at));
  }
  if (original !== current) {
    findings.push(diagnostics['original-size-differs']({ original, current }, vpcAt(uri, footer.offset + 40)));
  }
  return findings;
}

function onState({ footer, endLength, uri }: Vhd): readonly Finding[] {
  const findings: Finding[] = [];
  if (footer.savedState) findings.push(diagnostics['saved-state']({}, vpcAt(uri, footer.offset + 84)));
  if (footer.hidden) findings.push(diagnostics.hidden({}, vpcAt(uri, footer.offset + 85)));
  if (endLength === OLD_FOOTER_LENGTH) findings.push(diagnostics['footer-511']({}, vpcAt(uri, footer.offset)));
  return findings;
}

function onXenServer({ footer, batmap, uri }: Vhd): readonly Finding[] {
  const findings: Finding[] = [];
  const creator = printable(footer.creatorApplication);
  const at = vpcAt(uri, footer.offset + 28);
  if (footer.type === 'fixed') findings.push(diagnostics['xen-fixed']({}, vpcAt(uri, footer.offset + 60)));
  if (!isTap(footer)) findings.push(diagnostics['xen-no-resize']({ creator }, at));
  if (batmap === null) return findings;
  const version = `${footer.creatorVersion.major}.${footer.creatorVersion.minor}`;
  if (batmap.expected === 'required' && batmap.state === 'absent') {
    findings.push(diagnostics['xen-batmap-missing']({ version }, at));
  }
  if (batmap.expected !== 'never' && batmap.state === 'damaged') {
    findings.push(diagnostics['xen-batmap-damaged']({ problem: batmap.problem }, at));
  }
  if (batmap.expected === 'never' && batmap.state !== 'absent') {
    findings.push(diagnostics['xen-batmap-ignored']({ creator, version }, at));
  }
  return findings;
}

function onAzure({ footer, sizes, endLength, fileSize, uri }: Vhd): readonly Finding[] {
  const wanted = Math.ceil(sizes.current / MIB) * MIB;
  if (footer.type !== 'fixed') return [diagnostics['azure-not-fixed']({}, vpcAt(uri, footer.offset + 60))];
  if (sizes.current === wanted && endLength === FOOTER_LENGTH && fileSize === wanted + FOOTER_LENGTH) return [];
  const args = { current: sizes.current, file: fileSize, wanted, total: wanted + FOOTER_LENGTH };
  return [diagnostics['azure-not-aligned'](args, vpcAt(uri, footer.offset + 48))];
}
