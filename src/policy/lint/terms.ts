import type { ASTNode } from '@marcbachmann/cel-js';
import { keySpec, parseKeyPath } from '../../facts/index.ts';
import { canonical, isNode, operands } from '../cel/tree.ts';
import { FACT_TYPES, VERIFY_VARIABLES, withoutNull } from '../cel/types.ts';
import { planKey } from '../conditions.ts';

/** CEL types of the variables of loops; they hide those of the policy language. */
export type LoopTypes = ReadonlyMap<string, string>;

/** What values a term can have. */
export interface Kind {
  /** `any`: a value of free JSON, of any type. `nothing`: null, always. */
  readonly base: 'string' | 'int' | 'bool' | 'any' | 'nothing';
  readonly nullable: boolean;
  /** Asking for it can fail, as for a member that only some formats have. */
  readonly partial: boolean;
  /** Of an int. */
  readonly min: number;
  readonly max: number;
}

/** Something that conditions compare: a fact, a key of the plan, a size. */
export interface Term {
  /** The same for every spelling of the same term. */
  readonly text: string;
  readonly kind: Kind;
}

/** The fields of a type; undefined for what has none, or may be null. */
function fieldsOf(type: string | undefined): Readonly<Record<string, string>> | undefined {
  return type !== undefined && Object.hasOwn(FACT_TYPES, type) ? FACT_TYPES[type] : undefined;
}

/** The CEL type of a node, as far as it is known. */
export function typeOf(node: ASTNode, loops: LoopTypes): string | undefined {
  const [first, second] = operands(node);
  if (node.op === 'id') return loops.get(String(first)) ?? VERIFY_VARIABLES[String(first)];
  if (node.op === '.' && isNode(first)) return fieldsOf(typeOf(first, loops))?.[String(second)];
  if (node.op === '[]' && isNode(first)) return elementType(first, loops);
  if (node.op === 'rcall' && first === 'filter' && isNode(second)) return typeOf(second, loops);
  return undefined;
}

/** The type of what a list holds; `dyn` where nobody knows. */
export function elementType(list: ASTNode, loops: LoopTypes): string {
  return /^list<(.*)>$/.exec(typeOf(list, loops) ?? '')?.[1] ?? 'dyn';
}

/** `Disk.format` of `d.format`, `os` of a variable; undefined for what has no name of its own. */
export function fieldName(node: ASTNode, loops: LoopTypes): string | undefined {
  const [first, second] = operands(node);
  if (node.op === 'id') return loops.has(String(first)) ? undefined : String(first);
  if (node.op !== '.' || !isNode(first)) return undefined;
  const type = typeOf(first, loops);
  return fieldsOf(type) === undefined ? undefined : `${type}.${String(second)}`;
}

/** Whether asking for it never fails. */
function isTotal(node: ASTNode, loops: LoopTypes): boolean {
  const [first] = operands(node);
  if (node.op === 'id') return true;
  return node.op === '.' && isNode(first) && fieldsOf(typeOf(first, loops)) !== undefined && isTotal(first, loops);
}

const ANY: Kind = { base: 'any', nullable: true, partial: true, min: -Infinity, max: Infinity };

/** The term that a node is; undefined for what is computed. */
export function termOf(node: ASTNode, loops: LoopTypes): Term | undefined {
  const text = canonical(node);
  const measured = sizeArgument(node);
  if (measured !== undefined) {
    const known = /^(list|map)<|^string$/.test(typeOf(measured, loops) ?? '') && isTotal(measured, loops);
    return { text, kind: { base: 'int', nullable: false, partial: !known, min: 0, max: Infinity } };
  }
  if (!loops.has('plan')) {
    const asked = planKey(node);
    if (asked !== undefined) return { text: `plan ${asked.path}`, kind: planKind(asked.path) };
  }
  if (node.op !== 'id' && node.op !== '.' && node.op !== '[]') return undefined;
  const type = typeOf(node, loops) ?? 'dyn';
  const base = withoutNull(type);
  const partial = !isTotal(node, loops);
  if (base !== 'string' && base !== 'bool' && base !== 'int') return { text, kind: { ...ANY, partial } };
  return { text, kind: { base, nullable: base !== type, partial, min: 0, max: Infinity } };
}

/** The argument of `size(x)` or `x.size()`. */
function sizeArgument(node: ASTNode): ASTNode | undefined {
  const [name, second, third] = operands(node);
  if (name !== 'size') return undefined;
  if (node.op === 'rcall' && isNode(second) && Array.isArray(third) && third.length === 0) return second;
  if (node.op !== 'call' || !Array.isArray(second) || second.length !== 1) return undefined;
  const [argument] = second;
  return isNode(argument) ? argument : undefined;
}

/** A key that nobody decided is null. */
function planKind(path: string): Kind {
  const parsed = parseKeyPath(path);
  if (parsed === undefined) return ANY;
  const { key, subject } = parsed;
  const spec = keySpec(key);
  const whole = { nullable: true, partial: false, min: 0, max: Infinity };
  // the plan has such keys for each device only
  if (spec.scope !== 'machine' && subject === null) return { ...whole, base: 'nothing' };
  if (spec.type === 'integer') return { ...whole, base: 'int', min: spec.min, max: spec.max };
  return { ...whole, base: spec.type === 'boolean' ? 'bool' : 'string' };
}
