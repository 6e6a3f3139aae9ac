import { cleanLine } from '../text.ts';
import type { XmlElement } from '../xml.ts';
import { type Context, devicesOf } from './context.ts';
import { diagnostics } from './diagnostics.ts';
import { field, type Item } from './items.ts';
import { anyAttribute, descend } from './names.ts';
import { parseCount, parseQuantity, unitBytes } from './units.ts';

const MIB = 2 ** 20;

/** Processors of z/Architecture that no general-purpose system runs on. */
const OTHER_PROCESSOR = /(?:^|[:.])(?:icf|zaap|ziip)$/i;

/** Memory, processors and their topology, with the bounds that `ovf:bound` gives. */
export function voteSize(context: Context): void {
  voteMemory(context);
  voteProcessors(context);
}

/** Items of one resource add up; one that repeats the InstanceID of another is the same resource again. */
function distinct(items: readonly Item[]): readonly Item[] {
  const seen = new Set<string>();
  return items.filter(({ id }) => id === '' || (!seen.has(id) && seen.add(id)));
}

function voteMemory(context: Context): void {
  const { ballot, vbox } = context;
  const items = distinct(devicesOf(context, 'memory'));
  const sizes = items.map((item) => memoryMib(item, item.fields.get('VirtualQuantity'), context));
  const [first] = items;
  if (first !== undefined) {
    if (sizes.every((size) => size !== undefined)) {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (!ballot.say('memory-mib', total, first.element)) badNumber(context, 'memory', first.element, `${total} MiB`);
    }
  } else {
    const element = descend(vbox, 'Hardware', 'Memory');
    const size = element === undefined ? null : parseCount(anyAttribute(element, 'RAMSize'));
    if (element !== undefined && size !== null) ballot.say('memory-mib', size, element);
  }
  for (const { item, kind } of context.bounds) {
    if (kind !== 'memory') continue;
    const size = memoryMib(item, item.fields.get('VirtualQuantity') ?? item.fields.get('Reservation'), context);
    if (size !== undefined) ballot.say('memory-mib', size, item.element, item.bound === 'min' ? 'minimum' : 'maximum');
  }
}

function memoryMib(item: Item, said: XmlElement | undefined, context: Context): number | undefined {
  const { report, scope } = context;
  if (said === undefined) return undefined;
  const unit = field(item, 'AllocationUnits');
  const bytes = unit === null ? MIB : unitBytes(unit);
  const where = name(context);
  if (bytes === undefined) {
    const args = { field: 'memory', where, unit: cleanLine(unit ?? '') };
    report.add(diagnostics['unknown-unit'](args, report.at(item.fields.get('AllocationUnits') ?? said)));
    return undefined;
  }
  const quantity = parseQuantity(said.text);
  if (quantity === undefined) {
    badNumber(context, 'memory', said, said.text);
    return undefined;
  }
  if (unit === null && quantity.unit === null && scope.dialect !== 'ovirt') {
    report.add(diagnostics['memory-without-unit']({ where }, report.at(said)));
  }
  return Math.ceil((quantity.value * (quantity.unit ?? bytes)) / MIB);
}

function voteProcessors(context: Context): void {
  const { ballot, vbox } = context;
  const items = distinct(devicesOf(context, 'processor')).filter(({ subType }) => !OTHER_PROCESSOR.test(subType));
  const [first] = items;
  if (first !== undefined) {
    const counts = items.map((item) => processors(item, context));
    if (counts.every((count) => count !== undefined)) {
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (!ballot.say('vcpus', total, first.element)) badNumber(context, 'processor count', first.element, `${total}`);
      else if (items.length === 1) voteTopology(first, total, context);
    }
  } else {
    const element = descend(vbox, 'Hardware', 'CPU') ?? descend(vbox, 'Platform', 'CPU');
    const count = element === undefined ? null : parseCount(anyAttribute(element, 'count'));
    if (element !== undefined && count !== null) ballot.say('vcpus', count, element);
  }
  for (const { item, kind } of context.bounds) {
    if (kind !== 'processor') continue;
    const said = item.fields.get('VirtualQuantity') ?? item.fields.get('Reservation');
    const count = said === undefined ? null : parseCount(said.text);
    if (count !== null) ballot.say('vcpus', count, item.element, item.bound === 'min' ? 'minimum' : 'maximum');
  }
}

/** VirtualQuantity, or the product of oVirt's sockets, cores and threads. AllocationUnits is the clock, no factor. */
function processors(item: Item, context: Context): number | undefined {
  const said = item.fields.get('VirtualQuantity');
  if (said === undefined) {
    const [sockets, cores, threads] = ovirtTopology(item);
    return sockets === null ? undefined : sockets * (cores ?? 1) * (threads ?? 1);
  }
  const quantity = parseQuantity(said.text);
  if (quantity !== undefined && quantity.unit === null && Number.isInteger(quantity.value)) return quantity.value;
  badNumber(context, 'processor count', said, said.text);
  return undefined;
}

function ovirtTopology(item: Item): readonly [number | null, number | null, number | null] {
  const count = (name: string) => parseCount(field(item, name));
  return [count('num_of_sockets'), count('cpu_per_socket'), count('threads_per_cpu')];
}

function voteTopology(item: Item, vcpus: number, context: Context): void {
  const { ballot, report, settings } = context;
  const [sockets, cores, threads] = ovirtTopology(item);
  if (sockets !== null) {
    if (sockets * (cores ?? 1) * (threads ?? 1) === vcpus) {
      ballot.say('cpu-topology', `${sockets}:${cores ?? 1}:${threads ?? 1}`, item.element);
    }
    return;
  }
  const setting = settings.get('cpuid.corespersocket');
  const perSocket = parseCount(field(item, 'CoresPerSocket') ?? setting?.value ?? null);
  if (perSocket === null || perSocket === 0) return;
  const at = item.fields.get('CoresPerSocket') ?? setting?.element ?? item.element;
  if (vcpus % perSocket === 0) ballot.say('cpu-topology', `${vcpus / perSocket}:${perSocket}:1`, at);
  else report.add(diagnostics['cores-do-not-divide']({ vcpus, cores: perSocket }, report.at(at)));
}

function badNumber(context: Context, what: string, at: XmlElement, value: string): void {
  const { report } = context;
  const where = name(context);
  report.add(diagnostics['bad-number']({ field: what, where, value: cleanLine(value) }, report.at(at)));
}

/** What a person calls the machine. */
function name({ system }: Context): string {
  return cleanLine(anyAttribute(system, 'id') ?? '') || 'the machine';
}
