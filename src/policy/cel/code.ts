/** Operators between two operands. */
const OPERATORS = ['==', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*', '/', '%', '&&', '||', '[]'] as const;

/**
 * A checked expression as plain JSON, which is what is run: no parser is needed for it. `int` and `double` have their
 * number as text, because JSON cannot tell 2.0 from 2 and has no 64-bit integers.
 */
export type Code =
  | readonly ['value', string | boolean | null]
  | readonly ['int' | 'double', string]
  | readonly ['id', string]
  | readonly ['.', Code, string]
  | readonly ['call', string, readonly Code[]]
  | readonly ['rcall', string, Code, readonly Code[]]
  | readonly ['list', readonly Code[]]
  | readonly ['map', readonly (readonly [Code, Code])[]]
  | readonly ['?:', Code, Code, Code]
  | readonly ['!_' | '-_', Code]
  | readonly [(typeof OPERATORS)[number], Code, Code];

/** Above what the parser lets through (check.ts). */
const MAX_NODES = 2000;

/** Whether JSON is code. What its names mean shows when it is compiled; numbers and operators are right. */
export function isCode(value: unknown): value is Code {
  return isNode(value, { nodes: 0 });
}

const BETWEEN_TWO: ReadonlySet<unknown> = new Set(OPERATORS);

interface Seen {
  /** Counting them bounds the depth too. */
  nodes: number;
}

/** Written for a program that has just started: thousands of nodes, once. */
function isNode(value: unknown, seen: Seen): boolean {
  seen.nodes++;
  if (seen.nodes > MAX_NODES || !Array.isArray(value)) return false;
  const of: readonly unknown[] = value;
  const first = of[1];
  switch (of[0]) {
    case 'value':
      return of.length === 2 && (first === null || typeof first === 'string' || typeof first === 'boolean');
    case 'int':
      return of.length === 2 && typeof first === 'string' && isInt(first);
    case 'double':
      return of.length === 2 && typeof first === 'string' && isDouble(first);
    case 'id':
      return of.length === 2 && typeof first === 'string';
    case '.':
      return of.length === 3 && isNode(first, seen) && typeof of[2] === 'string';
    case 'call':
      return of.length === 3 && typeof first === 'string' && areNodes(of[2], 0, seen);
    case 'rcall':
      return of.length === 4 && typeof first === 'string' && isNode(of[2], seen) && areNodes(of[3], 0, seen);
    case 'list':
      return of.length === 2 && areNodes(first, 0, seen);
    case 'map':
      return of.length === 2 && Array.isArray(first) && first.every((pair) => isPair(pair, seen));
    case '?:':
      return of.length === 4 && areNodes(of, 1, seen);
    case '!_':
    case '-_':
      return of.length === 2 && isNode(first, seen);
    default:
      return of.length === 3 && BETWEEN_TWO.has(of[0]) && isNode(first, seen) && isNode(of[2], seen);
  }
}

function isPair(value: unknown, seen: Seen): boolean {
  return Array.isArray(value) && value.length === 2 && areNodes(value, 0, seen);
}

function areNodes(values: unknown, from: number, seen: Seen): boolean {
  if (!Array.isArray(values)) return false;
  for (let at = from; at < values.length; at++) if (!isNode(values[at], seen)) return false;
  return true;
}

function isInt(text: string): boolean {
  if (!/^-?\d{1,19}$/.test(text)) return false;
  // of fewer digits all are in range
  return text.length < 19 || BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function isDouble(text: string): boolean {
  return text === 'Infinity' || /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text);
}
