import type { ASTNode } from '@marcbachmann/cel-js';
import { canonical, children, isNode, operands } from '../cel/tree.ts';

/** Facts, by `pathOf`, that a test has shown to be there. `x.*` are the members of x. */
export type Guards = ReadonlySet<string>;

export interface Member {
  readonly owner: ASTNode;
  readonly name: string;
}

/** `x.name` and `x["name"]`. */
export function memberOf(node: ASTNode): Member | undefined {
  const [owner, name] = operands(node);
  if (!isNode(owner)) return undefined;
  if (node.op === '.' && typeof name === 'string') return { owner, name };
  if (node.op !== '[]' || !isNode(name) || name.op !== 'value' || typeof name.args !== 'string') return undefined;
  return { owner, name: name.args };
}

/** One text for all ways to write a fact. */
export function pathOf(node: ASTNode): string {
  const member = memberOf(node);
  return member === undefined ? canonical(node) : `${pathOf(member.owner)}.${member.name}`;
}

/** Facts that are there wherever the condition comes to `outcome`: without one of them it comes to the opposite. */
export function guardsOf(node: ASTNode, outcome: boolean): Guards {
  const [left, right] = operands(node);
  const sides = [left, right].filter(isNode);
  switch (node.op) {
    case '&&':
    case '||': {
      const [one = NONE, other = NONE] = sides.map((side) => guardsOf(side, outcome));
      return (node.op === '&&') === outcome ? union(one, other) : new Set([...one].filter((path) => other.has(path)));
    }
    case '!_':
      return isNode(left) ? guardsOf(left, !outcome) : NONE;
    case '==':
    case '!=':
      return equality(sides, (node.op === '==') === outcome);
    case 'in':
      return outcome && isNode(left) && isNode(right) ? membership(left, right) : NONE;
    case 'call':
      return outcome && left === 'has' && Array.isArray(right) && isNode(right[0]) ? new Set([pathOf(right[0])]) : NONE;
    default:
      return NONE;
  }
}

const NONE: Guards = new Set();

export function union(one: Guards, other: Guards): Guards {
  return new Set([...one, ...other]);
}

const isNull = (node: ASTNode): boolean => node.op === 'value' && node.args === null;

/** Unequal to null, or equal to a value that is none. */
function equality(sides: readonly ASTNode[], equal: boolean): Guards {
  const constant = sides.find(({ op }) => op === 'value');
  const fact = sides.find((side) => side !== constant);
  if (constant === undefined || fact === undefined || isNull(constant) === equal) return NONE;
  return equal ? union(new Set([pathOf(fact)]), detailsBehind(fact)) : new Set([pathOf(fact)]);
}

function membership(left: ASTNode, right: ASTNode): Guards {
  if (left.op === 'value' && typeof left.args === 'string') return new Set([`${pathOf(right)}.${left.args}`]);
  const listed = right.op === 'list' && children(right).every((item) => item.op === 'value' && !isNull(item));
  return listed ? union(new Set([pathOf(left)]), detailsBehind(left)) : NONE;
}

/** Whoever asks for a format knows what it has. */
function detailsBehind(fact: ASTNode): Guards {
  const member = memberOf(fact);
  return member?.name === 'format' ? new Set([`${pathOf(member.owner)}.details.*`]) : NONE;
}
