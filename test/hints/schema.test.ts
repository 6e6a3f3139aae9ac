import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HARDWARE_KEYS } from '../../src/hints/document.ts';
import { hintJsonSchema } from '../../src/hints/index.ts';
import { hintDocumentSchema } from '../../src/hints/schema.ts';
import { DRIVERS, QEMU_NAMES } from '../../src/hints/vocabulary.ts';
import { fixture, fixtureNames, read } from './carriers.ts';

describe('the published JSON Schema', () => {
  it('is draft 2020-12 without $id and describes both spellings', async () => {
    const schema = await hintJsonSchema();
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'vm-import hint document, version 1',
      required: ['vmHints'],
      additionalProperties: false,
      properties: {
        hardware: { properties: { firmware: { $ref: '#/$defs/firmware' } } },
        'hardware.firmware': { $ref: '#/$defs/firmware' },
        'qemu.min-ram-MB': { type: 'integer' },
      },
      $defs: { firmware: { description: 'firmware the guest boots with' } },
    });
    expect(schema).not.toHaveProperty('$id');
  });

  it('knows every name of the vocabulary in every spelling, and no other', async () => {
    const schema = JSON.parse(JSON.stringify(await hintJsonSchema()));
    expect(Object.keys(schema.properties.hardware.properties)).toEqual(HARDWARE_KEYS);
    const top = Object.keys(schema.properties);
    expect(top).toEqual(expect.arrayContaining(HARDWARE_KEYS.map((key) => `hardware.${key}.forbidden`)));
    expect(top).toEqual(expect.arrayContaining([...QEMU_NAMES.keys()].map((name) => `qemu.${name}`)));
    expect(top.filter((name) => /network|nic-mac|nvram|placement|virt-type/.test(name))).toEqual([]);
  });

  it('tells names of others from mistyped ones by pattern', async () => {
    const schema = JSON.parse(JSON.stringify(await hintJsonSchema()));
    const patterns = Object.keys(schema.patternProperties).map((pattern) => new RegExp(pattern, 'u'));
    const allowed = (name: string): boolean => patterns.some((pattern) => pattern.test(name));
    expect(['org.example.thing', 'com.example', 'extensions.org.example.a'].filter(allowed)).toHaveLength(3);
    expect(['hardware.network', 'qemu.args', 'firmware.required', 'titel', 'qemu:commandline'].filter(allowed)).toEqual(
      [],
    );
  });

  it.each(fixtureNames('good'))('takes good/%s if and only if it is read without a finding', (name) => {
    const text = fixture(`good/${name}`);
    expect(hintDocumentSchema.safeParse(JSON.parse(text)).success).toBe(read(text).findings.length === 0);
  });

  it.each(fixtureNames('bad').filter((name) => name !== 'hidden-text.json'))('refuses bad/%s', (name) => {
    expect(hintDocumentSchema.safeParse(JSON.parse(fixture(`bad/${name}`))).success).toBe(false);
  });
});

it('reading hints does not load zod', () => {
  const rooms = [
    'index',
    'document',
    'json',
    'keys',
    'members',
    'normalise',
    'refusals',
    'reporter',
    'spelling',
    '../facts/text',
  ];
  for (const file of [...rooms, 'vocabulary', 'diagnostics']) {
    const source = readFileSync(new URL(`../../src/hints/${file}.ts`, import.meta.url), 'utf8');
    expect(source).not.toMatch(/^import .*'(zod|\.\/schema\.ts)'/m);
  }
});

describe('docs/hints.md', () => {
  const page = readFileSync(new URL('../../docs/hints.md', import.meta.url), 'utf8');
  const names = [...HARDWARE_KEYS, ...DRIVERS, ...[...QEMU_NAMES.keys()].map((name) => `qemu.${name}`)];

  it.each(names)('lists %s', (name) => {
    expect(page).toContain(`\`${name}\``);
  });

  it('has examples that are read without a finding', () => {
    const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => text ?? '');
    expect(examples.length).toBeGreaterThan(1);
    for (const example of examples) expect(read(example).findings).toEqual([]);
  });
});
