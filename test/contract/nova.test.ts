import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { IMAGE_PLAN_NAMES, IMAGE_PLANS } from '../../fixtures/emitters/openstack-plans.ts';
import { planOf } from '../../fixtures/emitters/plans.ts';
import { setEmitter } from '../../src/emitters/openstack/emitters.ts';
import { bootImage, type Image, imagesOf } from '../../src/emitters/openstack/images.ts';
import { KEY_NAMES, type Key, keyPath, keySpec, type Plan, type Value } from '../../src/facts/index.ts';
import { askPython, pythonWith } from './python.ts';
import { describeWithout } from './tools.ts';

/** Builds Nova's own objects from images as the API gives them, and asks what Nova would make of them. No database. */
const NOVA = `
import json, sys
from nova import objects
objects.register_all()
from nova.virt import hardware, osinfo
from nova.virt.libvirt import blockinfo, utils, vif
driver = vif.LibvirtGenericVIFDriver()
def judge(image):
    meta = objects.ImageMeta.from_dict(image)
    flavor = objects.Flavor(name='any', vcpus=4, memory_mb=4096, root_gb=20, extra_specs={})
    machine = utils.get_machine_type(meta)
    topology, most = hardware.get_cpu_topology_constraints(flavor, meta)
    return {
        'arrived': {name: getattr(meta.properties, name) for name in image['properties'] if name in meta.properties},
        'serial_ports': hardware.get_number_of_serial_ports(flavor, meta),
        'secure_boot': hardware.get_secure_boot_constraint(flavor, meta),
        'tpm': hardware.get_vtpm_constraint(flavor, meta),
        'memory_encryption': hardware.get_mem_encryption_constraint(flavor, meta, machine),
        'topology': [topology.sockets, topology.cores, topology.threads],
        'architecture': utils.get_arch(meta) if 'hw_architecture' in meta.properties else None,
        'machine': machine,
        'disk_bus': blockinfo.get_disk_bus_for_device_type(None, 'kvm', meta, 'disk'),
        'cdrom_bus': blockinfo.get_disk_bus_for_device_type(None, 'kvm', meta, 'cdrom'),
        'vif': driver.get_vif_model(meta),
        'vif_is_valid': vif.is_vif_model_valid_for_virt('kvm', driver.get_vif_model(meta)),
        'min_ram': meta.min_ram, 'min_disk': meta.min_disk,
    }
def answer(image):
    try:
        return judge(image)
    except Exception as problem:
        return {'refused': str(problem)}
json.dump([answer(image) for image in json.load(sys.stdin)], sys.stdout)
`;

interface Verdict {
  readonly refused?: string;
  readonly arrived: { readonly [property: string]: unknown };
  readonly [question: string]: unknown;
}

/** What no release of Nova reads: for people and other programs. */
const FOR_OTHERS = ['os_version', 'description'];
/** What Nova reads since a release after Debian's 26 (Zed): 30, 32, 32, 32. */
const NEWER = ['hw_firmware_stateless', 'hw_mem_encryption_model', 'hw_sound_model', 'hw_usb_model'];

const ID = '7a1c3f6e-22a4-4a7d-9d2c-0d4be5a0c0de';

/** An image as the Image API gives it to Nova. */
function stored(image: Image): object {
  return {
    id: ID,
    name: image.name,
    status: 'active',
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    min_disk: image.minDisk,
    min_ram: image.minRam,
    properties: image.properties,
  };
}

const BOOLEAN = ['hw_qemu_guest_agent', 'hw_mem_encryption'];
const NUMBER = ['hw_cpu_sockets', 'hw_cpu_cores', 'hw_cpu_threads'];

/** The value in the type that Nova gives it. */
function typed(name: string, value: string): unknown {
  if (BOOLEAN.includes(name)) return value === 'yes' || value === 'true';
  return NUMBER.includes(name) ? Number(value) : value;
}

function expected({ properties }: Image): { readonly [property: string]: unknown } {
  const read = Object.entries(properties).filter(([name]) => !FOR_OTHERS.includes(name) && !NEWER.includes(name));
  return Object.fromEntries(read.map(([name, value]) => [name, typed(name, value)]));
}

/** What a plan may say of a key that has a list of values, for the first device of its kind. */
function choices(key: Key): readonly (readonly [string, fc.Arbitrary<Value>])[] {
  const spec = keySpec(key);
  const path = keyPath(key, spec.scope === 'machine' ? null : `${spec.scope}0`);
  if (spec.type === 'boolean') return [[path, fc.boolean()]];
  // 31.0 (2025.1) is the first Nova that takes an igb
  return spec.type === 'enum' ? [[path, fc.constantFrom(...spec.values.filter((value) => value !== 'igb'))]] : [];
}

const values = fc.record({
  ...Object.fromEntries(KEY_NAMES.flatMap(choices)),
  'cpu-topology': fc.constantFrom('1:2:2', '4:1:1', '2:2:1'),
});

const generated = fc
  .sample(values, { numRuns: 2000, seed: 7 })
  .map((some) => planOf(some, { cdroms: [{ id: 'cdrom0', path: '/a.iso', slice: null, bootOrder: null }] }));
const named = IMAGE_PLAN_NAMES.filter((name) => name !== 'stateless-firmware').map((name): Plan => IMAGE_PLANS[name]);
const printable = [...named, ...generated].filter((plan) => setEmitter.emit(plan, {}).text !== null);

const python = pythonWith('nova');

describeWithout(python === undefined ? ['python3-nova'] : [], 'Nova takes the properties', () => {
  const images = printable.flatMap((plan) => bootImage(imagesOf(plan)) ?? []);
  const text = (plan: Plan, path: Key | `${Key}.${string}`) => plan.values[path];
  const ask = (asked: readonly object[]) => askPython(python ?? '', NOVA, asked) as readonly Verdict[];
  let verdicts: readonly Verdict[] = [];
  beforeAll(() => {
    verdicts = ask(images.map(stored));
  }, 60_000);
  const each = (check: (verdict: Verdict, plan: Plan, image: Image) => void) => {
    for (const [index, verdict] of verdicts.entries()) {
      const [plan, image] = [printable[index], images[index]];
      if (plan === undefined || image === undefined) throw new Error('an image without a plan');
      check(verdict, plan, image);
    }
  };

  it('of many plans', () => {
    expect(verdicts.length).toBe(images.length);
    expect(images.length).toBeGreaterThan(200);
    expect(verdicts.flatMap(({ refused }) => refused ?? [])).toEqual([]);
  });

  it('every one arrives with its value', () => {
    each(({ arrived }, _plan, image) => expect(arrived).toEqual(expected(image)));
    const seen = new Set(images.flatMap(({ properties }) => Object.keys(properties)));
    expect([...seen].filter((name) => NEWER.includes(name)).toSorted()).toEqual(NEWER);
  });

  it('and makes the machine of them that was decided', () => {
    each((verdict, plan, image) => {
      const uefi = image.properties['hw_firmware_type'] === 'uefi';
      const off = uefi ? 'disabled' : null;
      const tpm = text(plan, 'tpm') ?? 'none';
      const model = text(plan, 'tpm-model') === 'tpm-crb' ? 'tpm-crb' : 'tpm-tis';
      const sev = ['sev', 'sev-snp'].includes(String(text(plan, 'launch-security')));
      const machine = text(plan, 'machine') === 'i440fx' ? 'pc' : text(plan, 'machine');
      expect(verdict).toMatchObject({
        serial_ports: 1,
        secure_boot: text(plan, 'secure-boot') === true ? 'required' : off,
        tpm: tpm === 'none' ? null : [tpm, model],
        memory_encryption: sev,
        machine,
        disk_bus: image.properties['hw_disk_bus'] ?? 'virtio',
        vif_is_valid: true,
        min_ram: image.minRam,
        min_disk: image.minDisk,
      });
      if (text(plan, 'nic-model.nic0') !== undefined) expect(verdict['vif']).toBe(text(plan, 'nic-model.nic0'));
      if (plan.cdroms.length > 0) expect(verdict['cdrom_bus']).toBe(text(plan, 'cdrom-bus'));
      const topology = text(plan, 'cpu-topology');
      if (topology !== undefined) expect(verdict['topology']).toEqual(String(topology).split(':').map(Number));
    });
  });

  it('but no value that it does not know', () => {
    const wrong = { hw_vif_model: 'igb', hw_architecture: 'riscv64', hw_disk_bus: 'nvme', hw_tpm_version: '3.0' };
    const [image] = images;
    if (image === undefined) throw new Error('no image');
    const broken = Object.entries(wrong).map(([name, value]) => stored({ ...image, properties: { [name]: value } }));
    expect(ask(broken).map(({ refused }) => typeof refused)).toEqual(broken.map(() => 'string'));
  });
});

describe('plans to ask Nova about', () => {
  it('leave some out that no Nova can take', () => {
    expect(printable.length).toBeLessThan(named.length + generated.length);
  });
});
