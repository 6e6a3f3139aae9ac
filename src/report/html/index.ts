import type { ReportFormat } from '../reporter.ts';

export const reporter: ReportFormat = {
  id: 'html',
  explains: true,
  load: async () => (await import('./html.ts')).page,
};
