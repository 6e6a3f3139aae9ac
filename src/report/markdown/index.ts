import type { ReportFormat } from '../reporter.ts';

export const reporter: ReportFormat = {
  id: 'markdown',
  explains: false,
  load: async () => (await import('./markdown.ts')).markdown,
};
