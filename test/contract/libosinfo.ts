import { answerOfPython } from './python.ts';

/** What libosinfo itself says of every system, inheritance resolved; osinfo-query cannot print it. */
const SCRIPT = `
import json, sys
import gi
gi.require_version('Libosinfo', '1.0')
from gi.repository import Libosinfo
loader = Libosinfo.Loader()
loader.process_default_path()

def each(entities):
    return [entities.get_nth(i) for i in range(entities.get_length())]

def values(entity, key):
    return [value for value in entity.get_param_value_list(key) or []]

systems = []
for system in each(loader.get_db().get_os_list()):
    # an id that something refers to but nothing defines
    if system.get_param_keys() in ([], ['id']):
        continue
    resources = []
    for kind in ('minimum', 'recommended', 'maximum', 'network_install'):
        for entry in each(getattr(system, 'get_%s_resources' % kind)()):
            resources.append([kind, entry.get_architecture(), entry.get_ram(), entry.get_n_cpus(), entry.get_storage(), entry.get_cpu()])
    systems.append({
        'id': system.get_id(),
        'shortIds': system.get_short_id_list(),
        'name': system.get_name(),
        'version': system.get_version(),
        'vendor': system.get_vendor(),
        'codename': system.get_codename(),
        'family': system.get_family(),
        'distro': system.get_distro(),
        'releaseStatus': system.get_release_status().value_nick,
        'releaseDate': system.get_release_date_string(),
        'eolDate': system.get_eol_date_string(),
        'devices': [[d.get_id(), d.get_name(), d.get_bus_type(), d.get_class()] for d in each(system.get_all_devices(None))],
        'links': [link.get_target().get_id() for link in each(system.get_all_device_links(None))],
        'firmware': [[f.get_architecture(), f.get_firmware_type(), f.is_supported()] for f in each(system.get_complete_firmware_list(None))],
        'resources': resources,
        'variants': [[v.get_id(), v.get_name()] for v in each(system.get_variant_list())],
        'drivers': [[d.get_architecture(), d.get_location(), d.get_pre_installable(), d.get_signed(),
                     [device.get_name() for device in each(d.get_devices())]] for d in each(system.get_device_drivers())],
        'images': [[i.get_architecture(), i.get_format(), i.get_cloud_init(), i.get_url(),
                    [v.get_id() for v in each(i.get_os_variants())]] for i in each(system.get_image_list())],
        'trees': [[t.get_architecture(), t.get_url(), t.get_kernel_path(), t.get_initrd_path(), t.get_boot_iso_path(),
                   [v.get_id() for v in each(t.get_os_variants())]] for t in each(system.get_tree_list())],
        'media': [[m.get_architecture(), m.get_volume_id(), m.get_system_id(), m.get_publisher_id(), m.get_application_id(),
                   m.get_volume_size(), m.get_live(), m.get_installer(), m.get_kernel_path(), m.get_initrd_path(), m.get_url(),
                   values(m, 'variant'), m.get_param_value('l10n-language-regex'), m.get_param_value('l10n-language-map')]
                  for m in each(system.get_media_list())],
    })
print(json.dumps(systems))
`;

type Row = readonly (string | number | boolean | null | readonly string[])[];

export interface LibosinfoSystem {
  readonly id: string;
  readonly shortIds: readonly string[];
  readonly name: string | null;
  readonly version: string | null;
  readonly vendor: string | null;
  readonly codename: string | null;
  readonly family: string | null;
  readonly distro: string | null;
  readonly releaseStatus: string;
  readonly releaseDate: string | null;
  readonly eolDate: string | null;
  /** Id, name, bus, class. */
  readonly devices: readonly Row[];
  readonly links: readonly string[];
  readonly firmware: readonly Row[];
  /** Kind, architecture, bytes of memory, CPUs, bytes of storage, hertz; -1 is unknown. */
  readonly resources: readonly Row[];
  readonly variants: readonly Row[];
  readonly drivers: readonly Row[];
  readonly images: readonly Row[];
  readonly trees: readonly Row[];
  readonly media: readonly Row[];
}

/**
 * The database as libosinfo reads it with these variables (OSINFO_SYSTEM_DIR, ...); undefined where its introspection
 * is not installed.
 */
export function askLibosinfo(environment: Readonly<Record<string, string>>): readonly LibosinfoSystem[] | undefined {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', ...environment };
  return answerOfPython(SCRIPT, [], env) as readonly LibosinfoSystem[] | undefined;
}
