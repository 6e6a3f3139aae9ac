import type { ReportFormat } from '../reporter.ts';

export const reporter: ReportFormat = {
  id: 'json',
  explains: false,
  load: async () => (await import('./json.ts')).json,
};
