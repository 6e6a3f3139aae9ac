import { describe, expect, it } from 'vitest';
import { planOf } from '../../fixtures/emitters/plans.ts';
import { emitter as qemu } from '../../src/emitters/qemu/emitter.ts';
import { emitter as virtInstall } from '../../src/emitters/virt-install/emitter.ts';
import type { Emission, Plan } from '../../src/facts/index.ts';
import { emitLibvirt } from './skeletons.ts';

const targets: readonly (readonly [string, (plan: Plan) => Emission])[] = [
  ['libvirt-xml', emitLibvirt],
  ['virt-install', (plan) => virtInstall.emit(plan, {})],
  ['qemu', (plan) => qemu.emit(plan, {})],
];

describe.each(targets)('%s makes the guest that the others make', (_target, emit) => {
  const fateOf = (plan: Plan, wanted: string) => emit(plan).outcomes.find(({ key }) => key === wanted);

  it('a card that is plugged into no network starts nothing', () => {
    const plan = planOf({ 'network.nic0': 'none', 'boot-order': 'nic0,disk0' });
    const note = 'without nic0, which is plugged into no network';
    expect(fateOf(plan, 'boot-order')).toMatchObject({ outcome: 'changed', note });
    expect(fateOf(planOf({ 'boot-order': 'nic0,disk0' }), 'boot-order')).toMatchObject({ outcome: 'kept' });
  });

  it('without UEFI there is no place for variables', () => {
    expect(fateOf(planOf({ nvram: '/srv/images/vars.fd' }), 'nvram')).toMatchObject({ outcome: 'inexpressible' });
  });

  it.each(['qemu-xhci', 'nec-xhci'])('%s has ports for every device', (controller) => {
    const { text } = emit(planOf({ 'usb-controller': controller }));
    expect(text).toMatch(/ports="15"|@ports,xpath\d\.value=15|p2=15,p3=15/);
  });
});
