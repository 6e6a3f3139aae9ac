import type { Reporter } from '../reporter.ts';

/** The report document itself (`vm-import/report@1`), for programs. */
export const json: Reporter = {
  render: (report) => `${JSON.stringify(report, null, 2)}\n`,
};
