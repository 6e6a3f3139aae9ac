import type { DescribedOsName } from '../../facts/index.ts';
import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import type { Context } from './context.ts';
import { producerOf } from './dialect.ts';
import { anyAttribute, attribute, child, OVIRT, sections } from './names.ts';
import { isPlaceHolder } from './place-holder.ts';
import { parseCount } from './units.ts';
import { virtualBoxArchitecture } from './virtualbox.ts';

/** What the document says of the operating system, best first, and the architecture where a word of it tells. */
export function readOsNames(context: Context): readonly DescribedOsName[] {
  const section = sections(context.system, 'OperatingSystemSection')[0];
  if (section === undefined) return [];
  const { scope, report, details } = context;
  const raw = attribute(section, 'id')?.trim() ?? '';
  if (raw !== '') details['osId'] = cleanLine(raw);
  const description = child(section, 'Description');
  const words = description === undefined ? '' : cleanLine(scope.messages.of(description));
  if (words !== '') details['osDescription'] = words;
  const names: DescribedOsName[] = [];
  const add = (scheme: DescribedOsName['scheme'], name: string, at: XmlElement, version: string | null = null) => {
    const text = cleanLine(name);
    if (text === '' || isPlaceHolder(text)) return;
    const producer = scheme === 'cim' ? producerOf(scope.dialect) : null;
    names.push({ scheme, name: text, version, producer, pointer: report.pointer(at) });
  };
  add('vmware', anyAttribute(section, 'osType') ?? '', section);
  const vbox = child(section, 'OSType');
  add(
    'virtualbox',
    vbox?.text ?? anyAttribute(context.vbox ?? section, 'OSType') ?? '',
    vbox ?? context.vbox ?? section,
  );
  if (scope.dialect === 'ovirt') {
    add('ovirt', section.attributes.find(({ namespace }) => namespace === OVIRT)?.value ?? '', section);
    if (!/^(?:unassigned|other)$/i.test(words)) add('ovirt', words, description ?? section);
  }
  const version = cleanLine(attribute(section, 'version') ?? '');
  // 0 is nothing; oVirt's old exports put a GUID here, and its new ones a 1
  if ((parseCount(raw) ?? 0) > 0) add('cim', raw, section, version === '' ? null : version);
  if (scope.dialect !== 'ovirt') add('text', words, description ?? section);
  voteArchitecture(context, section, names);
  return names;
}

const VMWARE_X86_64 = /64Guest$/;

function voteArchitecture(
  { ballot, vbox, devices, scope }: Context,
  section: XmlElement,
  names: readonly DescribedOsName[],
): void {
  const platform = virtualBoxArchitecture(vbox);
  if (platform !== null) {
    ballot.say('architecture', platform, vbox ?? section);
    return;
  }
  const said = section.children.find(({ local }) => local === 'architecture');
  if (said !== undefined && ballot.say('architecture', said.text.toLowerCase(), said)) return;
  const name = (scheme: DescribedOsName['scheme']) => names.find((one) => one.scheme === scheme)?.name ?? '';
  const [vmware, virtualbox] = [name('vmware'), name('virtualbox')];
  const sets = devices.flatMap(({ item }) => item.fields.get('InstructionSet') ?? []);
  const set = sets.find(({ text }) => /^DMTF:x86:64$/i.test(text));
  if (/^arm/i.test(vmware) || /_arm64$/i.test(virtualbox)) ballot.say('architecture', 'aarch64', section);
  else if (set !== undefined) ballot.say('architecture', 'x86_64', set);
  else if (VMWARE_X86_64.test(vmware) || /_64$/.test(virtualbox)) ballot.say('architecture', 'x86_64', section);
  else if (scope.dialect === 'zvm') ballot.say('architecture', 's390x', section);
}
