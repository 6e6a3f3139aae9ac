import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { XmlDocument, XmlElement } from 'libxml2-wasm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DOMAIN_PLANS, PLAN_NAMES, PLANS, planDisk, planOf } from '../../fixtures/emitters/plans.ts';
import { emitter } from '../../src/emitters/virt-install/emitter.ts';
import type { Plan } from '../../src/facts/index.ts';
import { FakeProgram } from '../emitters/fake-program.ts';
import { domainXml } from '../emitters/skeletons.ts';
import { embeddedVirtInstall } from './embedded-virt-install.ts';
import { itWithEmulator, PATH_OF_EMULATORS } from './emulators.ts';
import { withFiles } from './plan-files.ts';
import { describeWith } from './tools.ts';

const REFUSED: { readonly [name: string]: string } = {
  hostile: 'virt-install cannot be told its name and path',
};

/** Plans with what no golden one has. */
const MORE: { readonly [name: string]: Plan } = {
  'mixed cards': DOMAIN_PLANS['mixed-cards'],
  spice: planOf({ graphics: 'spice', 'video-model': 'qxl', 'guest-agent': true, 'sound-model': 'none' }),
  'nothing extra': planOf({
    graphics: 'spice',
    'guest-agent': false,
    rng: 'none',
    memballoon: 'none',
    serial: false,
    'input-bus': 'ps2',
    'boot-order': 'disk0',
  }),
  commas: planOf(
    { 'kernel-args': 'a=1,b "c, d" xpath0.value=x machine=none' },
    {
      name: 'a,b=c\\"\'d',
      title: 'one, "two" & <three> \\',
      description: "it's\nmachine=none,vcpus=9",
      disks: [planDisk('disk0', { path: '/srv/a,b=c \\x, readonly=yes.qcow2' })],
      kernel: '/boot/vm,linuz="it\'s"',
    },
  ),
};

const BY_FILES = planOf(
  { firmware: 'uefi', 'secure-boot': true, 'enrolled-keys': true },
  {
    firmwareFiles: {
      loader: { path: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd', format: 'raw', type: 'pflash' },
      template: { path: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd', format: 'raw' },
      reason: 'a test',
    },
  },
);

/**
 * Differences that are none: what virt-install makes up and libvirt-xml leaves to libvirt (uuid, MAC, emulator), what is
 * said in two ways (memory in KiB, the address of a display), what libvirt would fill in alike (one die, mode bind of a
 * channel), what an xpath cannot reach (the namespace of vm-import). Addresses of drives, the controllers that follow
 * from them and the number of USB ports are asked after by themselves.
 */
const IGNORED: readonly RegExp[] = [
  /^\/(uuid|currentMemory|devices\/emulator)\b/,
  /^\/devices\/interface(\[\d+\])?\/mac@address=52:54:00/,
  /^\/memory@unit=/,
  /^\/cpu\/topology@dies=1$/,
  /^\/devices\/channel\/source@mode=bind$/,
  /^\/devices\/graphics(@autoport=yes|@(tlsPort|port)=-1|\/listen@type=address)$/,
  // what is shown on loopback needs no compression
  /^\/devices\/graphics\/image@compression=off$/,
  /^\/metadata\/(?!libosinfo)/,
  /^\/devices\/disk(\[\d+\])?\/address\b/,
  /^\/devices\/controller@ports=15$/,
];

const KIB_PER_MIB = 1024;

/** Every attribute and text of a domain with the path to it; devices of a kind in order, all else sorted. */
function factsOf(xml: string): readonly string[] {
  const facts: string[] = [];
  const walk = (element: XmlElement, path: string): void => {
    for (const attribute of element.attrs) facts.push(`${path}@${attribute.name}=${attribute.content}`);
    const children: XmlElement[] = [];
    for (let child = element.firstChild; child !== null; child = child.next) {
      if (child instanceof XmlElement && child.get('@type')?.content !== 'scsi') children.push(child);
    }
    const { content } = element;
    if (children.length === 0 && (content !== '' || element.attrs.length === 0)) facts.push(`${path}=${content}`);
    const counts = new Map<string, number>();
    for (const child of children) {
      const count = counts.get(child.name) ?? 0;
      counts.set(child.name, count + 1);
      // features and timers have no order, and are told apart by their names
      const name = child.get('@name')?.content;
      const which = child.name === 'timer' || child.name === 'feature' ? `[${name}]` : count === 0 ? '' : `[${count}]`;
      walk(child, `${path}/${child.name}${which}`);
    }
  };
  const document = XmlDocument.fromString(xml);
  walk(document.root, '');
  document.dispose();
  return (
    facts
      .map((fact) => fact.replace('/graphics/listen@address=', '/graphics@listen='))
      // virt-install writes the numbers of an address in decimal
      .map((fact) => fact.replace(/0x\w+$/, (number) => (fact.includes('/address@') ? String(Number(number)) : number)))
      .filter(
        (fact) => !/^\/devices\/graphics(\/listen)?=$/.test(fact) && !IGNORED.some((pattern) => pattern.test(fact)),
      )
      .toSorted()
  );
}

describeWith(['virt-install', 'qemu-img', 'qemu-system-x86_64'], 'virt-install makes the domain of libvirt-xml', () => {
  let directory: string;
  let uri: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vm-import-virt-install-command-'));
    const installed = embeddedVirtInstall(directory, 'virt-install-command');
    uri = installed.uri;
    const program = `#!/bin/sh\nexec /usr/bin/python3 '${installed.script}' "$@"\n`;
    writeFileSync(join(directory, 'virt-install'), program, { mode: 0o755 });
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** What the script prints when it is run as a user runs it, with the arguments that keep it from doing anything. */
  function printedXml(script: string): string {
    const PATH = `${directory}${delimiter}${PATH_OF_EMULATORS}`;
    const { stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', '--connect', uri, '--dry-run', '--print-xml'], {
      encoding: 'utf8',
      env: { ...process.env, PATH, LC_ALL: 'C.UTF-8' },
    });
    if (stdout === '') throw new Error(stderr);
    return stdout;
  }

  function compare(plan: Plan): void {
    const { text, findings } = emitter.emit(plan, {});
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const theirs = factsOf(printedXml(text ?? ''));
    const ours = factsOf(domainXml(plan)).map((fact) =>
      fact.startsWith('/memory=') ? `/memory=${Number(fact.slice('/memory='.length)) * KIB_PER_MIB}` : fact,
    );
    expect(theirs).toEqual(ours);
  }

  for (const name of PLAN_NAMES) {
    const test = () => compare(withFiles(PLANS[name], join(directory, name)));
    itWithEmulator(PLANS[name], name, test, { refused: REFUSED[name] });
  }

  it.each(Object.entries(MORE))('%s', (name, plan) => {
    const { kernel } = plan;
    compare({ ...withFiles({ ...plan, kernel: null }, join(directory, name)), kernel });
  });

  it('says the files of firmware', () => {
    const files = join(directory, 'files');
    const { text } = emitter.emit(withFiles(BY_FILES, files), {});
    const said = factsOf(printedXml(text ?? '')).filter((fact) => fact.startsWith('/os') || fact.includes('smm'));
    expect(said).toEqual([
      '/features/smm@state=on',
      '/os/loader=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd',
      '/os/loader@readonly=yes',
      '/os/loader@secure=yes',
      '/os/loader@type=pflash',
      `/os/nvram@template=${join(files, 'OVMF_VARS_4M.ms.fd')}`,
      '/os/type=hvm',
      '/os/type@arch=x86_64',
      '/os/type@machine=q35',
    ]);
  });

  it('gives each SCSI drive a target of its own', () => {
    const { text } = emitter.emit(withFiles(PLANS['nine-scsi-disks'], join(directory, 'targets')), {});
    const xml = printedXml(text ?? '');
    expect([...xml.matchAll(/<address type="drive" controller="0" bus="0" target="(\d)" unit="0"\/>/g)]).toHaveLength(
      9,
    );
    expect(xml.match(/<controller type="scsi"[^>]*>/g)).toEqual([
      '<controller type="scsi" index="0" model="virtio-scsi"/>',
    ]);
  });

  it('reads every suboption back as it was meant', () => {
    const ask = `import json, sys
sys.path.insert(0, '/usr/share/virt-manager')
from virtinst import cli
print(json.dumps([cli.parse_optstr_tuples(word) for word in json.load(sys.stdin)]))`;
    const values = ['a,b', '"', "'", '\\', 'a\\,b', '#', ' a ', 'é𝄞', ',', '=', "'','\"", 'a\\'];
    const program = new FakeProgram('virt-install');
    const words = values.map((value) => {
      const { text } = emitter.emit(planOf({}, { kernel: `/${value}` }), {});
      return program.argumentsOf(text ?? '').find((word) => word.startsWith('kernel=')) ?? '';
    });
    program.remove();
    const read = execFileSync('/usr/bin/python3', ['-c', ask], { encoding: 'utf8', input: JSON.stringify(words) });
    expect(JSON.parse(read)).toEqual(values.map((value) => [['kernel', `/${value}`]]));
  });
});
