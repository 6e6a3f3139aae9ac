import { describe, expect, it } from 'vitest';
import { hintsToJson } from '../../src/hints/index.ts';
import { fixture, fixtureNames, read } from './carriers.ts';

describe.each(['good', 'bad'] as const)('%s hint documents', (kind) => {
  it.each(fixtureNames(kind))('%s is normalised as its golden says', async (name) => {
    const reading = read(fixture(`${kind}/${name}`));
    expect(reading.document).not.toBeNull();
    const golden = {
      normalised: reading.document === null ? null : JSON.parse(hintsToJson(reading.document)),
      votes: reading.votes.map(({ key, subject, strength, values, pointer }) => ({
        key,
        subject,
        strength,
        values,
        pointer,
      })),
      findings: reading.findings.map(({ code, severity, args, at }) => ({
        code,
        severity,
        args,
        at: at.map(({ pointer }) => pointer),
      })),
    };
    await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(`golden/${kind}/${name}`);
  });
});

it('both spellings of one document are the same document', () => {
  const tree = read(fixture('good/appliance.json'));
  const flat = read(fixture('good/appliance-flat.json'));
  expect(flat.document).toEqual(tree.document);
  expect(flat.votes.map((vote) => ({ ...vote, pointer: null }))).toEqual(
    tree.votes.map((vote) => ({ ...vote, pointer: null })),
  );
});
