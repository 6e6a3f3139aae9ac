import { defineDiagnostics } from '../diagnostics/index.ts';

const WHAT =
  'The UEFI firmware of QEMU (edk2: OVMF, AAVMF) keeps its variables in an EFI firmware volume: boot entries, and the keys of Secure Boot. Only such a volume can stand behind `nvram`, and it has to be of the size that the build of the firmware expects.';

/** Findings of files that are given as UEFI variable stores. */
export const diagnostics = defineDiagnostics('firmware', {
  'vmware-nvram': {
    severity: 'error',
    exit: 3,
    message: '{path} is an NVRAM of VMware, which no other hypervisor reads.',
    remedy:
      'Leave it out: the machine starts with an empty store, or with the keys that enrolled-keys asks for. A disk without a fallback loader needs a boot entry (vm-import explain content/needs-nvram).',
    explain: `${WHAT} VMware writes a format of its own, which is not documented; nothing in it can be carried over.`,
  },
  'virtualbox-nvram': {
    severity: 'error',
    exit: 3,
    message: '{path} is a store of VirtualBox, an archive of the states of several devices.',
    remedy:
      'Leave it out: the machine starts with an empty store, or with the keys that enrolled-keys asks for. A disk without a fallback loader needs a boot entry (vm-import explain content/needs-nvram).',
    explain: `${WHAT} VirtualBox 7 keeps variables and TPM state together in a tar archive, and its firmware is not laid out as that of QEMU is.`,
  },
  'not-a-store': {
    severity: 'error',
    exit: 3,
    message: '{path} is no UEFI variable store: {problem}.',
    remedy: 'Name a copy of a template of the firmware, for example of /usr/share/OVMF/OVMF_VARS_4M.fd.',
    explain: WHAT,
  },
  damaged: {
    severity: 'error',
    exit: 3,
    message: '{path} is a damaged UEFI variable store: {problem}.',
    remedy: 'Copy it again from where the machine ran, while the machine is off.',
    explain: `${WHAT} The volume says of itself how long it is and what it sums up to. A guest with a damaged store starts with another one, without a word: boot entries and keys are gone.`,
  },
});
