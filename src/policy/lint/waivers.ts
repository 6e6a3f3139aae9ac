import type { Finding } from '../../diagnostics/index.ts';
import { didYouMean } from '../../facts/did-you-mean.ts';
import { policyPlace } from '../diagnostics.ts';
import type { Waiver } from '../waivers/waiver.ts';
import { diagnostics } from './diagnostics.ts';

/** Waivers that waive nothing. `codes` are those of all findings, `now` milliseconds since 1970. */
export function lintWaivers(
  waivers: readonly Pick<Waiver, 'rule' | 'code' | 'expires' | 'uri' | 'pointer'>[],
  known: { readonly rules: readonly string[]; readonly codes: readonly string[] },
  now: number,
): readonly Finding[] {
  return waivers.flatMap((waiver) => {
    const what = waiver.rule ?? waiver.code ?? '';
    const names = waiver.rule === null ? known.codes : known.rules;
    const at = policyPlace(waiver);
    const expired = Date.parse(waiver.expires) <= now;
    const near = names.includes(what) ? undefined : didYouMean(what, names);
    const hint = near === undefined ? 'Remove it, or correct its name.' : `Did you mean ${near}?`;
    const kind = waiver.rule === null ? 'finding' : 'rule';
    return [
      ...(expired ? [diagnostics['waiver-expired']({ what, expires: waiver.expires }, at)] : []),
      ...(names.includes(what) ? [] : [diagnostics['waiver-unknown']({ kind, what, hint }, at)]),
    ];
  });
}
