import type { ASTNode } from '@marcbachmann/cel-js';
import { ORIGINS } from '../../diagnostics/index.ts';
import { didYouMean } from '../../facts/did-you-mean.ts';
import {
  ARCHITECTURES,
  BLANK,
  describeValues,
  KEY_NAMES,
  keySpec,
  PAYLOADS,
  parseKeyPath,
  parseValue,
  STRENGTHS,
} from '../../facts/index.ts';
import { children, isNode, operands } from '../cel/tree.ts';
import { evaluateAlone, planKey } from '../conditions.ts';
import type { Effect, Phase } from '../policy.ts';
import type { Compatibility } from './exclusions.ts';
import { elementType, fieldName, type LoopTypes } from './terms.ts';
import { asConstant, type Constant } from './values.ts';

/** What this build knows and the policy room does not. */
export interface Vocabulary {
  /** Ids of the disk formats. */
  readonly formats: readonly string[];
  /** Short-ids of the OS database; null while it was not opened. */
  readonly systems: ReadonlySet<string> | null;
  /** Whether it has a system of that short-id or id; asked only where `systems` is there. */
  readonly knowsSystem: (name: string) => boolean;
  /** What cannot go together, whoever wants it. */
  readonly compatibility: readonly Compatibility[];
}

/** A comparison with what the other side never is, or a value that there is not. */
export interface UnknownValue {
  readonly kind: 'unknown-value' | 'unknown-os' | 'device-key';
  /** What is compared; of `unknown-os` what the rule does with the value. */
  readonly what: string;
  readonly value: string;
  readonly hint: string;
}

/** Comparisons of a condition with values that are in none of the closed lists. */
export function unknownValues(node: ASTNode, phase: Phase, vocabulary: Vocabulary): readonly UnknownValue[] {
  const found: UnknownValue[] = [];
  const visit = (at: ASTNode, loops: LoopTypes): void => {
    for (const [side, values] of comparisons(at)) {
      for (const value of values) found.push(...judge(side, constantOf(value, phase), loops, vocabulary));
    }
    const [name, list, inner] = operands(at);
    const variable = Array.isArray(inner) ? inner[0] : undefined;
    const isLoop = at.op === 'rcall' && isNode(list) && isNode(variable) && variable.op === 'id' && name !== 'bind';
    const type = isLoop ? elementType(list, loops) : 'dyn';
    const inside = isLoop ? new Map([...loops, [String(operands(variable)[0]), type]]) : loops;
    for (const child of children(at)) visit(child, child === list ? loops : inside);
  };
  visit(node, new Map());
  return found;
}

/** Each side of a comparison with what it is compared with. */
function comparisons(node: ASTNode): readonly (readonly [ASTNode, readonly ASTNode[]])[] {
  const [left, right] = operands(node);
  if (!isNode(left) || !isNode(right)) return [];
  if (node.op === 'in') return right.op === 'list' ? [[left, children(right)]] : [];
  if (node.op !== '==' && node.op !== '!=') return [];
  return [
    [left, [right]],
    [right, [left]],
  ];
}

function constantOf(node: ASTNode, phase: Phase): Constant | undefined {
  if (node.op !== 'value') return undefined;
  const outcome = evaluateAlone(node.input.slice(node.start, node.end), phase);
  return outcome.ok ? asConstant(outcome.value) : undefined;
}

function judge(
  side: ASTNode,
  value: Constant | undefined,
  loops: LoopTypes,
  vocabulary: Vocabulary,
): readonly UnknownValue[] {
  if (value === undefined || value === null) return [];
  const asked = loops.has('plan') ? undefined : planKey(side);
  if (asked !== undefined) return judgeKey(asked.path, value, vocabulary);
  const name = fieldName(side, loops);
  if (name === 'os') return unknownSystem('compares os with', value, vocabulary);
  const list = name === undefined ? undefined : listOf(name, vocabulary);
  if (list === undefined || typeof value !== 'string' || list.values.includes(value)) return [];
  const near = nearest(value, list.values);
  const hint = near === undefined ? `It is one of ${list.values.filter(Boolean).join(', ')}.` : `Did you mean ${near}?`;
  return [{ kind: 'unknown-value', what: list.what, value, hint }];
}

/** Names that other tools have for what the vocabulary calls otherwise. */
const ALIASES: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  x64: 'x86_64',
  i386: 'i686',
  arm64: 'aarch64',
  armhf: 'armv7l',
  img: 'raw',
  vhd: 'vpc',
};

/** Of several that are as near, one of the same length: qcow2 for qcow3, not qcow. */
function nearest(value: string, values: readonly string[]): string | undefined {
  const wanted = ALIASES[value] ?? value;
  const apart = (other: string) => Math.abs(other.length - wanted.length);
  return didYouMean(
    wanted,
    values.toSorted((a, b) => apart(a) - apart(b)),
  );
}

interface ClosedList {
  readonly what: string;
  readonly values: readonly string[];
}

function listOf(name: string, { formats }: Vocabulary): ClosedList | undefined {
  const lists: Readonly<Record<string, ClosedList>> = {
    // an unknown one is the empty text
    architecture: { what: 'architecture', values: [...ARCHITECTURES, ''] },
    'Disk.format': { what: 'the format of a disk', values: [...formats, BLANK] },
    'Disk.payload': { what: 'the payload of a disk', values: PAYLOADS },
    'Vote.key': { what: 'the key of a vote', values: KEY_NAMES },
    'Vote.origin': { what: 'the origin of a vote', values: ORIGINS },
    'Vote.strength': { what: 'the strength of a vote', values: STRENGTHS },
    'Finding.severity': { what: 'the severity of a finding', values: ['error', 'warning', 'info'] },
  };
  return Object.hasOwn(lists, name) ? lists[name] : undefined;
}

function judgeKey(path: string, value: Exclude<Constant, null>, vocabulary: Vocabulary): readonly UnknownValue[] {
  const parsed = parseKeyPath(path);
  if (parsed === undefined) return [];
  const { key, subject } = parsed;
  const { scope } = keySpec(key);
  if (scope !== 'machine' && subject === null) return [{ kind: 'device-key', what: key, value: scope, hint: '' }];
  const what = `plan["${path}"]`;
  const meant = parseValue(key, value, { pinned: true });
  if (meant !== undefined && meant === value)
    return key === 'os' ? unknownSystem(`compares ${what} with`, value, vocabulary) : [];
  const spec = keySpec(key);
  const near = meant ?? (spec.type === 'enum' ? nearest(String(value), spec.values) : undefined);
  const shown = typeof near === 'string' ? `"${near}"` : near;
  const hint = near === undefined ? `It is ${describeValues(key)}.` : `Did you mean ${shown}?`;
  return [{ kind: 'unknown-value', what, value: typeof value === 'string' ? `"${value}"` : String(value), hint }];
}

/** Systems that an effect names and the OS database does not have. Unlike conditions, it may name them by their id. */
export function unknownSystems({ key, strength, values }: Effect, vocabulary: Vocabulary): readonly UnknownValue[] {
  if (key !== 'os') return [];
  const what = strength === 'forbidden' ? 'forbids os' : 'wants os';
  return values
    .flatMap((value) => unknownSystem(what, value, vocabulary))
    .filter(({ value }) => !vocabulary.knowsSystem(value));
}

function unknownSystem(what: string, value: Constant, { systems }: Vocabulary): readonly UnknownValue[] {
  if (systems === null || systems.size === 0 || typeof value !== 'string' || value === '' || systems.has(value))
    return [];
  const near = nearest(value, [...systems]);
  const hint = near === undefined ? 'vm-import os list shows the names.' : `Did you mean ${near}?`;
  return [{ kind: 'unknown-os', what, value, hint }];
}
