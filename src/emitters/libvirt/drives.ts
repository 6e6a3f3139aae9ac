import type { Finding } from '../../diagnostics/index.ts';
import type { Plan } from '../../facts/index.ts';
import { diskFindings } from '../findings.ts';
import { driverType } from '../formats.ts';
import { type Drive, targetIndex } from '../places.ts';
import { textOf } from '../values.ts';
import { diagnostics } from './diagnostics.ts';

/** What keeps the drives from being written. */
export function driveFindings(plan: Plan, drives: readonly Drive[]): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const { kind, bus, target, source } of drives) {
    if (seen.has(target)) findings.push(diagnostics['target-taken']({ target }));
    seen.add(target);
    if (bus === 'ide' && targetIndex(target) > 3) findings.push(diagnostics['ide-full']({ target }));
    if (bus === 'usb' && textOf(plan, 'usb-controller') === 'none') {
      findings.push(diagnostics['usb-missing']({ device: source.id }));
    }
    if (kind === 'disk') findings.push(...diskFindings(plan, source, driverType, diagnostics));
  }
  return findings;
}
