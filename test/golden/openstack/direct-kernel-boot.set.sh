#!/bin/sh
set -eu

# argument: name or id of the image
[ $# -gt 0 ] || set -- kernel

kernel_id=$(openstack image show \
  --format value \
  --column id \
  kernel-kernel)

ramdisk_id=$(openstack image show \
  --format value \
  --column id \
  kernel-ramdisk)

openstack image set \
  --min-disk 10 \
  --property hw_architecture=x86_64 \
  --property img_hv_type=qemu \
  --property hw_vm_mode=hvm \
  --property hw_machine_type=pc \
  --property hw_firmware_type=bios \
  --property hw_disk_bus=virtio \
  --property hw_vif_model=virtio \
  --property hw_video_model=virtio \
  --property hw_usb_model=qemu-xhci \
  --property hw_input_bus=usb \
  --property hw_rng_model=virtio \
  --property hw_qemu_guest_agent=yes \
  --property 'os_command_line=root=/dev/vda console=ttyS0 quoted="a b"' \
  --property kernel_id="$kernel_id" \
  --property ramdisk_id="$ramdisk_id" \
  "$1"
