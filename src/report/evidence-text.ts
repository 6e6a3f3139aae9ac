import { type EvidenceDocument, type Json, keyPath } from '../facts/index.ts';
import { size } from './quantities.ts';
import { printable, waiverLine } from './words.ts';

/** A field of a format, in one line. */
export function shown(value: Json): string {
  if (value === null) return 'none';
  if (typeof value === 'object') return printable(JSON.stringify(value));
  return printable(String(value));
}

/** What `inspect` prints for people. */
export function evidenceText(evidence: EvidenceDocument): string {
  const lines = [`machine ${printable(evidence.machine.name)}`];
  for (const [label, text] of Object.entries(evidence.machine.labels)) lines.push(`  ${label}: ${printable(text)}`);
  for (const disk of evidence.disks) {
    const source = evidence.sources.find(({ uri }) => uri === disk.uri || uri === disk.path);
    lines.push(
      `${disk.id} ${printable(disk.uri)}`,
      `  format: ${disk.format}`,
      `  payload: ${disk.payload}`,
      `  virtual size: ${disk.virtualSize === null ? 'unknown' : `${size(disk.virtualSize)} (${disk.virtualSize} bytes)`}`,
      `  file size: ${size(disk.fileSize)} (${disk.fileSize} bytes), ${source?.bytesRead ?? 0} bytes read`,
      `  encrypted: ${disk.encrypted ? 'yes' : 'no'}`,
      `  bootable: ${disk.bootable === null ? 'unknown' : disk.bootable ? 'yes' : 'no'}`,
    );
    if (source?.digest !== null && source?.digest !== undefined) lines.push(`  digest: ${source.digest}`);
    for (const layer of disk.backing ?? [])
      lines.push(`  over: ${printable(`${layer.path ?? layer.name} (${layer.format ?? 'format unknown'})`)}`);
    for (const part of disk.partitions) {
      const facts = [
        part.typeName ?? part.typeId,
        part.role,
        part.filesystem,
        part.active ? 'active' : null,
        size(part.size),
      ];
      lines.push(
        `  partition ${part.index} (${part.table}): ${printable(facts.filter((fact) => fact !== null).join(', '))}`,
      );
    }
    for (const loader of disk.content?.loaders ?? []) {
      const facts = [
        loader.architecture ?? 'no EFI program',
        loader.signed ? 'signed' : 'not signed',
        loader.fallback ? 'fallback' : null,
      ];
      lines.push(`  loader ${printable(loader.path)}: ${facts.filter((fact) => fact !== null).join(', ')}`);
    }
    for (const [name, value] of Object.entries(disk.content ?? {})) {
      if (name !== 'loaders' && value !== null && value !== false && !(Array.isArray(value) && value.length === 0)) {
        lines.push(`  ${name}: ${shown(value as Json)}`);
      }
    }
    for (const [name, value] of Object.entries(disk.details)) lines.push(`  ${printable(name)}: ${shown(value)}`);
  }
  for (const nic of evidence.nics) {
    lines.push(
      nic.id,
      `  model: ${printable(nic.model ?? 'unknown')}`,
      `  mac: ${nic.mac ?? 'none'}`,
      `  network: ${printable(nic.network ?? 'none')}`,
    );
  }
  for (const { scheme, name, version } of evidence.osNames) {
    lines.push(`system ${scheme}: ${printable(version === null ? name : `${name} ${version}`)}`);
  }
  for (const vote of evidence.votes) {
    const place = [vote.uri, vote.pointer].filter((part) => part !== null).join(' ');
    lines.push(
      `vote ${keyPath(vote.key, vote.subject)} ${vote.strength} ${printable(vote.values.join(', '))}: ${vote.origin} (${printable(place)})`,
    );
  }
  for (const { severity, code, message, waiver } of evidence.findings) {
    lines.push(`${severity} ${code}: ${message}`);
    if (waiver !== null) lines.push(`  ${waiverLine(waiver)}`);
  }
  return `${lines.join('\n')}\n`;
}
