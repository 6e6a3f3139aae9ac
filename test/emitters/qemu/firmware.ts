import type { Plan, PlanFirmware } from '../../../src/facts/index.ts';

/** What a host document would add to a plan with UEFI: the files of its firmware. */
export function withFirmware(plan: Plan, code: string, variables: string): Plan {
  if (plan.values['firmware'] !== 'uefi') return plan;
  const firmwareFiles: PlanFirmware = {
    loader: { path: code, format: 'raw', type: 'pflash' },
    template: { path: variables, format: 'raw' },
    reason: 'the target needs files',
  };
  return { ...plan, firmwareFiles };
}
