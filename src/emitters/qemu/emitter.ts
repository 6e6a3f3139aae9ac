import { KEY_NAMES } from '../../facts/index.ts';
import type { Emitter } from '../emitter.ts';
import { outcomesOf } from '../fates.ts';
import { isRefused } from '../findings.ts';
import { placeDrives } from '../places.ts';
import { commandOf, scriptOf } from '../shell.ts';
import { allDevices } from './devices.ts';
import { findingsOf } from './findings.ts';
import { firmwareOf } from './firmware.ts';
import { emulatorOf, machineOptions } from './machine.ts';
import { FATES } from './outcomes.ts';

/**
 * A shell script with one command line of QEMU (qemu(1), 7.2), in the foreground and without libvirt: the same devices
 * at the same places, a user network, a display on loopback.
 */
export const emitter: Emitter = {
  id: 'qemu',
  suffix: '.qemu.sh',
  consumes: KEY_NAMES,
  templates: () => [],
  emit(plan) {
    const drives = placeDrives(plan);
    const outcomes = outcomesOf(plan, FATES);
    const findings = findingsOf(plan, drives);
    if (isRefused(findings)) return { text: null, outcomes, findings };
    const firmware = firmwareOf(plan);
    const options = [...machineOptions(plan, firmware.machine), ...firmware.options, ...allDevices(plan, drives)];
    const command = commandOf(`exec ${emulatorOf(plan)}`, options);
    return { text: scriptOf([...firmware.before, command]), outcomes, findings };
  },
};
