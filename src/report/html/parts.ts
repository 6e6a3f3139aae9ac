import { type Decision, keyPath, type Winner } from '../../facts/index.ts';
import { placed } from '../words.ts';
import { type Child, html, lines, type Markup } from './markup.ts';

/** One chapter of the page; `total` stands beside its heading and in the list of chapters. */
export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly total: number | null;
  /** One line under the heading. */
  readonly lead: Child;
  readonly body: Markup;
}

/** A word in a coloured frame; the word alone says it all. */
export function chip(look: string, word: string): Markup {
  return html`<span class="chip ${look}">${word}</span>`;
}

/** A place, a path, a code: something that is copied. It may break anywhere. */
export const code = (text: string): Markup => html`<code>${text}</code>`;

/** Our own long texts: what stands in backticks is something to type. */
export function prose(text: string): Markup {
  return html`${text.split('`').map((piece, index) => (index % 2 === 0 ? lines(piece) : code(piece)))}`;
}

/** Pairs of a name and what there is to say; those with nothing to say are left out. */
export function facts(pairs: readonly (readonly [name: string, value: Child])[]): Markup {
  const said = pairs.filter(([, value]) => value !== null && value !== '');
  return html`<dl class="facts">${said.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Something to open. What is `minor` stays closed on paper. */
export function more(summary: Child, body: Child, minor = false): Markup {
  return html`<details${minor ? html` class="minor"` : null}><summary>${summary}</summary><div class="more">${body}</div></details>`;
}

/** Where a decision stands on the page. Keys and subjects are a closed vocabulary, so the name is a valid one. */
export const decisionId = ({ key, subject }: Decision): string => `decision-${keyPath(key, subject)}`;

/** `hints, required`, and the rule where one speaks. */
export function voice({ origin, strength, rule }: Winner): Markup {
  // the default, a flag and an admin's set know one strength only
  const plain = origin === 'default' || origin === 'flag' || origin === 'policy-set';
  return html`<span class="voice"><b>${origin}</b>${plain ? null : `, ${strength}`}${rule === null ? null : html`, rule ${code(rule)}`}</span>`;
}

/** `/images/disk.qcow2 header+0x48`; null where nothing is named. */
export function placeText(uri: string | null, pointer: string | null): string | null {
  return uri === null ? pointer : placed(uri, pointer);
}
