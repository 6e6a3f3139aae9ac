import type { ASTNode } from '@marcbachmann/cel-js';
import type { Code } from './code.ts';
import { Failure } from './meter.ts';
import { inRange } from './values.ts';

/** The code of a syntax tree that the library parsed. Throws Failure for what is no part of our CEL. */
export function encode(node: ASTNode): Code {
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
      return ['id', node.args];
    case '.':
      return ['.', encode(node.args[0]), node.args[1]];
    case 'call':
      return ['call', node.args[0], node.args[1].map(encode)];
    case 'rcall':
      return ['rcall', node.args[0], encode(node.args[1]), node.args[2].map(encode)];
    case 'list':
      return ['list', node.args.map(encode)];
    case 'map':
      return ['map', node.args.map(([key, value]) => [encode(key), encode(value)] as const)];
    case '?:':
      return ['?:', encode(node.args[0]), encode(node.args[1]), encode(node.args[2])];
    case '!_':
      return ['!_', encode(node.args)];
    case '-_':
      return isLowestInt(node.args) ? ['int', String(LOWEST_INT)] : ['-_', encode(node.args)];
    case '.?':
    case '[?]':
      throw new Failure(`${node.op} is not supported`);
    default:
      return [node.op, encode(node.args[0]), encode(node.args[1])];
  }
}

const LOWEST_INT = -(2n ** 63n);

/** The lowest int is written as the negative of what is no int. */
export function isLowestInt(node: ASTNode): boolean {
  return node.op === 'value' && node.args === -LOWEST_INT;
}

function literal(value: unknown): Code {
  if (typeof value === 'number') return ['double', String(value)];
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return ['value', value];
  if (typeof value === 'bigint' && inRange(value)) return ['int', String(value)];
  throw new Failure(typeof value === 'bigint' ? `integer overflow: ${value}` : 'uint and bytes are not supported');
}
