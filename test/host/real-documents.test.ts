import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { machineFamily } from '../../src/facts/index.ts';
import { parseHostDocuments, serialiseHost } from '../../src/host/index.ts';

const DATA = '../shared/data/libvirt/domcaps';
const names = existsSync(DATA) ? readdirSync(DATA).filter((name) => name.endsWith('.xml')) : [];
const document = (name: string) => ({ uri: name, text: readFileSync(`${DATA}/${name}`, 'utf8') });

describe.skipIf(names.length === 0)(
  `documents of libvirt 9.0 and QEMU 7.2${names.length === 0 ? ` (no ${DATA})` : ''}`,
  () => {
    it.each(names.filter((name) => name.startsWith('dc-')))('%s is read whole', async (name) => {
      const { host, findings } = await parseHostDocuments([document(name)]);
      expect(findings).toEqual([]);
      const [, architecture, machine, virtType] = /^dc-(.+)-(.+)-(.+)\.xml$/.exec(name) ?? [];
      const [domain] = host.domains;
      expect(domain).toMatchObject({ architecture, machine: machineFamily(machine ?? '') ?? machine, virtType });
      for (const [field, value] of Object.entries(domain ?? {})) {
        // arm has no Hyper-V; everything else these documents do mention
        if (field === 'hyperv') continue;
        expect([field, value]).not.toEqual([field, null]);
      }
      expect(domain?.diskBuses).toContain('virtio');
      expect(domain?.tpmVersions).toEqual(['1.2', '2.0']);
    });

    it.each<[string, boolean, readonly string[], boolean]>([
      ['dc-x86_64-q35-kvm.xml', true, ['host-passthrough', 'maximum', 'host-model', 'custom'], false],
      ['dc-x86_64-pc-qemu.xml', false, ['maximum', 'host-model', 'custom'], true],
      ['dc-aarch64-virt-qemu.xml', false, ['maximum', 'custom'], false],
    ])('%s: Secure Boot, CPU modes, IDE', async (name, secureBoot, cpuModes, ide) => {
      const { host } = await parseHostDocuments([document(name)]);
      const [domain] = host.domains;
      expect([domain?.secureBoot, domain?.cpuModes, domain?.diskBuses?.includes('ide')]).toEqual([
        secureBoot,
        cpuModes,
        ide,
      ]);
      expect(domain?.launchSecurity).toEqual({ sev: false, sgx: false });
    });

    it('capabilities.xml lists what this host can run', async () => {
      const { host, findings } = await parseHostDocuments([document('capabilities.xml')]);
      expect(findings).toEqual([]);
      const x86 = host.guests?.find(({ architecture }) => architecture === 'x86_64');
      expect(x86?.virtTypes).toContain('qemu');
      expect(x86?.machines).toEqual(expect.arrayContaining(['q35', 'pc-q35-7.2', 'pc', 'microvm']));
      expect(host.guests?.map(({ architecture }) => architecture)).toEqual(expect.arrayContaining(['aarch64', 'i686']));
    });

    it('all together survive a snapshot', async () => {
      const { host } = await parseHostDocuments(names.map(document));
      const [{ host: again } = { host: null }] = [
        await parseHostDocuments([{ uri: 'saved', text: serialiseHost(host) }]),
      ];
      expect(again).toEqual(host);
    });
  },
);
