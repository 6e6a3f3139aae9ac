import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import MarkdownIt, { type Token } from 'markdown-it';

const schema = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
    'utf8',
  ),
);
const ajv = new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

/** What the official schema of SARIF 2.1.0 has against a document. */
export function sarifErrors(text: string): readonly string[] {
  validate(JSON.parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

const parser = new MarkdownIt({ html: true, linkify: true });

/** Every token of a Markdown document, as a parser we did not write sees it. */
export function tokens(text: string): readonly Token[] {
  const all = (list: readonly Token[]): Token[] => list.flatMap((token) => [token, ...all(token.children ?? [])]);
  return all(parser.parse(text, {}));
}
