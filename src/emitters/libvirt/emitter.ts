import type { Plan } from '../../facts/index.ts';
import { KEY_NAMES } from '../../facts/index.ts';
import { XmlProblem } from '../../facts/xml.ts';
import type { Emitter } from '../emitter.ts';
import { outcomesOf } from '../fates.ts';
import { isRefused } from '../findings.ts';
import { placeDrives } from '../places.ts';
import { textOf } from '../values.ts';
import { diagnostics } from './diagnostics.ts';
import { domainElement } from './domain.ts';
import { findingsOf } from './findings.ts';
import { FATES } from './outcomes.ts';
import { readSkeleton } from './skeleton.ts';
import { render } from './xml.ts';

/** One skeleton per architecture: what is the same for every guest of it. A site may replace the file. */
function skeletonName(plan: Plan): string {
  return `libvirt/${textOf(plan, 'architecture') ?? 'x86_64'}.xml`;
}

/**
 * libvirt domain XML (https://libvirt.org/formatdomain.html) that libvirt 9.0 defines with `--validate`. Nothing is
 * left to those defaults of libvirt that guests cannot cope with. The emulator is the host's choice.
 */
export const emitter: Emitter = {
  id: 'libvirt-xml',
  suffix: '.xml',
  consumes: KEY_NAMES,
  templates: (plan) => [skeletonName(plan)],
  emit(plan, templates) {
    const outcomes = outcomesOf(plan, FATES);
    const drives = placeDrives(plan);
    const findings = findingsOf(plan, drives);
    if (isRefused(findings)) return { text: null, outcomes, findings };
    const template = skeletonName(plan);
    const file = templates[template] ?? { text: '', path: template };
    const skeleton = readSkeleton(file.text);
    if (skeleton instanceof XmlProblem) {
      const finding = diagnostics.skeleton({ template: `${file.path}:${skeleton.place}`, reason: skeleton.message });
      return { text: null, outcomes, findings: [...findings, finding] };
    }
    return { text: render(domainElement(plan, skeleton, drives)), outcomes, findings };
  },
};
