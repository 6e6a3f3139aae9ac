#!/bin/sh
set -eu

# argument: name or id of the image
[ $# -gt 0 ] || set -- win10

openstack image set \
  --min-disk 10 \
  --property hw_architecture=x86_64 \
  --property img_hv_type=qemu \
  --property hw_vm_mode=hvm \
  --property hw_machine_type=q35 \
  --property hw_firmware_type=bios \
  --property hw_disk_bus=sata \
  --property hw_vif_model=e1000e \
  --property hw_video_model=vga \
  --property hw_sound_model=ich9 \
  --property hw_usb_model=qemu-xhci \
  --property hw_input_bus=usb \
  --property os_type=windows \
  --property os_distro=windows \
  --property os_version=10.0 \
  "$1"
