import type { ReportingDescriptor } from 'sarif';
import type { ReportDocument, RuleCheck } from '../../facts/index.ts';
import { printable, sentence } from '../words.ts';
import { plainText } from './message.ts';

/** What a result is filed under: the policy rule that raised it, else the code of the finding. */
export function ruleIdOf({ rule, code }: { readonly rule: string | null; readonly code: string }): string {
  return printable(rule ?? code);
}

/**
 * Every rule that some result is filed under and every rule of the policy, by id. A rule is one thing to be told,
 * switched off or dismissed, so it is described here and only referred to by the results.
 */
export function rulesOf(
  { findings, checks }: ReportDocument,
  explain: (code: string) => string | null,
): readonly ReportingDescriptor[] {
  const rules = new Map<string, ReportingDescriptor>();
  // of a rule that is also tried out in other words, what is enforced is told
  const told = [...checks.filter(({ audited }) => audited), ...checks.filter(({ audited }) => !audited)];
  for (const check of told) rules.set(printable(check.rule), ofPolicy(check));
  for (const finding of findings) {
    const id = ruleIdOf(finding);
    if (rules.has(id)) continue;
    rules.set(id, finding.rule === null ? ofCode(id, explain(finding.code)) : described(id, `Policy rule ${id}.`));
  }
  return [...rules.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function described(id: string, full: string, short = full): ReportingDescriptor {
  const text = plainText(full);
  return { id, shortDescription: { text: plainText(short) }, fullDescription: { text }, help: { text } };
}

function ofCode(id: string, explanation: string | null): ReportingDescriptor {
  if (explanation === null) return described(id, `Finding ${id}.`);
  const [first] = explanation.split(/(?<=[.!?])\s/, 1);
  return described(id, explanation, first);
}

function ofPolicy({ rule, title, phase, docs, tags }: RuleCheck): ReportingDescriptor {
  const id = printable(rule);
  const words = title === null ? `Policy rule ${id}.` : sentence(title);
  const uri = docs === null ? null : webAddress(docs);
  return {
    ...described(id, docs === null ? words : `${words} See ${docs}`, words),
    ...(uri === null ? {} : { helpUri: uri }),
    properties: { tags: [...new Set(tags.map(printable))], phase },
  };
}

/**
 * A web address as RFC 3986 spells it, null for what is none. The schema asks for that spelling, and the URL class,
 * which follows what browsers do, leaves brackets, bars and bare percent signs as they came.
 */
function webAddress(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, username, host, pathname, search, hash } = new URL(text);
  if (!/^https?:$/.test(protocol) || username !== '' || !/^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/.test(host))
    return null;
  const fragment = hash === '' ? '' : `#${spelt(hash.slice(1))}`;
  return `${protocol}//${host}${spelt(pathname)}${spelt(search)}${fragment}`;
}

function spelt(part: string): string {
  return part
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/[^\w\-.~:/?@!$&'()*+,;=%]/g, (character) => encodeURIComponent(character));
}
