import { didYouMean } from '../facts/did-you-mean.ts';
import { isKey, STRENGTHS } from '../facts/index.ts';
import { HARDWARE_KEYS, isHintKey } from './document.ts';
import { isMap, type JsonMap, type JsonNode, pointerTo } from './json.ts';
import { refusedName } from './refusals.ts';
import { DRIVER_MEMBERS, IMAGE_MEMBERS, isReverseDns, QEMU_NAMES, TOP_MEMBERS } from './vocabulary.ts';

export type Section = 'text' | 'hardware' | 'drivers' | 'image' | 'extensions';

/** One thing the document says, whichever way it is spelled. */
export interface Statement {
  readonly section: Section;
  readonly name: string;
  /** `required`, `minimum`, ... for a statement about hardware or the OS; whatever the document wrote there. */
  readonly strength: string | null;
  readonly value: JsonNode;
  readonly pointer: string;
}

/** A member that is none of ours. */
export interface Stranger {
  readonly name: string;
  readonly value: JsonNode;
  readonly pointer: string;
  /** What it may have been meant to be. */
  readonly suggestion: string | null;
}

/** A section that should have held members and does not. */
export interface Misfit {
  readonly name: string;
  readonly value: JsonNode;
  readonly pointer: string;
}

export interface Spelling {
  readonly statements: readonly Statement[];
  readonly strangers: readonly Stranger[];
  readonly misfits: readonly Misfit[];
}

const CONTAINERS = ['hardware', 'drivers', 'image', 'extensions'] as const;
type Container = (typeof CONTAINERS)[number];
const PREFIXES = [...CONTAINERS, 'qemu'] as const;
const TEXTS: readonly string[] = ['title', 'description', 'kernel-args'];

function isContainer(name: string): name is Container {
  return CONTAINERS.some((container) => container === name);
}

/** Reads both spellings, the tree and the flat dotted names, into one list. Judges names, not values. */
export function spell(root: JsonMap): Spelling {
  const speller = new Speller();
  for (const [name, value] of root) speller.top(name, value);
  return speller;
}

class Speller implements Spelling {
  readonly statements: Statement[] = [];
  readonly strangers: Stranger[] = [];
  readonly misfits: Misfit[] = [];

  top(name: string, value: JsonNode): void {
    const pointer = pointerTo('', name);
    if (name === 'vmHints' || name === '$schema') return;
    if (TEXTS.includes(name)) {
      this.statements.push({ section: 'text', name, strength: null, value, pointer });
      return;
    }
    if (isContainer(name)) {
      if (isMap(value)) for (const [inner, item] of value) this.#member(name, inner, item, pointerTo(pointer, inner));
      else this.misfits.push({ name, value, pointer });
      return;
    }
    const { head, tail } = cut(name);
    if (head === 'os') this.#strengths('os', tail, value, pointer);
    else if (tail === null) this.#stranger(name, value, pointer);
    else if (head === 'hardware') this.#flatHardware(tail, value, pointer);
    else if (isContainer(head)) this.#member(head, tail, value, pointer);
    else if (head === 'qemu') this.#qemu(name, tail, value, pointer);
    else if (isForeign(name)) this.#member('extensions', name, value, pointer);
    else this.#stranger(name, value, pointer);
  }

  #member(container: Container, name: string, value: JsonNode, pointer: string): void {
    if (container === 'hardware') {
      if (isHardwareKey(name)) this.#strengths(name, null, value, pointer);
      else this.#stranger(name, value, pointer, suggestHardware(name));
      return;
    }
    const known = { drivers: DRIVER_MEMBERS, image: IMAGE_MEMBERS, extensions: null }[container];
    if (known === null || known.some((member) => member === name)) {
      this.statements.push({ section: container, name, strength: null, value, pointer });
    } else {
      this.#stranger(name, value, pointer, prefixed(container, didYouMean(name, known)));
    }
  }

  #flatHardware(path: string, value: JsonNode, pointer: string): void {
    const { head, tail } = cut(path);
    if (isHardwareKey(head)) this.#strengths(head, tail, value, pointer);
    else this.#stranger(path, value, pointer, suggestHardware(path));
  }

  #qemu(name: string, tail: string, value: JsonNode, pointer: string): void {
    const { head, tail: strength } = cut(tail);
    const flat = QEMU_NAMES.get(head);
    if (flat !== undefined && (flat.strength === null || strength === null)) {
      this.#strengths(flat.key, flat.strength ?? strength, value, pointer);
    } else {
      this.#stranger(name, value, pointer, prefixed('qemu', didYouMean(head, [...QEMU_NAMES.keys()])));
    }
  }

  #strengths(name: string, strength: string | null, value: JsonNode, pointer: string): void {
    if (strength === null && isMap(value)) {
      for (const [inner, item] of value) this.#strength(name, inner, item, pointerTo(pointer, inner));
    } else {
      this.#strength(name, strength ?? 'recommended', value, pointer);
    }
  }

  #strength(name: string, strength: string, value: JsonNode, pointer: string): void {
    if (STRENGTHS.some((known) => known === strength)) {
      this.statements.push({ section: 'hardware', name, strength, value, pointer });
    } else {
      this.#stranger(strength, value, pointer, prefixed(name, didYouMean(strength, STRENGTHS)));
    }
  }

  #stranger(name: string, value: JsonNode, pointer: string, suggestion = suggestTop(name)): void {
    this.strangers.push({ name, value, pointer, suggestion });
  }
}

/** At the first dot; `tail` is null without one. */
function cut(name: string): { readonly head: string; readonly tail: string | null } {
  const dot = name.indexOf('.');
  return dot < 0 ? { head: name, tail: null } : { head: name.slice(0, dot), tail: name.slice(dot + 1) };
}

/**
 * Whether a dotted name at the top is somebody else's. A mistyped section (`hardwre.firmware`), a key without its
 * section (`firmware.required`) and `source.file` are not, although they have the form.
 */
export function isForeign(name: string): boolean {
  const { head } = cut(name);
  if (!isReverseDns(name) || isKey(head)) return false;
  if (TOP_MEMBERS.some((member) => member === head) || didYouMean(head, PREFIXES) !== undefined) return false;
  // name and network are top-level domains too
  return name.split('.').length > 2 || refusedName(head) === null;
}

function isHardwareKey(name: string): boolean {
  return HARDWARE_KEYS.some((key) => key === name);
}

function suggestHardware(path: string): string | null {
  const { head, tail } = cut(path);
  if (isHardwareKey(head) && tail !== null) return `hardware.${path}`;
  if (isKey(head) && isHintKey(head)) return head;
  const key = HARDWARE_KEYS.find((each) => each.startsWith(`${head}-`)) ?? didYouMean(head, HARDWARE_KEYS);
  return prefixed('hardware', key === undefined || tail === null ? key : `${key}.${tail}`);
}

function suggestTop(name: string): string | null {
  const { head, tail } = cut(name);
  if (isKey(head) && isHintKey(head)) return `hardware.${name}`;
  if (tail !== null) return prefixed(didYouMean(head, PREFIXES) ?? null, tail);
  return didYouMean(name, TOP_MEMBERS) ?? prefixed('hardware', didYouMean(name, HARDWARE_KEYS));
}

function prefixed(prefix: string | null, name: string | undefined): string | null {
  return prefix === null || name === undefined ? null : `${prefix}.${name}`;
}
