import { type Child, html, type Markup } from './markup.ts';

export interface Row {
  /** Can be linked to; null for a row that nothing names. */
  readonly id: string | null;
  /** Classes of the row, for the style sheet. */
  readonly look: string;
  /** The first one is the heading of the row. */
  readonly cells: readonly Child[];
}

/**
 * A table. With `found` the filter finds its rows one by one, else only what the table stands in. The roles are spelled out, because a phone shows every row as a block, and
 * browsers forget that such a thing is a table.
 */
export function table(caption: Child, columns: readonly string[], rows: readonly Row[], found = true): Markup {
  return html`<table role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => tableRow(columns, row, found))}</tbody></table>`;
}

function tableRow(columns: readonly string[], { id, look, cells }: Row, found: boolean): Markup {
  const [heading = null, ...rest] = cells;
  return html`
<tr role="row"${found ? html` data-item` : null}${look === '' ? null : html` class="${look}"`}${id === null ? null : html` id="${id}"`}><th scope="row" role="rowheader">${heading}</th>${rest.map(
    (cell, index) => html`<td role="cell" data-label="${columns[index + 1] ?? ''}">${cell}</td>`,
  )}</tr>`;
}
