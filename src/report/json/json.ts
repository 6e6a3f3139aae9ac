import type { Reporter } from '../reporter.ts';
import { jsonText } from '../words.ts';

/** The report document itself (`vm-import/report@1`), for programs. */
export const json: Reporter = { render: (report) => jsonText(report) };
