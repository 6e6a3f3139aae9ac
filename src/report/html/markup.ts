import { printable } from '../words.ts';

/** A piece of HTML. Only the `html` tag makes one, so everything foreign in it has been escaped. */
export interface Markup {
  readonly html: string;
}

export type Child = Markup | string | number | null | readonly Child[];

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or a quoted attribute; control and invisible characters become visible escapes. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function rendered(child: Child): string {
  if (child === null) return '';
  if (typeof child === 'string') return escaped(child);
  if (typeof child === 'number') return String(child);
  return 'html' in child ? child.html : child.map(rendered).join('');
}

/** Template of HTML: what is put into it is escaped unless it is HTML already. Attributes have to stand in quotes. */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, child] of children.entries()) text += rendered(child) + (strings[index + 1] ?? '');
  return { html: text };
}

/** HTML that was checked when the program was built: the style and the script of the page. */
export function trusted(text: string): Markup {
  return { html: text };
}

/** Text of several lines, each made printable on its own. */
export function lines(text: string): Markup {
  return html`${text.split(/\r?\n/).map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`))}`;
}
