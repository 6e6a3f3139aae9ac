import { type HostCapabilities, type HostDomain, type Key, machineFamily, type Value } from '../facts/index.ts';
import type { Constraint } from './constraint.ts';
import { selects, uefiFor } from './firmware-match.ts';
import { documentFor, isForMachine } from './host-document.ts';

type Allows = (value: Value) => boolean;
/** What a document says of one key. */
interface Rule {
  readonly key: Key;
  readonly allows: Allows;
  /** What the document lists, in words. */
  readonly offers: string;
  /** Another key that must not be `none` for the rule to matter. */
  readonly onlyWith?: Key;
}

/** A `way` out (`none`) asks nothing of the host. A null list is unknown, never "no": no rule. */
function listed(key: Key, list: readonly string[] | null, way: 'none' | null = null, onlyWith?: Key): Rule[] {
  if (list === null) return [];
  const allows = (value: Value) => (way !== null && value === way) || list.includes(String(value));
  const offers = `${key} ${list.length === 0 ? 'none at all' : list.join(', ')}`;
  return [{ key, allows, offers, ...(onlyWith === undefined ? {} : { onlyWith }) }];
}

function rulesOf(host: HostCapabilities, domain: HostDomain): readonly Rule[] {
  const { firmware, secureBoot, maxVcpus, hyperv } = domain;
  const nameable =
    firmware?.includes('efi') === false &&
    (uefiFor(host, domain.architecture, domain.canonicalMachine, domain.virtType) ?? []).length > 0;
  const rule = (known: unknown, key: Key, offers: string, allows: Allows): Rule[] =>
    known === null ? [] : [{ key, offers, allows }];
  return [
    // Distributions ship no descriptor for the built-in BIOS, so its absence from the enumeration says nothing.
    // What libvirt does not select by itself can be named by its files.
    ...rule(firmware, 'firmware', 'no UEFI firmware', (value) => {
      return value !== 'uefi' || firmware?.includes('efi') === true || nameable;
    }),
    ...rule(
      secureBoot,
      'secure-boot',
      'no firmware that enforces Secure Boot',
      (value) => value !== true || secureBoot === true,
    ),
    ...listed('cpu-mode', domain.cpuModes),
    ...listed('disk-bus', domain.diskBuses),
    ...listed('cdrom-bus', domain.diskBuses),
    ...listed('video-model', domain.videoModels, 'none'),
    ...listed('graphics', domain.graphics, 'none'),
    ...listed('tpm', domain.tpmVersions, 'none'),
    ...listed('tpm-model', domain.tpmModels, null, 'tpm'),
    // libvirt: enlightenments that are not listed may work all the same; only `supported=\'no\'` is a no
    ...rule(hyperv, 'hyperv', 'no Hyper-V enlightenments', (value) => value !== true || hyperv?.length !== 0),
    ...listed('rng', domain.rngModels, 'none'),
    ...rule(maxVcpus, 'vcpus', `at most ${maxVcpus} vcpus`, (value) => Number(value) <= Number(maxVcpus)),
    ...rule(true, 'launch-security', `launch-security ${offered(domain.launchSecurity)}`, (value) => {
      return value === 'none' || domain.launchSecurity[String(value)] !== false;
    }),
  ];
}

function offered(types: HostDomain['launchSecurity']): string {
  return (
    Object.keys(types)
      .filter((type) => types[type] === true)
      .join(', ') || 'none'
  );
}

/** Architectures one processor runs under KVM. */
const SAME_PROCESSOR = [
  ['x86_64', 'i686'],
  ['aarch64', 'armv7l'],
  ['ppc64', 'ppc64le'],
];

function runsUnderKvm(host: string, guest: string): boolean {
  return host === guest || SAME_PROCESSOR.some((group) => group.includes(host) && group.includes(guest));
}

/** A document for kvm tells what processor the host has; several documents may come from several hosts. */
function kvmConstraint(host: HostCapabilities): Constraint[] {
  const documents = host.domains.filter(({ virtType }) => virtType === 'kvm');
  if (documents.length === 0) return [];
  const processors = [...new Set(documents.map(({ architecture }) => architecture))];
  return [
    {
      id: [...new Set(documents.map(({ uri }) => uri))].join(', '),
      why: 'host-cannot',
      slots: ['architecture', 'virt-type'],
      reason: `the host runs ${processors.join(' and ')} under KVM, which cannot run another processor's code`,
      holds: (architecture, virtType) =>
        virtType !== 'kvm' ||
        architecture === undefined ||
        processors.some((processor) => runsUnderKvm(processor, String(architecture))),
    },
  ];
}

/**
 * What the host documents forbid. `expand` gives the slots of a key (one per device). A document binds only plans for
 * its own architecture, machine and virtualisation type.
 */
export function hostConstraints(host: HostCapabilities, expand: (key: Key) => readonly string[]): Constraint[] {
  const found: Constraint[] = [];
  for (const domain of host.domains) {
    const scope = ['architecture', 'machine', 'virt-type'];
    const applies = (architecture?: Value, machine?: Value, virtType?: Value): boolean =>
      machine !== undefined &&
      virtType === domain.virtType &&
      isForMachine(domain, String(architecture), String(machine));
    for (const { key, allows, offers, onlyWith } of rulesOf(host, domain)) {
      for (const slot of expand(key)) {
        found.push({
          id: domain.uri,
          why: 'host-cannot',
          slots: [...scope, slot, ...(onlyWith === undefined ? [] : [onlyWith])],
          reason: `for ${domain.architecture} ${domain.machine} ${domain.virtType} the host offers ${offers}`,
          holds: (architecture, machine, virtType, value, other) =>
            value === undefined || other === 'none' || !applies(architecture, machine, virtType) || allows(value),
        });
      }
    }
  }
  found.push(...kvmConstraint(host), ...firmwareConstraint(host));
  return host.guests === null ? found : [...found, ...guestConstraints(host.guests)];
}

/**
 * Of the firmware that descriptors list for a machine, one must be what is asked for: libvirt selects nothing else, and
 * where documents of libvirt are silent about Secure Boot, descriptors are not. A supplied store brings its own keys.
 */
function firmwareConstraint(host: HostCapabilities): Constraint[] {
  if (host.firmwares === null) return [];
  const seen = new Map<string, ReturnType<typeof uefiFor>>();
  const firmwareFor = (...machine: readonly [string, string, string]) => {
    const name = machine.join(' ');
    const known = seen.has(name) ? seen.get(name) : uefiFor(host, ...machine);
    seen.set(name, known ?? null);
    return known ?? null;
  };
  return [
    {
      id: host.firmwares[0]?.uri ?? 'firmware descriptors',
      why: 'host-cannot',
      slots: ['architecture', 'machine', 'virt-type', 'firmware', 'secure-boot', 'enrolled-keys', 'nvram'],
      reason: 'no firmware descriptor of the host has UEFI with that Secure Boot and those keys for the machine',
      holds: (architecture, machine, virtType, firmware, secureBoot, enrolledKeys, nvram) => {
        if (firmware !== 'uefi' || architecture === undefined || machine === undefined) return true;
        const known = firmwareFor(String(architecture), String(machine), String(virtType ?? ''));
        const asked = (value: Value | undefined) => (typeof value === 'boolean' ? value : undefined);
        const keys = nvram === undefined ? asked(enrolledKeys) : undefined;
        return known === null || known.some((one) => selects(one, asked(secureBoot), keys));
      },
    },
  ];
}

/** A `capabilities` document lists every guest architecture, so what it lacks the host lacks. */
function guestConstraints(guests: NonNullable<HostCapabilities['guests']>): Constraint[] {
  const of = (architecture: Value) => guests.filter((guest) => guest.architecture === architecture);
  const id = guests[0]?.uri ?? 'capabilities';
  const architectures = guests.map(({ architecture }) => architecture).join(', ');
  return [
    {
      id,
      why: 'host-cannot',
      slots: ['architecture'],
      reason: `the host has no emulator for that architecture, only for ${architectures || 'none'}`,
      holds: (architecture) => architecture === undefined || of(architecture).length > 0,
    },
    {
      id,
      why: 'host-cannot',
      slots: ['architecture', 'virt-type'],
      reason: 'the host does not offer that virtualisation type for the architecture',
      holds: (architecture, virtType) =>
        architecture === undefined ||
        virtType === undefined ||
        of(architecture).length === 0 ||
        of(architecture).some((guest) => guest.virtTypes.includes(String(virtType))),
    },
    {
      id,
      why: 'host-cannot',
      slots: ['architecture', 'machine'],
      reason: 'the host does not offer that machine type',
      holds: (architecture, machine) => {
        if (architecture === undefined || machine === undefined) return true;
        const known = of(architecture).flatMap((guest) => guest.machines);
        return (
          known.length === 0 ||
          // the list is complete, so a pinned version has to be on it by name
          known.some((name) => name === machine || machineFamily(name) === machine)
        );
      },
    },
  ];
}

/**
 * Only what some document speaks for. A machine nobody asked for is no way around what a document says the host cannot
 * do: without this, a display the host lacks on q35 would make the machine an i440fx, of which nothing is known.
 */
export function documentedGround(host: HostCapabilities): Constraint {
  return {
    id: host.uris.join(', '),
    why: 'host-cannot',
    slots: ['architecture', 'machine', 'virt-type'],
    reason: 'no host document speaks for another machine',
    ground: true,
    holds: (architecture, machine, virtType) =>
      architecture === undefined ||
      machine === undefined ||
      virtType === undefined ||
      documentFor(host, String(architecture), String(machine), String(virtType)) !== undefined,
  };
}
