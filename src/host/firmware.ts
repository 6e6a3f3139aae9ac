import { z } from 'zod';
import type { HostFirmware } from '../facts/index.ts';
import { cleanLine, pointerStep } from '../facts/text.ts';

const word = z.string().max(4096);
const words = z.array(word).max(1000);
const filename = word.regex(/^\/[^\0]*$/, 'must be an absolute path');
const file = z.object({ filename, format: word.default('raw') });

/** What is read of docs/interop/firmware.json of QEMU; fields that are not listed here are left alone. */
const descriptor = z.object({
  description: word,
  'interface-types': words,
  mapping: z.looseObject({ device: word }),
  targets: z.array(z.object({ architecture: word, machines: words })).max(1000),
  features: words,
});

const flash = z.object({
  mode: z.enum(['split', 'combined', 'stateless']).default('split'),
  executable: file,
  'nvram-template': file.optional(),
});

const single = z.object({ filename });

export type DescriptorReading =
  | { readonly firmware: HostFirmware }
  | { readonly problem: string; readonly pointer: string }
  /** It is in order, and of a kind that no machine is planned with. */
  | { readonly unused: string };

/** Whether parsed JSON is meant to be a firmware descriptor. */
export function isDescriptor(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'interface-types' in data && 'mapping' in data;
}

/** Reads parsed JSON; `pointer` is a JSON pointer. Whether its files are there is not looked at. */
export function readDescriptor(data: unknown, uri: string): DescriptorReading {
  const parsed = descriptor.safeParse(data);
  if (!parsed.success) return problem(parsed.error, '');
  const { description, mapping, targets, features } = parsed.data;
  const common = {
    uri,
    description: cleanLine(description),
    interfaces: parsed.data['interface-types'],
    targets: targets.map(({ architecture, machines }) => ({ architecture, machines })),
    features,
    present: null,
  };
  const { device } = mapping;
  if (device === 'kernel' || device === 'memory') {
    const one = single.safeParse(mapping);
    if (!one.success) return problem(one.error, '/mapping');
    const executable = { path: one.data.filename, format: 'raw' } as const;
    return { firmware: { ...common, device, mode: null, executable, template: null } };
  }
  if (device !== 'flash') return { unused: `the device ${cleanLine(device).slice(0, 100)}` };
  const files = flash.safeParse(mapping);
  if (!files.success) return problem(files.error, '/mapping');
  const { mode, executable, 'nvram-template': template } = files.data;
  if (mode === 'split' && template === undefined) {
    return { problem: 'split flash has no nvram-template', pointer: '/mapping' };
  }
  const code = fileOf(executable);
  const store = template === undefined ? null : fileOf(template);
  if (code === null || (template !== undefined && store === null)) {
    return { unused: 'flash in a format that libvirt does not take' };
  }
  // as a ROM it is mapped as it stands, and the header of a qcow2 is no code
  if (mode === 'combined' && code.format !== 'raw') return { unused: `flash in one file of format ${code.format}` };
  const kept = mode === 'split' && store !== null ? { ...store, size: null } : null;
  return { firmware: { ...common, device, mode, executable: code, template: kept } };
}

function fileOf({ filename: path, format }: z.infer<typeof file>): HostFirmware['executable'] | null {
  return format === 'raw' || format === 'qcow2' ? { path, format } : null;
}

function problem(error: z.ZodError, below: string): { readonly problem: string; readonly pointer: string } {
  const issue = error.issues[0];
  const pointer = (issue?.path ?? []).map((step) => `/${pointerStep(String(step))}`).join('');
  return { problem: (issue?.message ?? 'not a descriptor').replace(/\.$/, ''), pointer: below + pointer };
}
