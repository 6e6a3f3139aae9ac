import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import { diagnostics } from './diagnostics.ts';
import { child, sections, textOf } from './names.ts';
import type { Report } from './report.ts';

export interface Hardware {
  readonly element: XmlElement;
  /** Hypervisor families it is for; producers list several in one text. */
  readonly types: readonly string[];
}

const MAX_TYPES = 32;

/**
 * The hardware section of a machine. Several are alternatives of each other (DSP0243), not parts: the one for QEMU or
 * KVM when there is one, else the first.
 */
export function takeHardware(system: XmlElement, report: Report): Hardware | undefined {
  const all = sections(system, 'VirtualHardwareSection').map((element) => ({ element, types: typesOf(element) }));
  const taken = all.find(({ types }) => types.some((type) => /qemu|kvm/i.test(type))) ?? all[0];
  if (taken !== undefined && all.length > 1) {
    const name = (types: readonly string[]) => (types.length === 0 ? 'unnamed' : types.join(' '));
    const types = all.slice(0, MAX_TYPES).map((hardware) => name(hardware.types));
    const args = { types: types.join(', '), taken: name(taken.types) };
    report.add(diagnostics['several-hardware-sections'](args, report.at(taken.element)));
  }
  return taken;
}

function typesOf(section: XmlElement): readonly string[] {
  const text = cleanLine(textOf(child(section, 'System'), 'VirtualSystemType') ?? '');
  // oVirt's names have a blank in them
  if (/^(?:ENGINE|RHEVM) /.test(text)) return [text];
  return text === '' ? [] : text.split(/[\s,]+/).slice(0, MAX_TYPES);
}
