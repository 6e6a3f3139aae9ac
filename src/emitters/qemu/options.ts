/** Properties by name, in order; undefined ones are left out. */
export interface Properties {
  readonly [name: string]: string | undefined;
}

/**
 * `virtio-net-pci,netdev=nic0`, or without a head `guest=name`. QemuOpts ends a value at a comma unless there are two
 * (util/keyval.c and util/qemu-option.c).
 */
export function word(head: string | null, properties: Properties = {}): string {
  const said = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value.replaceAll(',', ',,')}`],
  );
  return [...(head === null ? [] : [head]), ...said].join(',');
}
