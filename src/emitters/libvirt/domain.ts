import type { Plan } from '../../facts/index.ts';
import { cleanLine, cleanText } from '../../facts/text.ts';
import { planDigest } from '../document.ts';
import { usesHyperv } from '../hyperv.ts';
import { directBoot, hasAcpiFromUefi, launchSecurityOf, machineName, needsSmm, topologyOf } from '../machine.ts';
import type { Drive } from '../places.ts';
import { numberOf, textOf } from '../values.ts';
import { deviceElements } from './devices.ts';
import { firmwareElements } from './firmware.ts';
import { hypervElement } from './hyperv.ts';
import { child, merge, type XmlElement } from './xml.ts';

/** Namespace of libosinfo's element in domain metadata, as virt-install writes it. */
const LIBOSINFO = 'http://libosinfo.org/xmlns/libvirt/domain/1.0';

/** Namespace of our own element there, which names the plan that the domain was written from. */
const PLAN = 'urn:vm-import:plan:1';

const hasContent = (element: XmlElement): boolean => Object.values(element).some((content) => content !== undefined);
const nonEmpty = (text: string): string | undefined => (text === '' ? undefined : text);

function osElement(plan: Plan): XmlElement {
  const { '@firmware': firmware, ...elements } = firmwareElements(plan);
  return {
    '@firmware': firmware,
    type: {
      '@arch': textOf(plan, 'architecture'),
      '@machine': machineName(textOf(plan, 'machine') ?? ''),
      '#': 'hvm',
    },
    ...elements,
    ...directBoot(plan),
  };
}

function featureElements(plan: Plan): XmlElement {
  return {
    acpi: hasAcpiFromUefi(plan) ? {} : undefined,
    hyperv: hypervElement(plan),
    smm: needsSmm(plan) ? { '@state': 'on' } : undefined,
  };
}

function cpuElement(plan: Plan): XmlElement {
  const [sockets, cores, threads] = topologyOf(plan) ?? [];
  return {
    '@mode': textOf(plan, 'cpu-mode'),
    topology: sockets === undefined ? undefined : { '@sockets': sockets, '@cores': cores, '@threads': threads },
  };
}

function launchSecurityElement(plan: Plan): XmlElement | undefined {
  const security = launchSecurityOf(plan);
  return security === undefined ? undefined : { '@type': security.type, policy: security.policy };
}

function metadataElement(plan: Plan): XmlElement {
  return {
    'libosinfo:libosinfo':
      plan.os === null ? undefined : { '@xmlns:libosinfo': LIBOSINFO, 'libosinfo:os': { '@id': plan.os.id } },
    'vm-import:plan': { '@xmlns:vm-import': PLAN, '@digest': planDigest(plan) },
  };
}

/**
 * What the plan says, alone or merged with the skeleton; other elements of a skeleton are taken as they are. Where the
 * plan has nothing to say (a title, an UUID), neither has the skeleton: it is for every guest.
 */
const OF_THE_PLAN: ReadonlySet<string> = new Set([
  ...['@type', 'name', 'uuid', 'title', 'description', 'metadata', 'memory', 'currentMemory', 'vcpu'],
  ...['os', 'features', 'cpu', 'clock', 'devices', 'launchSecurity'],
]);

/** Lays the plan over a skeleton, in the order in which libvirt prints a domain. */
export function domainElement(plan: Plan, skeleton: XmlElement, drives: readonly Drive[]): XmlElement {
  const { type: _type, ...os } = child(skeleton, 'os');
  const features = merge(child(skeleton, 'features'), featureElements(plan));
  const cpu = merge(child(skeleton, 'cpu'), cpuElement(plan));
  return {
    domain: {
      '@type': textOf(plan, 'virt-type'),
      name: plan.name,
      uuid: plan.uuid ?? undefined,
      title: nonEmpty(cleanLine(plan.title ?? '')),
      description: nonEmpty(cleanText(plan.description ?? '')),
      metadata: merge(child(skeleton, 'metadata'), metadataElement(plan)),
      memory: { '@unit': 'MiB', '#': String(numberOf(plan, 'memory-mib')) },
      vcpu: String(numberOf(plan, 'vcpus')),
      os: merge(os, osElement(plan)),
      features: hasContent(features) ? features : undefined,
      cpu: hasContent(cpu) ? cpu : undefined,
      clock: merge(child(skeleton, 'clock'), {
        '@offset': textOf(plan, 'clock-offset') ?? 'utc',
        timer: usesHyperv(plan) ? [{ '@name': 'hypervclock', '@present': 'yes' }] : [],
      }),
      ...Object.fromEntries(Object.entries(skeleton).filter(([name]) => !OF_THE_PLAN.has(name))),
      devices: merge(child(skeleton, 'devices'), deviceElements(plan, drives)),
      launchSecurity: launchSecurityElement(plan),
    },
  };
}
