import type { ASTNode } from '@marcbachmann/cel-js';
import { elementAt, functionNamed } from './functions.ts';
import { binding, LOOPS, loop } from './loops.ts';
import { Failure } from './meter.ts';
import { binary, choice, either, negative, not } from './operators.ts';
import { compilePattern } from './patterns.ts';
import type { Run } from './run.ts';
import { Double, inRange, isList, isMap, lookUp, mapKey, typeName } from './values.ts';

type Locals = readonly string[];

/**
 * Makes a function of a syntax tree that the library parsed. It runs without the library, whose own evaluator gets
 * some comparisons wrong, counts no steps, and hands patterns to an engine that backtracks. `locals` are the names of
 * the loop variables around the node, outermost first. Throws Failure for what is no part of our CEL.
 */
export function compile(node: ASTNode, locals: Locals = []): Run {
  const part = (of: ASTNode) => compile(of, locals);
  switch (node.op) {
    case 'value': {
      const value = literal(node.args);
      return () => value;
    }
    case 'id':
      return variable(node.args, locals);
    case '.':
      return field(part(node.args[0]), node.args[1]);
    case '[]':
      return element(part(node.args[0]), part(node.args[1]));
    case 'call':
      return call(node.args[0], node.args[1], locals);
    case 'rcall':
      return methodCall(node.args[0], node.args[1], node.args[2], locals);
    case 'list':
      return list(node.args.map(part));
    case 'map':
      return map(node.args.map(([key, value]) => [part(key), part(value)]));
    case '?:':
      return choice(part(node.args[0]), part(node.args[1]), part(node.args[2]));
    case '&&':
    case '||':
      return either(part(node.args[0]), part(node.args[1]), node.op === '||');
    case '!_':
      return not(part(node.args));
    case '-_':
      return isLowestInt(node.args) ? () => LOWEST_INT : negative(part(node.args));
    case '.?':
    case '[?]':
      throw new Failure(`${node.op} is not supported`);
    default:
      return binary(node.op, part(node.args[0]), part(node.args[1]));
  }
}

const LOWEST_INT = -(2n ** 63n);

/** The lowest int is written as the negative of what is no int. */
export function isLowestInt(node: ASTNode): boolean {
  return node.op === 'value' && node.args === -LOWEST_INT;
}

function literal(value: unknown): unknown {
  if (typeof value === 'number') return new Double(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint' && inRange(value)) return value;
  throw new Failure(typeof value === 'bigint' ? `integer overflow: ${value}` : 'uint and bytes are not supported');
}

function variable(name: string, locals: Locals): Run {
  const slot = locals.lastIndexOf(name);
  if (slot >= 0) return (frame) => frame.slots[slot];
  return ({ variables }) => {
    if (Object.hasOwn(variables, name)) return variables[name];
    throw new Failure(`there is no variable ${name}`);
  };
}

function field(target: Run, name: string): Run {
  return (frame) => member(target(frame), name, `.${name}`);
}

function member(owner: unknown, key: unknown, written: string): unknown {
  if (!isMap(owner)) throw new Failure(`${typeName(owner)}${written} is not possible`, owner === null);
  const value = lookUp(owner, key);
  if (value === undefined) throw new Failure(`there is no field ${String(key).slice(0, 60)}`);
  return value;
}

function element(target: Run, index: Run): Run {
  return (frame) => {
    const owner = target(frame);
    const at = index(frame);
    return isList(owner) ? elementAt(owner, at) : member(owner, at, `[${typeName(at)}]`);
  };
}

function call(name: string, operands: readonly ASTNode[], locals: Locals): Run {
  const [first] = operands;
  if (name === 'has' && first?.op === '.') return has(compile(first.args[0], locals), first.args[1]);
  return applied(name, false, operands, locals);
}

function methodCall(name: string, receiver: ASTNode, operands: readonly ASTNode[], locals: Locals): Run {
  const [first, second, third] = operands;
  if (first?.op === 'id') {
    const inner = [...locals, first.args];
    if (isBind(name, receiver) && second !== undefined && third !== undefined) {
      return binding(locals.length, compile(second, locals), compile(third, inner));
    }
    const bodies = operands.slice(1);
    if (LOOPS.get(name)?.includes(bodies.length) === true) {
      const weight = bodies.reduce((sum, body) => sum + weightOf(body), 1);
      const of = { range: compile(receiver, locals), slot: locals.length, weight };
      return loop(
        name,
        of,
        bodies.map((body) => compile(body, inner)),
      );
    }
  }
  if (name === 'matches') return matches(compile(receiver, locals), first);
  return applied(name, true, [receiver, ...operands], locals);
}

export function isBind(name: string, receiver: ASTNode): boolean {
  return name === 'bind' && receiver.op === 'id' && receiver.args === 'cel';
}

/** Nodes of a tree: the steps of running it once, but for what its loops and texts cost. */
function weightOf(node: ASTNode): number {
  return childrenOf(node).reduce((sum, child) => sum + weightOf(child), 1);
}

export function childrenOf(node: ASTNode): readonly ASTNode[] {
  const args: unknown = node.args;
  return (Array.isArray(args) ? args.flat(2) : [args]).filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function applied(name: string, isMethod: boolean, operands: readonly ASTNode[], locals: Locals): Run {
  const found = functionNamed(name, isMethod);
  const given = operands.length - (isMethod ? 1 : 0);
  if (found?.takes.includes(given) !== true) throw new Failure(`there is no function ${name} of ${given} operands`);
  const runs = operands.map((operand) => compile(operand, locals));
  return (frame) =>
    found.call(
      runs.map((run) => run(frame)),
      frame.meter,
    );
}

function matches(target: Run, pattern: ASTNode | undefined): Run {
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') throw new Failure('the pattern is no literal');
  const { found, weight } = compilePattern(pattern.args);
  return (frame) => {
    const text = target(frame);
    if (typeof text !== 'string') throw new Failure(`matches of ${typeName(text)} is not possible`, text === null);
    frame.meter.spend(1 + Math.ceil((text.length * weight) / 16));
    return found(text);
  };
}

function has(target: Run, name: string): Run {
  return (frame) => {
    const owner = target(frame);
    if (!isMap(owner)) throw new Failure(`has(${typeName(owner)}.${name}) is not possible`, owner === null);
    return lookUp(owner, name) !== undefined;
  };
}

function list(items: readonly Run[]): Run {
  return (frame) => items.map((item) => item(frame));
}

const KEY_TYPES = ['string', 'bigint', 'boolean'];

function map(entries: readonly (readonly [key: Run, value: Run])[]): Run {
  return (frame) => {
    const made = new Map<unknown, unknown>();
    for (const [key, value] of entries) {
      const at = mapKey(key(frame));
      if (!KEY_TYPES.includes(typeof at)) throw new Failure(`a ${typeName(at)} is no key of a map`);
      if (made.has(at)) throw new Failure(`the key ${String(at).slice(0, 60)} is there twice`);
      made.set(at, value(frame));
    }
    return made;
  };
}
