import type { ASTNode } from '@marcbachmann/cel-js';
import { serialize } from '@marcbachmann/cel-js';

// For those who reason about an expression without running it.

/** One spelling for all expressions that differ in white space, quotes and needless brackets only. */
export function canonical(node: ASTNode): string {
  return serialize(node);
}

/** What an operator is applied to: nodes, lists of nodes, and names. */
export function operands(node: ASTNode): readonly unknown[] {
  const args: unknown = node.args;
  return Array.isArray(args) ? args : [args];
}

export function children(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = [];
  collect(node.args, found);
  return found;
}

function collect(part: unknown, found: ASTNode[]): void {
  if (Array.isArray(part)) for (const one of part) collect(one, found);
  else if (isNode(part)) found.push(part);
}

export function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'start' in value;
}
