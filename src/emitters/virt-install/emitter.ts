import { KEY_NAMES } from '../../facts/index.ts';
import type { Emitter } from '../emitter.ts';
import { outcomesOf } from '../fates.ts';
import { isRefused } from '../findings.ts';
import { placeDrives } from '../places.ts';
import { commandOf, type Option, scriptOf } from '../shell.ts';
import { deviceOptions } from './devices.ts';
import { findingsOf } from './findings.ts';
import { machineOptions } from './machine.ts';
import { FATES } from './outcomes.ts';

/** virt-install would wait for a viewer of the console until the guest ends. */
const NO_CONSOLE: Option = ['--noautoconsole'];

/**
 * A shell script with one `virt-install --import` (virt-install(1), 4.1). It makes the domain of libvirt-xml and starts
 * it: every device is said, and those that virt-install would add from its database are switched off.
 */
export const emitter: Emitter = {
  id: 'virt-install',
  suffix: '.virt-install.sh',
  consumes: KEY_NAMES,
  templates: () => [],
  emit(plan) {
    const drives = placeDrives(plan);
    const outcomes = outcomesOf(plan, FATES);
    const findings = findingsOf(plan, drives);
    if (isRefused(findings)) return { text: null, outcomes, findings };
    const options = [...machineOptions(plan), ...deviceOptions(plan, drives), NO_CONSOLE];
    return { text: scriptOf([commandOf('virt-install', options)]), outcomes, findings };
  },
};
