import type { Code } from './code.ts';
import { elementAt, functionNamed } from './functions.ts';
import { binding, LOOPS, loop } from './loops.ts';
import { Failure, impossible } from './meter.ts';
import { binary, choice, either, negative, not } from './operators.ts';
import { compilePattern } from './patterns.ts';
import type { Run } from './run.ts';
import { Double, isList, isMap, lookUp, mapKey, typeName } from './values.ts';

interface Around {
  /** Names of the loop variables around a node, outermost first. */
  readonly locals: readonly string[];
  /** Whether parts that may never be asked are made at once, too. */
  readonly whole: boolean;
}

/**
 * Makes a function of an expression. It runs without the library that parsed it, whose own evaluator gets some
 * comparisons wrong, counts no steps, and hands patterns to an engine that backtracks. Throws Failure for what is no
 * part of our CEL: of the whole expression, or of what is needed so far.
 */
export function compile(code: Code, whole: boolean): Run {
  return made(code, { locals: [], whole });
}

function made(node: Code, around: Around): Run {
  const part = (of: Code) => made(of, around);
  switch (node[0]) {
    case 'value':
    case 'int':
    case 'double': {
      const value = literal(node);
      return () => value;
    }
    case 'id':
      return variable(node[1], around.locals);
    case '.':
      return field(part(node[1]), node[2]);
    case '[]':
      return element(part(node[1]), part(node[2]));
    case 'call':
      return call(node[1], node[2], around);
    case 'rcall':
      return methodCall(node[1], node[2], node[3], around);
    case 'list':
      return list(node[1].map(part));
    case 'map':
      return map(node[1].map(([key, value]) => [part(key), part(value)]));
    case '?:':
      return choice(part(node[1]), later(node[2], around), later(node[3], around));
    case '&&':
    case '||':
      return either(part(node[1]), later(node[2], around), node[0] === '||');
    case '!_':
      return not(part(node[1]));
    case '-_':
      return negative(part(node[1]));
    default:
      return binary(node[0], part(node[1]), part(node[2]));
  }
}

/** Most conditions are decided by their first part, and the others of a program that has just started cost most. */
function later(node: Code, around: Around): Run {
  if (around.whole) return made(node, around);
  let run: Run | undefined;
  return (frame) => {
    run ??= made(node, around);
    return run(frame);
  };
}

function literal([op, value]:
  | readonly ['value', string | boolean | null]
  | readonly ['int' | 'double', string]): unknown {
  if (op === 'int') return BigInt(value);
  return op === 'double' ? new Double(Number(value)) : value;
}

function variable(name: string, locals: Around['locals']): Run {
  const slot = locals.lastIndexOf(name);
  if (slot >= 0) return (frame) => frame.slots[slot];
  return ({ variables }) => {
    if (Object.hasOwn(variables, name)) return variables[name];
    throw new Failure(`there is no variable ${name}`, 'missing');
  };
}

function field(target: Run, name: string): Run {
  return (frame) => member(target(frame), name, `.${name}`);
}

function member(owner: unknown, key: unknown, written: string): unknown {
  if (!isMap(owner)) throw impossible(`${typeName(owner)}${written} is not possible`, owner);
  const value = lookUp(owner, key);
  if (value === undefined) throw new Failure(`there is no field ${String(key).slice(0, 60)}`, 'missing');
  return value;
}

function element(target: Run, index: Run): Run {
  return (frame) => {
    const owner = target(frame);
    const at = index(frame);
    return isList(owner) ? elementAt(owner, at) : member(owner, at, `[${typeName(at)}]`);
  };
}

function call(name: string, operands: readonly Code[], around: Around): Run {
  const [first] = operands;
  if (name === 'has' && first?.[0] === '.') return has(made(first[1], around), first[2]);
  return applied(name, false, operands, around);
}

function methodCall(name: string, receiver: Code, operands: readonly Code[], around: Around): Run {
  const [first, second, third] = operands;
  if (first?.[0] === 'id') {
    const slot = around.locals.length;
    const inner = { ...around, locals: [...around.locals, first[1]] };
    if (isBind(name, receiver) && second !== undefined && third !== undefined) {
      return binding(slot, made(second, around), made(third, inner));
    }
    const bodies = operands.slice(1);
    if (LOOPS.get(name)?.includes(bodies.length) === true) {
      const weight = bodies.reduce((sum, body) => sum + weightOf(body), 1);
      const of = { range: made(receiver, around), slot, weight };
      return loop(
        name,
        of,
        bodies.map((body) => later(body, inner)),
      );
    }
  }
  if (name === 'matches') return matches(made(receiver, around), first);
  return applied(name, true, [receiver, ...operands], around);
}

function isBind(name: string, receiver: Code): boolean {
  return name === 'bind' && receiver[0] === 'id' && receiver[1] === 'cel';
}

/** Nodes of a tree: the steps of running it once, but for what its loops and texts cost. */
function weightOf(code: readonly unknown[]): number {
  // an array that begins with a text is a node, any other a list of nodes
  let weight = typeof code[0] === 'string' ? 1 : 0;
  for (const part of code) if (Array.isArray(part)) weight += weightOf(part);
  return weight;
}

function applied(name: string, isMethod: boolean, operands: readonly Code[], around: Around): Run {
  const found = functionNamed(name, isMethod);
  const given = operands.length - (isMethod ? 1 : 0);
  if (found?.takes.includes(given) !== true) throw new Failure(`there is no function ${name} of ${given} operands`);
  const runs = operands.map((operand) => made(operand, around));
  return (frame) =>
    found.call(
      runs.map((run) => run(frame)),
      frame.meter,
    );
}

function matches(target: Run, pattern: Code | undefined): Run {
  if (pattern?.[0] !== 'value' || typeof pattern[1] !== 'string') throw new Failure('the pattern is no literal');
  const { found, weight } = compilePattern(pattern[1]);
  return (frame) => {
    const text = target(frame);
    if (typeof text !== 'string') throw impossible(`matches of ${typeName(text)} is not possible`, text);
    frame.meter.spend(1 + Math.ceil((text.length * weight) / 16));
    return found(text);
  };
}

function has(target: Run, name: string): Run {
  return (frame) => {
    const owner = target(frame);
    if (!isMap(owner)) throw impossible(`has(${typeName(owner)}.${name}) is not possible`, owner);
    return lookUp(owner, name) !== undefined;
  };
}

function list(items: readonly Run[]): Run {
  return (frame) => {
    frame.meter.spend(1 + items.length);
    return items.map((item) => item(frame));
  };
}

const KEY_TYPES = ['string', 'bigint', 'boolean'];

function map(entries: readonly (readonly [key: Run, value: Run])[]): Run {
  // an empty Map is 170 bytes, an entry up to 50
  const cost = 6 + 2 * entries.length;
  return (frame) => {
    frame.meter.spend(cost);
    const made = new Map<unknown, unknown>();
    for (const [key, value] of entries) {
      const at = mapKey(key(frame));
      if (!KEY_TYPES.includes(typeof at)) throw new Failure(`a ${typeName(at)} is no key of a map`);
      if (made.has(at)) throw new Failure(`the key ${String(at).slice(0, 60)} is there twice`, 'value');
      made.set(at, value(frame));
    }
    return made;
  };
}
