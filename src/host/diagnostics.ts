import { defineDiagnostics } from '../diagnostics/index.ts';

const WHAT =
  'A host document says what a host can do: the output of `virsh domcapabilities` (one machine type), of `virsh capabilities` (all architectures), or a snapshot that `vm-import host snapshot` saved. A document that is not understood ends the run, because a plan that was not checked against the host it is for could look as if it had been.';

/** Findings of the host documents. */
export const diagnostics = defineDiagnostics('host', {
  'too-large': {
    severity: 'error',
    exit: 2,
    message: 'The host document has {size} bytes; at most {limit} are read.',
    remedy: 'Give the output of one virsh command, or a saved snapshot.',
    explain: WHAT,
  },
  malformed: {
    severity: 'error',
    exit: 2,
    message: 'The host document cannot be read: {problem}.',
    remedy: 'Save the output of the command again, without anything before or after it.',
    explain: `${WHAT} Document types and entities are refused, and size, depth and number of elements are limited.`,
  },
  'unknown-document': {
    severity: 'error',
    exit: 2,
    message: 'The host document starts with {found}, which is no host document.',
    remedy: 'Give the output of virsh domcapabilities or virsh capabilities.',
    explain: WHAT,
  },
  incomplete: {
    severity: 'error',
    exit: 2,
    message: 'The host document lacks {what}.',
    remedy: 'Save the output of the command again; it always has this.',
    explain: `${WHAT} Without architecture, machine type and domain type nobody can tell what a document speaks for.`,
  },
  'other-hypervisor': {
    severity: 'error',
    exit: 2,
    message: 'The host document describes domains of type {type}; only kvm and qemu are planned for.',
    remedy: 'Ask a QEMU connection: virsh -c qemu:///system domcapabilities --virttype kvm.',
    explain: WHAT,
  },
  'bad-snapshot': {
    severity: 'error',
    exit: 2,
    message: 'The saved host snapshot is not valid: {problem}.',
    remedy: 'Save it again with vm-import host snapshot.',
    explain: `${WHAT} Snapshots are JSON with the schema vm-import/host@1.`,
  },
});
