import type { DescribedFile, DescribedState } from '../../facts/index.ts';
import { type Context, devicesOf } from './context.ts';
import { field } from './items.ts';
import { descend } from './names.ts';

/** NVRAM and TPM: the files that hold their state, the vote that there is a TPM, and what cannot come along. */
export function readState(context: Context): readonly DescribedState[] {
  return [...vmwareNvram(context), ...ovirtNvram(context), ...tpm(context)];
}

/** `ovf:/file/ID`, or the bare name of a file that the package need not list. */
function vmwareNvram({ settings, scope, report }: Context): readonly DescribedState[] {
  const setting = settings.get('nvram');
  if (setting === undefined || setting.value === '') return [];
  const file = fileOf(setting.value, scope.files) ?? null;
  return [{ kind: 'nvram', file, format: 'vmware', pointer: report.pointer(setting.element) }];
}

/** oVirt saves the varstore of edk2 itself. */
function ovirtNvram({ scope }: Context): readonly DescribedState[] {
  const file = scope.dialect === 'ovirt' ? named('nvram.dat', scope.files.all) : undefined;
  return file === undefined ? [] : [{ kind: 'nvram', file, format: 'ovmf', pointer: file.pointer }];
}

function tpm(context: Context): readonly DescribedState[] {
  const { ballot, report, scope, vbox } = context;
  const [item] = devicesOf(context, 'tpm');
  if (item === undefined) {
    const device = descend(vbox, 'Hardware', 'TrustedPlatformModule');
    const there = device !== undefined && ballot.has('tpm');
    return there ? [{ kind: 'tpm', file: null, format: null, pointer: report.pointer(device) }] : [];
  }
  ballot.say('tpm', '2.0', item.element);
  const ovirt = scope.dialect === 'ovirt';
  const file =
    fileOf(field(item, 'HostResource') ?? '', scope.files) ?? (ovirt ? named('tpm.dat', scope.files.all) : undefined);
  return [{ kind: 'tpm', file: file ?? null, format: ovirt ? null : 'vmware', pointer: report.pointer(item.element) }];
}

function fileOf(reference: string, files: Context['scope']['files']): DescribedFile | undefined {
  const id = /^(?:ovf:)?\/*file\/+(.+)$/.exec(reference.trim())?.[1] ?? reference.trim();
  return files.byId.get(id) ?? files.byHref.get(id);
}

function named(name: string, files: readonly DescribedFile[]): DescribedFile | undefined {
  return files.find(({ href }) => href === name || href.endsWith(`/${name}`));
}
