import type { Plan } from '../../facts/index.ts';
import { enlightenmentsOf, isDirect, SPINLOCK_RETRIES, usesHyperv } from '../hyperv.ts';
import type { XmlElement } from './xml.ts';

const ON: XmlElement = { '@state': 'on' };

function enlightenment(name: string): XmlElement {
  if (name === 'spinlocks') return { ...ON, '@retries': String(SPINLOCK_RETRIES) };
  return isDirect(name) ? { ...ON, direct: ON } : ON;
}

export function hypervElement(plan: Plan): XmlElement | undefined {
  if (!usesHyperv(plan)) return undefined;
  return Object.fromEntries(enlightenmentsOf(plan).map((name) => [name, enlightenment(name)]));
}
