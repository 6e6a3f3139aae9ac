import { describe, expect, it } from 'vitest';
import { keyPath, type Value } from '../../../src/facts/index.ts';
import { loadPolicy, type Planned, plan } from '../../../src/index.ts';
import { PRESET_NAMES } from '../../../src/policy/index.ts';
import { word } from '../../../src/report/words.ts';
import { evidenceOf, MACHINES, type Machine, readEvidence } from './machines.ts';

/**
 * Every preset by every machine. The files below test/golden/policy-matrix show what a change of a rule, a default or
 * the resolver does to real imports: read their diff before it is accepted (`npx vitest -u`).
 */
async function planned(preset: string, machine: Machine): Promise<Planned> {
  const policy = await loadPolicy([`preset:${preset}`]);
  const set = machine.os === null ? [] : [['os', machine.os] as const];
  return plan(await readEvidence(await evidenceText(machine)), { policy, set });
}

const texts = new Map<string, Promise<string>>();
/** The saved evidence; made anew, so that the tables are those of the files beside them also while these change. */
function evidenceText(machine: Machine): Promise<string> {
  const text = texts.get(machine.name) ?? evidenceOf(machine);
  texts.set(machine.name, text);
  return text;
}

const valuesOf = ({ decisions }: Planned): ReadonlyMap<string, Value | null> =>
  new Map(decisions.map(({ key, subject, value }) => [keyPath(key, subject), value]));

const shown = (value: Value | null | undefined): string => (value === undefined ? '-' : String(value ?? 'undecided'));

/** `error strict.format: ...`, the rule where one raised it. */
function findingLines({ findings }: Planned): readonly string[] {
  return findings
    .map(word)
    .map(({ severity, code, rule, message }) => `  ${severity.padEnd(8)}${rule ?? code}: ${message}`);
}

/** What was decided otherwise than by preset:default, and by which rule where one won. */
function differences(own: Planned, base: Planned): readonly string[] {
  const [before, after] = [valuesOf(base), valuesOf(own)];
  const rules = new Map(own.decisions.map(({ key, subject, winner }) => [keyPath(key, subject), winner?.rule ?? null]));
  // the controller of bus scsi is also decided when somebody only spoke about it
  const onScsi = [...before, ...after].some(([path, value]) => path.startsWith('disk-bus') && value === 'scsi');
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path) && (onScsi || path !== 'scsi-model'))
    .map((path) => {
      const rule = rules.get(path);
      const by = rule == null ? '' : `  (${rule})`;
      return `  ${path.padEnd(22)}${shown(before.get(path))} -> ${shown(after.get(path))}${by}`;
    });
}

/** The decisions that a person would look at first; the others are in the differences. */
const GLANCE = ['os', 'machine', 'firmware', 'memory-mib', 'vcpus', 'disk-bus.disk0', 'nic-model.nic0', 'video-model'];

async function section(preset: string, machine: Machine): Promise<string> {
  const own = await planned(preset, machine);
  const { verdict, exit } = own.judgement;
  const lines = [`${machine.name}: ${verdict} (exit ${exit})`];
  if (preset === 'default') {
    const values = valuesOf(own);
    lines[0] += `  ${machine.about}${machine.os === null ? '' : ` (--os ${machine.os})`}`;
    if (values.size > 0) lines.push(`  ${GLANCE.map((path) => `${path} ${shown(values.get(path))}`).join(', ')}`);
    return [...lines, ...findingLines(own)].join('\n');
  }
  const base = await planned('default', machine);
  const known = new Set(findingLines(base));
  const mine = findingLines(own);
  const gone = [...known].filter((line) => !mine.includes(line)).map((line) => `  no more ${line.trim()}`);
  return [...lines, ...mine.filter((line) => !known.has(line)), ...gone, ...differences(own, base)].join('\n');
}

const HEADER: Readonly<Record<string, string>> = {
  default: 'What preset:default makes of each machine: verdict, a glance at the decisions, everything found.\n',
};
const OTHER = (preset: string) =>
  `What preset:${preset} makes of each machine: verdict, and where it differs from preset:default.\n`;

describe('the matrix of presets and machines', () => {
  it.each(MACHINES.map((machine) => [machine.name, machine] as const))(
    'evidence of %s is what inspect says of it',
    async (name, machine) => {
      await expect(await evidenceText(machine)).toMatchFileSnapshot(`../../../fixtures/policy/evidence/${name}.json`);
    },
  );

  it.each(PRESET_NAMES)('preset:%s', async (preset) => {
    const sections: string[] = [];
    for (const machine of MACHINES) sections.push(await section(preset, machine));
    const text = [HEADER[preset] ?? OTHER(preset), ...sections, ''].join('\n');
    await expect(text).toMatchFileSnapshot(`../../golden/policy-matrix/${preset}.txt`);
  });
});
