import type { ReportFormat } from '../reporter.ts';

export const reporter: ReportFormat = {
  id: 'text',
  explains: false,
  load: async () => (await import('./text.ts')).text,
};
