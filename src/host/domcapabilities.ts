import type { Finding } from '../diagnostics/index.ts';
import type { HostDomain } from '../facts/index.ts';
import { machineFamily } from '../facts/index.ts';
import { child, children, type XmlElement } from '../facts/xml.ts';
import { diagnostics } from './diagnostics.ts';

export type DomainReading = { readonly domain: HostDomain } | { readonly finding: Finding };

/**
 * Reads `virsh domcapabilities` (https://libvirt.org/formatdomaincaps.html). Documents grew over the years: what one
 * does not mention stays null; what it marks `supported='no'` is an empty list.
 */
export function readDomainCapabilities(root: XmlElement, uri: string): DomainReading {
  const at = (element: XmlElement) => [{ origin: 'host', uri, pointer: element.place } as const];
  const required = ['arch', 'machine', 'domain'].find((name) => (child(root, name)?.text ?? '') === '');
  if (required !== undefined) {
    return { finding: diagnostics.incomplete({ what: `<${required}>` }, at(root)) };
  }
  const type = child(root, 'domain')?.text;
  if (type !== 'kvm' && type !== 'qemu') {
    return { finding: diagnostics['other-hypervisor']({ type: type ?? '' }, at(child(root, 'domain') ?? root)) };
  }
  const canonicalMachine = child(root, 'machine')?.text ?? '';
  const os = child(root, 'os');
  const devices = child(root, 'devices');
  const features = child(root, 'features');
  const tpm = child(devices, 'tpm');
  return {
    domain: {
      uri,
      architecture: child(root, 'arch')?.text ?? '',
      machine: machineFamily(canonicalMachine) ?? canonicalMachine,
      canonicalMachine,
      virtType: type,
      maxVcpus: readCount(child(root, 'vcpu')?.attributes.get('max')),
      firmware: readEnum(os, 'firmware'),
      secureBoot: readSecureBoot(os),
      cpuModes: readCpuModes(child(root, 'cpu')),
      diskBuses: readEnum(child(devices, 'disk'), 'bus'),
      videoModels: readEnum(child(devices, 'video'), 'modelType'),
      graphics: readEnum(child(devices, 'graphics'), 'type'),
      tpmModels: readEnum(tpm, 'model'),
      tpmVersions: readTpmVersions(tpm),
      rngModels: readEnum(child(devices, 'rng'), 'model'),
      hyperv: readEnum(child(features, 'hyperv'), 'features'),
      launchSecurity: readLaunchSecurity(features),
    },
  };
}

/** `<enum name='bus'><value>virtio</value>...`; null when it is not there and nothing says that it cannot be. */
function readEnum(of: XmlElement | undefined, name: string): readonly string[] | null {
  if (supported(of) === false) return [];
  const found = children(of, 'enum').find(({ attributes }) => attributes.get('name') === name);
  return found === undefined ? null : children(found, 'value').map(({ text }) => text);
}

function supported(element: XmlElement | undefined): boolean | null {
  const value = element?.attributes.get('supported');
  if (value === 'yes') return true;
  return value === 'no' ? false : null;
}

function readCount(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

/**
 * The loader's `secure` tells of loaders with SMM; `firmwareFeatures` (libvirt 12.1) also of Secure Boot by other
 * means, such as a varstore on aarch64. Either can say yes.
 */
function readSecureBoot(os: XmlElement | undefined): boolean | null {
  const said = [readEnum(child(os, 'loader'), 'secure'), readEnum(child(os, 'firmwareFeatures'), 'secureBoot')].filter(
    (values) => values !== null,
  );
  return said.length === 0 ? null : said.some((values) => values.includes('yes'));
}

function readCpuModes(cpu: XmlElement | undefined): readonly string[] | null {
  if (cpu === undefined) return null;
  return children(cpu, 'mode')
    .filter((mode) => supported(mode) === true)
    .map(({ attributes }) => attributes.get('name') ?? '')
    .filter((name) => name !== '');
}

/** Planned TPMs are emulated; a host whose back ends are enumerated without `emulator` (no swtpm) has none. */
function readTpmVersions(tpm: XmlElement | undefined): readonly string[] | null {
  const backends = readEnum(tpm, 'backendModel');
  if (backends !== null && !backends.includes('emulator')) return [];
  return readEnum(tpm, 'backendVersion');
}

/** Elements of `features` that are named like the technology (sev since 4.5, s390-pv since 7.6, tdx since 11.6). */
const SECURITY_FEATURES = ['sev', 'sgx', 's390-pv', 'tdx'] as const;
/** What `launchSecurity` enumerates (10.5) when it is complete. */
const SECURITY_TYPES = ['sev', 'sev-snp', 's390-pv', 'tdx'] as const;

function readLaunchSecurity(features: XmlElement | undefined): HostDomain['launchSecurity'] {
  const said: Record<string, boolean> = {};
  for (const name of SECURITY_FEATURES) {
    const answer = supported(child(features, name));
    if (answer !== null) said[name] = answer;
  }
  const types = readEnum(child(features, 'launchSecurity'), 'sectype');
  if (types !== null) for (const name of SECURITY_TYPES) said[name] = types.includes(name);
  return said;
}
