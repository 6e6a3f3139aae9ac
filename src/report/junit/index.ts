import type { ReportFormat } from '../reporter.ts';

export const reporter: ReportFormat = {
  id: 'junit',
  explains: false,
  load: async () => (await import('./junit.ts')).junit,
};
