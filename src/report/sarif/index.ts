import type { ReportFormat } from '../reporter.ts';

export const reporter: ReportFormat = {
  id: 'sarif',
  explains: true,
  load: async () => (await import('./sarif.ts')).sarif,
};
