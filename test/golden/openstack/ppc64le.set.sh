#!/bin/sh
set -eu

# argument: name or id of the image
[ $# -gt 0 ] || set -- debian12-power

openstack image set \
  --min-disk 10 \
  --property hw_architecture=ppc64le \
  --property img_hv_type=qemu \
  --property hw_vm_mode=hvm \
  --property hw_machine_type=pseries \
  --property hw_tpm_version=2.0 \
  --property hw_disk_bus=virtio \
  --property hw_vif_model=virtio \
  --property hw_video_model=vga \
  --property hw_usb_model=qemu-xhci \
  --property hw_input_bus=usb \
  --property hw_rng_model=virtio \
  --property hw_qemu_guest_agent=yes \
  --property os_type=linux \
  --property os_distro=debian \
  --property os_version=12 \
  "$1"
