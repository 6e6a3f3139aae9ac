import { Failure, impossible, type Meter } from './meter.ts';
import { attempt, type Run, truth, worse } from './run.ts';
import { celOf, checkedInt, compare, Double, equal, isList, isMap, lookUp, typeName } from './values.ts';

type Operation = (left: unknown, right: unknown, meter: Meter) => unknown;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '==': equal,
  '!=': (left, right, meter) => !equal(left, right, meter),
  '<': (left, right, meter) => ordered('<', left, right, meter) < 0,
  '<=': (left, right, meter) => ordered('<=', left, right, meter) <= 0,
  '>': (left, right, meter) => ordered('>', left, right, meter) > 0,
  '>=': (left, right, meter) => ordered('>=', left, right, meter) >= 0,
  in: contained,
  '+': sum,
  '-': (left, right) =>
    arithmetic(
      '-',
      left,
      right,
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  '*': (left, right) =>
    arithmetic(
      '*',
      left,
      right,
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  '/': (left, right) =>
    arithmetic(
      '/',
      left,
      right,
      (a, b) => a / nonZero(b),
      (a, b) => a / b,
    ),
  '%': (left, right) => arithmetic('%', left, right, (a, b) => a % nonZero(b)),
};

export function binary(operator: string, left: Run, right: Run): Run {
  const operation = OPERATIONS[operator];
  if (operation === undefined) throw new Failure(`${operator} is not supported`);
  return (frame) => operation(left(frame), right(frame), frame.meter);
}

function noOperation(operator: string, left: unknown, right: unknown): Failure {
  return impossible(`${typeName(left)} ${operator} ${typeName(right)} is not possible`, left, right);
}

function ordered(operator: string, left: unknown, right: unknown, meter: Meter): number {
  const order = compare(left, right, meter);
  if (order === undefined) throw noOperation(operator, left, right);
  return order;
}

function contained(left: unknown, right: unknown, meter: Meter): boolean {
  if (isList(right)) return right.some((item) => equal(left, celOf(item), meter));
  if (isMap(right)) return lookUp(right, left) !== undefined;
  throw noOperation('in', left, right);
}

function sum(left: unknown, right: unknown, meter: Meter): unknown {
  if (typeof left === 'string' && typeof right === 'string') {
    meter.spendText(left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) {
    meter.spend(left.length + right.length);
    return [...left, ...right];
  }
  return arithmetic(
    '+',
    left,
    right,
    (a, b) => a + b,
    (a, b) => a + b,
  );
}

function arithmetic(
  operator: string,
  left: unknown,
  right: unknown,
  ofInts: (left: bigint, right: bigint) => bigint,
  ofDoubles?: (left: number, right: number) => number,
): unknown {
  if (typeof left === 'bigint' && typeof right === 'bigint') return checkedInt(ofInts(left, right));
  if (ofDoubles !== undefined && left instanceof Double && right instanceof Double) {
    return new Double(ofDoubles(left.value, right.value));
  }
  throw noOperation(operator, left, right);
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new Failure('division by zero', 'division');
  return value;
}

export function not(run: Run): Run {
  return (frame) => !truth(run(frame));
}

export function negative(run: Run): Run {
  return (frame) => {
    const value = run(frame);
    if (typeof value === 'bigint') return checkedInt(-value);
    if (value instanceof Double) return new Double(-value.value);
    throw impossible(`-${typeName(value)} is not possible`, value);
  };
}

export function choice(condition: Run, yes: Run, no: Run): Run {
  return (frame) => (truth(condition(frame)) ? yes(frame) : no(frame));
}

/** `||` (decided by true) and `&&` (by false): one side that decides is enough, whatever becomes of the other. */
export function either(left: Run, right: Run, decisive: boolean): Run {
  return (frame) => {
    const first = attempt(left, frame);
    if (first === decisive) return decisive;
    const second = attempt(right, frame);
    if (second === decisive) return decisive;
    if (second instanceof Failure) throw first instanceof Failure ? worse(first, second) : second;
    if (first instanceof Failure) throw first;
    return !decisive;
  };
}
