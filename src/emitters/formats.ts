/**
 * Our format names and the driver types that libvirt's QEMU driver accepts for them. It knows no vhdx (libvirt 9.0), and
 * decrypts luks by a secret instead of a driver.
 */
const DRIVER_TYPE: { readonly [format: string]: string } = {
  raw: 'raw',
  luks: 'raw',
  qcow: 'qcow',
  qcow2: 'qcow2',
  qed: 'qed',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vpc',
  vpc: 'vpc',
};

export function driverType(format: string | null): string | undefined {
  return format === null || !Object.hasOwn(DRIVER_TYPE, format) ? undefined : DRIVER_TYPE[format];
}
