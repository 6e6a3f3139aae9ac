import type { Evidence, FindingDocument, ReportDocument } from '../../facts/index.ts';
import { foremost } from '../foremost.ts';
import { raiserAmong } from '../raiser.ts';
import type { Reporter } from '../reporter.ts';
import { SCRIPT, SCRIPT_DIGEST, STYLE, STYLE_DIGEST } from './assets.generated.ts';
import { decisionsChapter } from './decisions.ts';
import { disksChapter } from './disks.ts';
import { numbered } from './finding-list.ts';
import { findingsChapter } from './findings.ts';
import { machineChapter } from './machine.ts';
import { html, type Markup, trusted } from './markup.ts';
import type { Chapter } from './parts.ts';
import { rowId, rulesChapter } from './rules.ts';
import { sourcesChapter } from './sources.ts';
import { targetsChapter } from './targets.ts';
import { opening, VERDICT_WORDS } from './verdict.ts';

/** Nothing is loaded, nothing is sent, and only the style and the script of this page are obeyed. */
const SECURITY = [
  "default-src 'none'",
  `script-src '${SCRIPT_DIGEST}'`,
  `style-src '${STYLE_DIGEST}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** One page for people who were not there: it stands alone, on paper too, and asks the network for nothing. */
export const page: Reporter = {
  render(report, evidence, options) {
    const findings = numbered(report.findings);
    const shown = new Set(foremost(findings, ({ finding }) => finding).shown);
    const raiser = raiserAmong(report.checks);
    const rows = new Map(report.checks.map((check, index) => [check, rowId(index)]));
    const rowOf = (finding: FindingDocument) => {
      const check = raiser(finding);
      return check === undefined ? null : (rows.get(check) ?? null);
    };
    const chapters = [
      machineChapter(report.decisions, evidence),
      findingsChapter(findings, shown, rowOf, options),
      disksChapter(report, evidence),
      decisionsChapter(report.decisions, evidence),
      rulesChapter(report.checks, shown),
      targetsChapter(report.targets),
      sourcesChapter(report, evidence),
    ].filter((chapter) => chapter !== null);
    return `${whole(report, evidence, chapters, opening(report, evidence, findings), options.version).html}\n`;
  },
};

function whole(
  { verdict, schema }: ReportDocument,
  { machine }: Evidence,
  chapters: readonly Chapter[],
  start: Markup,
  version: string,
): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(SECURITY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="vm-import ${version}">
<title>${VERDICT_WORDS[verdict]}: ${machine.name} (vm-import report)</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
<header class="bar"><p class="brand"><b>vm-import</b> report</p>
<form role="search" id="filter" hidden><output id="count" for="words" aria-live="polite"></output><label for="words" class="unseen">Filter the report</label><input id="words" type="search" placeholder="Filter" autocomplete="off" spellcheck="false" aria-keyshortcuts="/" aria-describedby="count"><kbd aria-hidden="true">/</kbd><button type="button" id="unfold">Open all</button></form>
</header>
<div class="sheet">
<nav aria-label="Chapters"><ul>${chapters.map(({ id, title, total }) => html`<li><a href="#${id}">${title}${total === null ? null : html` <span>${total}</span>`}</a></li>`)}</ul></nav>
<main id="report" tabindex="-1">
${start}<p id="nothing" hidden>Nothing in the report has all these words. Escape clears the filter.</p>${chapters.map(section)}
</main>
</div>
<footer><p>Made by vm-import ${version} (${schema}). It loads nothing and sends nothing.</p></footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>`;
}

function section({ id, title, total, lead, body }: Chapter): Markup {
  return html`
<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}${total === null ? null : html` <span class="total">${total}</span>`}</h2>
${lead === null ? null : html`<p class="lead">${lead}</p>`}
${body}</section>`;
}
