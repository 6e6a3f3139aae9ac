import type { Evidence, ReportDocument } from '../facts/index.ts';

export interface RenderOptions {
  readonly color: boolean;
  /** Also lose nothing of what lost: every vote against every decision. */
  readonly verbose: boolean;
  /** Of vm-import. */
  readonly version: string;
  /** The long text of a finding's code; null for an unknown code, or where the format asked for none. */
  explain(code: string): string | null;
}

/** One way to show a report. */
export interface Reporter {
  render(report: ReportDocument, evidence: Evidence, options: RenderOptions): string;
}

export interface ReportFormat {
  readonly id: string;
  /** Whether it wants `RenderOptions.explain`, which costs start-up time. */
  readonly explains: boolean;
  readonly load: () => Promise<Reporter>;
}
