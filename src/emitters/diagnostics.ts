import { type DiagnosticSpec, defineDiagnostics, EXIT } from '../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('target', {
  'not-expressed': {
    severity: 'warning',
    exit: 4,
    message: '{target} cannot express {key} {value}: {note}.',
    remedy: 'Leave {key} away for this target, or make up for it there by hand.',
    explain:
      'A flag or a policy forces a value that the target has no way to say. The plan keeps it and the artefact lacks it; the loss table of the report lists what each target keeps.',
  },
  unknown: {
    severity: 'error',
    exit: 2,
    message: 'There is no target {target}.',
    remedy: 'The targets are: {known}.',
    explain:
      'A target is what a plan is written for: domain XML, a script for OpenStack, a command line. docs/targets.md lists them.',
  },
});

/** What several targets say in the same words, each under a code of its own. */
export const COMMON = {
  'not-a-disk': {
    severity: 'error',
    exit: EXIT.input,
    message: '{disk} is a {payload}, not a disk.',
    remedy: 'Name the disk as the source, and give this file with {option} {path}.',
    explain:
      'A kernel or a ram disk attached as a disk gives a guest that finds no boot sector. Both are loaded by the ' +
      'hypervisor, beside the disk whose root file system they start.',
  },
  'filesystem-needs-kernel': {
    severity: 'error',
    exit: EXIT.unresolved,
    message: '{disk} is a bare file system: it has no boot loader that a firmware could start.',
    remedy: 'Give the kernel with --kernel (and --initrd), and its arguments with --set kernel-args=root=/dev/vda.',
    explain:
      'A partition image holds a root file system without partition table and boot code. It boots only when the ' +
      'hypervisor loads a kernel for it.',
  },
  'nic-order': {
    severity: 'warning',
    exit: EXIT.unresolved,
    message: 'The guest finds its network cards in another order than the one they are listed in.',
    remedy: 'Give all cards models of one kind: virtio, e1000e and igb are PCI Express cards, the others are not.',
    explain:
      'On a machine with PCI Express libvirt puts conventional cards behind a bridge, where guests find them last. Up to ' +
      'ten cards get slots of the root bus instead, in their order; more do not fit there.',
  },
} as const satisfies { readonly [name: string]: DiagnosticSpec };
