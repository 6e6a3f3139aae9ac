import type { Finding } from '../diagnostics/index.ts';
import type { HostCapabilities, HostFirmware, PlanFirmware, SuppliedStore, Value } from '../facts/index.ts';
import { diagnostics } from './diagnostics.ts';
import { selects, uefiFor } from './firmware-match.ts';
import { documentFor } from './host-document.ts';

type Values = { readonly [path: string]: Value };

export interface FirmwareChoice {
  readonly files: PlanFirmware | null;
  readonly findings: readonly Finding[];
}

const BY_DESCRIPTION: FirmwareChoice = { files: null, findings: [] };

/**
 * Names firmware by its files where libvirt cannot select it by description: a variable store is supplied, or the host
 * says that it selects none. Null without the descriptors of the host: nothing else tells which store fits which code.
 */
export function chooseFirmware(
  values: Values,
  host: HostCapabilities | null,
  store: SuppliedStore | null,
): FirmwareChoice {
  if (values['firmware'] !== 'uefi') return BY_DESCRIPTION;
  const machine = machineOf(values);
  const known = uefiFor(host, ...machine);
  if (values['nvram'] !== undefined) return forStore(values, known, store);
  if (known === null || host === null || selectsByItself(host, machine)) return BY_DESCRIPTION;
  const first = fitting(values, known)[0];
  if (first === undefined) return BY_DESCRIPTION;
  return { files: filesOf(first, 'libvirt on this host selects no UEFI firmware by itself'), findings: [] };
}

type Machine = readonly [architecture: string, machine: string, virtType: string];

const machineOf = (values: Values): Machine => [
  String(values['architecture'] ?? ''),
  String(values['machine'] ?? ''),
  String(values['virt-type'] ?? ''),
];

/** The firmware that libvirt would select: the first that is as decided. Null where no descriptor speaks for any. */
export function firmwareOfHost(values: Values, host: HostCapabilities | null): PlanFirmware | null {
  if (values['firmware'] !== 'uefi') return null;
  const first = fitting(values, uefiFor(host, ...machineOf(values)) ?? [])[0];
  return first === undefined ? null : filesOf(first, 'it is the first of the host that is as decided');
}

/** Whether libvirt enumerates `efi` for the machine; true while nobody says otherwise. */
function selectsByItself(host: HostCapabilities, machine: Machine): boolean {
  const firmware = documentFor(host, ...machine)?.firmware ?? null;
  return firmware === null || firmware.includes('efi');
}

function forStore(values: Values, known: readonly HostFirmware[] | null, store: SuppliedStore | null): FirmwareChoice {
  const path = String(values['nvram']);
  // why it could not be read has been said
  if (store === null) return BY_DESCRIPTION;
  const findings = keyFindings(values, store);
  if (known === null) return { files: null, findings: [...findings, diagnostics['nvram-unmatched']({ path })] };
  const secure = values['secure-boot'] === true;
  const templates = known.filter((firmware) => firmware.template !== null && selects(firmware, secure, undefined));
  const match = templates.find((firmware) => fits(firmware, store));
  if (match !== undefined) {
    const files = filesOf(match, 'libvirt refuses a variable store beside firmware that it selects itself');
    return { files: { ...files, template: { path: store.path, format: store.format } }, findings };
  }
  // descriptors of another machine do not say how large their templates are
  if (templates.some(({ template }) => template?.size === null)) {
    return { files: null, findings: [...findings, diagnostics['nvram-unmatched']({ path })] };
  }
  const args = {
    path,
    size: store.store.size,
    format: store.format,
    machine: `${values['architecture']} ${values['machine']}`,
    builds: [...new Set(templates.map(buildOf))].join(', ') || 'none',
    which: secure ? 'with Secure Boot' : 'without Secure Boot',
  };
  return { files: null, findings: [...findings, diagnostics['nvram-no-build'](args)] };
}

/** A store goes with the builds whose own template is as large and as it is stored. */
function fits({ template }: HostFirmware, { format, store }: SuppliedStore): boolean {
  return template !== null && template.format === format && template.size === store.size;
}

const buildOf = ({ template }: HostFirmware): string =>
  `${template?.path} (${template?.size} bytes, ${template?.format})`;

/** What the keys inside say to what was decided. */
function keyFindings(values: Values, { path, store }: SuppliedStore): Finding[] {
  if (values['secure-boot'] !== true) return [];
  const enrolled = store.keys.pk && store.keys.kek && store.keys.db;
  const wanted = values['enrolled-keys'] !== false;
  if (!store.authenticated) return [diagnostics['nvram-unauthenticated']({ path })];
  if (wanted && !enrolled) {
    const lacks = (['pk', 'kek', 'db'] as const).filter((key) => !store.keys[key]);
    return [diagnostics['nvram-without-keys']({ path, lacks: lacks.map((key) => KEY_NAMES[key]).join(', ') })];
  }
  if (wanted && store.secureBootEnabled === false) return [diagnostics['nvram-switched-off']({ path })];
  return !wanted && store.keys.pk ? [diagnostics['nvram-with-keys']({ path })] : [];
}

const KEY_NAMES = { pk: 'PK', kek: 'KEK', db: 'db' } as const;

function fitting(values: Values, known: readonly HostFirmware[]): readonly HostFirmware[] {
  const keys = values['enrolled-keys'];
  return known.filter((firmware) =>
    selects(firmware, values['secure-boot'] === true, typeof keys === 'boolean' ? keys : undefined),
  );
}

/** Flash in one file, code and variables together, is a ROM to libvirt: it keeps no variables apart. */
function filesOf({ executable, template, mode }: HostFirmware, reason: string): PlanFirmware {
  const { path, format } = executable;
  return {
    loader: { path, format, type: mode === 'combined' ? 'rom' : 'pflash' },
    template: template === null ? null : { path: template.path, format: template.format },
    reason,
  };
}

const X86: readonly Value[] = ['x86_64', 'i686'];

/** The enlightenments that a document for exactly this kind of guest lists. */
export function enlightenmentsOf(values: Values, host: HostCapabilities | null): readonly string[] | null {
  if (host === null || values['hyperv'] !== true || !X86.includes(values['architecture'] ?? '')) return null;
  return documentFor(host, ...machineOf(values))?.hyperv ?? null;
}
