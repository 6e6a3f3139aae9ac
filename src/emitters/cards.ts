import type { Plan, PlanNic } from '../facts/index.ts';
import { hasExpressBus } from './machine.ts';
import { textOf } from './values.ts';

/** Cards that are plugged into a PCI Express port; all others are conventional ones. */
const EXPRESS_CARDS: ReadonlySet<string> = new Set(['virtio', 'e1000e', 'igb']);

/** Slots of the root bus that no machine uses itself, and that libvirt reaches with more than a hundred ports only. */
const FIRST_SLOT = 0x10;
const SLOTS = 10;

/** Whether a card is plugged into a network. */
export function isPlugged(plan: Plan, nic: string | null): boolean {
  return textOf(plan, 'network', nic) !== 'none';
}

export function pluggedCards(plan: Plan): readonly PlanNic[] {
  return plan.nics.filter(({ id }) => isPlugged(plan, id));
}

export function isExpressCard(plan: Plan, { id }: PlanNic): boolean {
  return EXPRESS_CARDS.has(textOf(plan, 'nic-model', id) ?? '');
}

/** Whether libvirt would put some cards behind a bridge, and so after all that are in ports, whatever their order. */
function mixesCards(plan: Plan): boolean {
  if (!hasExpressBus(plan)) return false;
  const express = pluggedCards(plan).map((card) => isExpressCard(plan, card));
  return express.includes(true) && express.includes(false);
}

/** Whether guests of libvirt find the cards in another order than the plan's: more of them than there are slots. */
export function losesCardOrder(plan: Plan): boolean {
  return mixesCards(plan) && pluggedCards(plan).length > SLOTS;
}

/**
 * The slot of a plugged card on the root bus, in hexadecimal, where libvirt's own choice would change the order of the
 * cards. Undefined where it keeps it.
 */
export function cardSlot(plan: Plan, position: number): string | undefined {
  return mixesCards(plan) && !losesCardOrder(plan) ? `0x${(FIRST_SLOT + position).toString(16)}` : undefined;
}
