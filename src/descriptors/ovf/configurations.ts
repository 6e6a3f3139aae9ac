import type { DescribedConfiguration } from '../../facts/index.ts';
import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import { diagnostics } from './diagnostics.ts';
import type { Messages } from './messages.ts';
import { attribute, isTrue, sections } from './names.ts';
import type { Report } from './report.ts';

export interface Configurations {
  readonly all: readonly DescribedConfiguration[];
  /** null when the document offers none. */
  readonly taken: string | null;
}

/** Settles the configuration before anything is counted: what is asked for, else the default, else the first. */
export function readConfigurations(
  root: XmlElement,
  asked: string | null,
  messages: Messages,
  report: Report,
): Configurations {
  const elements = sections(root, 'DeploymentOptionSection').flatMap((section) => sections(section, 'Configuration'));
  const ids = elements.map((element) => attribute(element, 'id') ?? '');
  const marked = elements.findIndex((element) => isTrue(attribute(element, 'default')));
  const byDefault = ids[Math.max(marked, 0)] ?? null;
  const known = asked === null || ids.includes(asked);
  const place = report.at(elements[0]?.parent ?? root);
  const list = ids.slice(0, 64).join(', ') || 'none';
  if (!known) report.add(diagnostics['unknown-configuration']({ name: asked, known: list }, place));
  const taken = known ? (asked ?? byDefault) : byDefault;
  if (taken !== null && ids.length > 1) {
    report.add(diagnostics['configuration-taken']({ name: taken, known: list }, place));
  }
  const all = elements.map((element, index) => ({
    id: ids[index] ?? '',
    label: label(element, messages),
    isDefault: ids[index] === byDefault,
  }));
  return { all, taken };
}

function label(element: XmlElement, messages: Messages): string | null {
  const text = sections(element, 'Label')[0];
  const words = text === undefined ? '' : cleanLine(messages.of(text));
  return words === '' ? null : words;
}
