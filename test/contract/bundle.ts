import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTool } from './tools.ts';

/** The program as it is installed. `npm run build` makes it. */
export const PROGRAM = fileURLToPath(new URL('../../dist/bin/vm-import.cjs', import.meta.url));

/** What the program says in a directory. */
export function vmImport(directory: string, ...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argv], {
    cwd: directory,
    encoding: 'utf8',
  });
  return {
    status,
    stdout,
    stderr,
    codes: [...stderr.matchAll(/\[([a-z0-9-]+\/[a-z0-9-]+)\]$/gm)].map(([, code]) => code),
  };
}

/** The commands that the program prints for files that have to be made first: each with its alternatives. */
export function printedCommands(stderr: string): readonly (readonly string[])[] {
  const found: string[][] = [];
  for (const [, kind, line = ''] of stderr.matchAll(/^vm-import: (first run|or): (.*)$/gm)) {
    if (kind === 'first run') found.push([line]);
    else found.at(-1)?.push(line);
  }
  return found;
}

/** A line as a user pastes it into a shell, as it stands. */
export function pasted(line: string, directory: string): void {
  runTool('bash', ['-c', line], directory);
}

export interface OvfFile {
  readonly href: string;
  /** More attributes of its File element. */
  readonly attributes?: string;
  /** What the disk is made of in place of a file: blank. */
  readonly capacity: number;
}

/** A descriptor as VMware writes them, of a machine with these disks on a SCSI controller. */
export function ovfOf(name: string, files: readonly OvfFile[]): string {
  const each = (text: (file: OvfFile, index: number) => string) => files.map(text).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
  xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData">
  <References>${each(
    ({ href, attributes = '' }, index) => `
    <File ovf:id="file${index}" ovf:href="${href}" ${attributes}/>`,
  )}
  </References>
  <DiskSection>
    <Info>Disks</Info>${each(
      ({ capacity }, index) => `
    <Disk ovf:diskId="disk${index}" ovf:fileRef="file${index}" ovf:capacity="${capacity}"/>`,
    )}
  </DiskSection>
  <VirtualSystem ovf:id="${name}">
    <Info>A machine</Info>
    <Name>${name}</Name>
    <VirtualHardwareSection>
      <Info>Hardware</Info>
      <Item>
        <rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits>
        <rasd:ElementName>Memory</rasd:ElementName>
        <rasd:InstanceID>1</rasd:InstanceID>
        <rasd:ResourceType>4</rasd:ResourceType>
        <rasd:VirtualQuantity>256</rasd:VirtualQuantity>
      </Item>
      <Item>
        <rasd:Address>0</rasd:Address>
        <rasd:ElementName>Controller</rasd:ElementName>
        <rasd:InstanceID>2</rasd:InstanceID>
        <rasd:ResourceSubType>lsilogic</rasd:ResourceSubType>
        <rasd:ResourceType>6</rasd:ResourceType>
      </Item>${each(
        (_, index) => `
      <Item>
        <rasd:AddressOnParent>${index}</rasd:AddressOnParent>
        <rasd:ElementName>Disk</rasd:ElementName>
        <rasd:HostResource>ovf:/disk/disk${index}</rasd:HostResource>
        <rasd:InstanceID>${index + 10}</rasd:InstanceID>
        <rasd:Parent>2</rasd:Parent>
        <rasd:ResourceType>17</rasd:ResourceType>
      </Item>`,
      )}
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
`;
}

/** An OVA of a descriptor and the files that lie in the directory, packed by GNU tar. */
export function packed(directory: string, archive: string, ovf: string, members: readonly string[]): string {
  writeFileSync(join(directory, 'machine.ovf'), ovf);
  runTool('tar', ['--format=ustar', '-cf', archive, '--', 'machine.ovf', ...members], directory);
  return join(directory, archive);
}

export const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
