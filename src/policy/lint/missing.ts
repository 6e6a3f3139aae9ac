import type { ASTNode } from '@marcbachmann/cel-js';
import { children, isNode, operands } from '../cel/tree.ts';
import { FACT_TYPES, VERIFY_VARIABLES, withoutNull } from '../cel/types.ts';
import { type Guards, guardsOf, memberOf, pathOf, union } from './guards.ts';
import type { LoopTypes } from './terms.ts';

/** A fact that a condition takes for granted. */
export interface Missing {
  readonly fact: string;
  /** `null`: it is null while it is unknown; `absent`: not every image has it. */
  readonly how: 'null' | 'absent';
  /** What to write before it. */
  readonly guard: string;
}

/**
 * Facts that can be null, or not there, where that leaves the condition without a value, and no test beside it or before
 * it says what is then. What the plan has, and what is deeper in free JSON than its first level, is not looked at.
 */
export function missing(node: ASTNode): readonly Missing[] {
  const found = new Map<string, Missing>();
  visit(node, true, { guards: new Set(), loops: new Map(), found });
  return [...found.values()];
}

interface Around {
  readonly guards: Guards;
  readonly loops: LoopTypes;
  readonly found: Map<string, Missing>;
}

const STRICT = new Set(['<', '<=', '>', '>=', '+', '-', '*', '/', '%', '-_', '!_']);

/** `strict`: a null has no value here. */
function visit(node: ASTNode, strict: boolean, around: Around): void {
  const [first, second, third] = operands(node);
  const beside = (guards: Guards): Around => ({ ...around, guards: union(around.guards, guards) });
  if ((node.op === '&&' || node.op === '||') && isNode(first) && isNode(second)) {
    // one side that decides is enough, in whatever order
    visit(first, true, beside(guardsOf(second, node.op === '&&')));
    visit(second, true, beside(guardsOf(first, node.op === '&&')));
  } else if (node.op === '?:' && isNode(first) && isNode(second) && isNode(third)) {
    visit(first, true, around);
    visit(second, strict, beside(guardsOf(first, true)));
    visit(third, strict, beside(guardsOf(first, false)));
  } else if (node.op === 'in' && isNode(first) && isNode(second)) {
    visit(first, false, around);
    visit(second, true, around);
  } else if (node.op === '.' || node.op === '[]') visitMember(node, strict, around);
  else if (node.op === 'call' && first === 'has') for (const asked of children(node)) visitOwner(asked, around);
  else if (node.op === 'rcall' && isNode(second)) visitMethod(node, second, around);
  else
    for (const child of children(node))
      visit(child, STRICT.has(node.op) || (node.op === 'call' && first !== 'dyn'), around);
}

function visitOwner(node: ASTNode, around: Around): void {
  const [owner, index] = operands(node);
  if (isNode(owner)) visit(owner, true, around);
  if (isNode(index)) visit(index, true, around);
}

function visitMember(node: ASTNode, strict: boolean, around: Around): void {
  const before = around.found.size;
  visitOwner(node, around);
  const member = memberOf(node);
  // what is wrong with the owner is said of the owner
  if (member === undefined || around.found.size > before) return;
  const path = pathOf(node);
  const owner = pathOf(member.owner);
  const ownerType = typeOf(member.owner, around.loops);
  if (around.guards.has(path) || around.guards.has(`${owner}.*`)) return;
  if (ownerType.startsWith('map<') && owner !== 'plan') {
    const plain = /^[\w.]+$/.test(path);
    around.found.set(path, {
      fact: path,
      how: 'absent',
      guard: plain ? `has(${path})` : `"${member.name}" in ${owner}`,
    });
  } else if (strict && fieldType(ownerType, member.name).endsWith('?')) {
    around.found.set(path, { fact: path, how: 'null', guard: `${path} != null` });
  }
}

function visitMethod(node: ASTNode, receiver: ASTNode, around: Around): void {
  const [name] = operands(node);
  const [variable, ...bodies] = children(node).slice(1);
  const isLoop = ['exists', 'all', 'exists_one', 'filter', 'map'].includes(String(name));
  const isBind = name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
  if ((!isLoop && !isBind) || variable === undefined || variable.op !== 'id') {
    for (const child of children(node)) visit(child, true, around);
    return;
  }
  const own = String(operands(variable)[0]);
  const bound = isBind ? bodies.shift() : undefined;
  visit(bound ?? receiver, bound === undefined, around);
  const type = bound === undefined ? elementOf(receiver, around.loops) : typeOf(bound, around.loops);
  // a variable of the same name outside is another one
  const outer = [...around.guards].filter((path) => !startsWith(path, own));
  const guards = new Set([...outer, ...(isLoop ? guardsOfFilter(receiver, own) : [])]);
  const inside = { ...around, guards, loops: new Map([...around.loops, [own, type]]) };
  const strict = isLoop && (name !== 'map' || bodies.length > 1);
  for (const [index, body] of bodies.entries()) visit(body, strict && index === 0, inside);
}

const startsWith = (path: string, name: string): boolean =>
  path === name || (/^[.[]/.test(path.slice(name.length)) && path.startsWith(name));

/** What a filter has let through. */
function guardsOfFilter(list: ASTNode, variable: string): readonly string[] {
  const [name, of] = operands(list);
  if (list.op !== 'rcall' || name !== 'filter' || !isNode(of)) return [];
  const [, own, condition] = children(list);
  if (own?.op !== 'id' || condition === undefined) return [];
  const before = String(operands(own)[0]);
  const passed = [...guardsOf(condition, true)].filter((path) => startsWith(path, before));
  return [...passed.map((path) => `${variable}${path.slice(before.length)}`), ...guardsOfFilter(of, variable)];
}

function fieldType(owner: string, name: string): string {
  const fields = Object.hasOwn(FACT_TYPES, owner) ? FACT_TYPES[owner] : undefined;
  return (fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined) ?? 'dyn';
}

/** The type of a fact once it is there; `dyn` where nobody knows. */
function typeOf(node: ASTNode, loops: LoopTypes): string {
  const [first, second] = operands(node);
  if (node.op === 'id') return loops.get(String(first)) ?? VERIFY_VARIABLES[String(first)] ?? 'dyn';
  if (node.op === '.' && isNode(first)) return withoutNull(fieldType(typeOf(first, loops), String(second)));
  if (node.op === '[]' && isNode(first)) return elementOf(first, loops);
  if (node.op === 'rcall' && first === 'filter' && isNode(second)) return typeOf(second, loops);
  return 'dyn';
}

function elementOf(list: ASTNode, loops: LoopTypes): string {
  return /^list<(.*)>$/.exec(typeOf(list, loops))?.[1] ?? 'dyn';
}
