#!/bin/sh
set -eu

# argument: name or id of the image
[ $# -gt 0 ] || set -- '{{ lookup('\''pipe'\'', '\''id'\'') }} {% raw %} yes'

openstack image set \
  --min-disk 10 \
  --property hw_architecture=x86_64 \
  --property img_hv_type=qemu \
  --property hw_vm_mode=hvm \
  --property hw_machine_type=q35 \
  --property hw_firmware_type=bios \
  --property hw_disk_bus=virtio \
  --property hw_vif_model=virtio \
  --property hw_video_model=virtio \
  --property hw_usb_model=qemu-xhci \
  --property hw_input_bus=usb \
  --property hw_rng_model=virtio \
  --property hw_qemu_guest_agent=yes \
  --property os_type=linux \
  --property os_distro=yes \
  --property os_version=1:20 \
  "$1"
