import { Failure, impossible } from './meter.ts';
import { attempt, type Frame, type Run, truth, worse } from './run.ts';
import { celOf, isList, isMap, keysOf, typeName } from './values.ts';

/** How many operands follow the loop variable. */
export const LOOPS: ReadonlyMap<string, readonly number[]> = new Map([
  ['all', [1]],
  ['exists', [1]],
  ['exists_one', [1]],
  ['filter', [1]],
  ['map', [1, 2]],
]);

export interface Loop {
  readonly range: Run;
  /** Where its variable is kept. */
  readonly slot: number;
  /** Steps of one turn, inner loops not counted. */
  readonly weight: number;
}

export function loop(name: string, of: Loop, bodies: readonly Run[]): Run {
  const [first, second] = bodies;
  if (first === undefined) throw new Failure(`${name} lacks an operand`);
  switch (name) {
    case 'exists':
      return quantifier(of, first, true);
    case 'all':
      return quantifier(of, first, false);
    case 'exists_one':
      return (frame) => collected(of, frame, first, () => true).length === 1;
    case 'filter':
      return (frame) => collected(of, frame, first, (item) => item);
    case 'map':
      return second === undefined
        ? (frame) => collected(of, frame, null, () => first(frame))
        : (frame) => collected(of, frame, first, () => second(frame));
    default:
      throw new Failure(`there is no loop ${name}`);
  }
}

/** Elements of a list, keys of a map. */
function rangeOf(of: Loop, frame: Frame): readonly unknown[] {
  const range = of.range(frame);
  if (isList(range)) return range;
  if (isMap(range)) return keysOf(range, frame.meter);
  throw impossible(`a loop over ${typeName(range)} is not possible`, range);
}

/** One element that decides is enough, whatever becomes of the others. */
function quantifier(of: Loop, body: Run, decisive: boolean): Run {
  return (frame) => {
    let failure: Failure | undefined;
    for (const item of rangeOf(of, frame)) {
      frame.meter.spend(of.weight);
      frame.slots[of.slot] = celOf(item);
      const result = attempt(body, frame);
      if (result === decisive) return decisive;
      if (result instanceof Failure) failure = worse(failure, result);
    }
    if (failure !== undefined) throw failure;
    return !decisive;
  };
}

function collected(
  of: Loop,
  frame: Frame,
  condition: Run | null,
  value: (item: unknown) => unknown,
): readonly unknown[] {
  const results: unknown[] = [];
  for (const element of rangeOf(of, frame)) {
    frame.meter.spend(of.weight);
    const item = celOf(element);
    frame.slots[of.slot] = item;
    if (condition === null || truth(condition(frame))) results.push(value(item));
  }
  return results;
}

/** `cel.bind(name, value, expression)`. */
export function binding(slot: number, value: Run, body: Run): Run {
  return (frame) => {
    frame.slots[slot] = value(frame);
    return body(frame);
  };
}
