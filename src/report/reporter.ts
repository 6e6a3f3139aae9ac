import type { Evidence, ReportDocument } from '../facts/index.ts';

export interface RenderOptions {
  readonly color: boolean;
  /** Also lose nothing of what lost: every vote against every decision. */
  readonly verbose: boolean;
}

/** One way to show a report. */
export interface Reporter {
  render(report: ReportDocument, evidence: Evidence, options: RenderOptions): string;
}

export interface ReportFormat {
  readonly id: string;
  readonly load: () => Promise<Reporter>;
}
