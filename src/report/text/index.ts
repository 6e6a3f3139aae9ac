import type { ReportFormat } from '../reporter.ts';

export const reporter: ReportFormat = { id: 'text', load: async () => (await import('./text.ts')).text };
