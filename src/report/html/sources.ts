import type { Evidence, ReportDocument } from '../../facts/index.ts';
import { size } from '../quantities.ts';
import { html } from './markup.ts';
import { type Chapter, code } from './parts.ts';
import { table } from './table.ts';

export function sourcesChapter({ sources }: ReportDocument, evidence: Evidence): Chapter | null {
  if (sources.length === 0) return null;
  const votes = (uri: string) => evidence.votes.filter((vote) => vote.uri === uri).length;
  return {
    id: 'sources',
    title: 'Sources',
    total: sources.length,
    lead: 'What was read, and how much of it.',
    body: table(
      'Sources',
      ['Source', 'Is', 'Size', 'Read', 'Votes'],
      sources.map((source) => ({
        id: null,
        look: '',
        cells: [
          html`${code(source.uri)}${source.digest === null ? null : html`<span class="digest">${code(source.digest)}</span>`}`,
          source.format ?? 'not understood',
          source.size === null ? 'unknown' : size(source.size),
          size(source.bytesRead),
          votes(source.uri),
        ],
      })),
    ),
  };
}
