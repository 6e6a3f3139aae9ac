#!/bin/sh
set -eu

# argument: name or id of the image
[ $# -gt 0 ] || set -- win11

openstack image set \
  --min-disk 10 \
  --property hw_architecture=x86_64 \
  --property img_hv_type=qemu \
  --property hw_vm_mode=hvm \
  --property hw_machine_type=q35 \
  --property hw_firmware_type=uefi \
  --property os_secure_boot=required \
  --property hw_tpm_version=2.0 \
  --property hw_tpm_model=tpm-crb \
  --property hw_cpu_sockets=1 \
  --property hw_cpu_cores=2 \
  --property hw_cpu_threads=2 \
  --property hw_disk_bus=sata \
  --property hw_vif_model=e1000e \
  --property hw_video_model=vga \
  --property hw_sound_model=ich9 \
  --property hw_usb_model=qemu-xhci \
  --property hw_input_bus=usb \
  --property os_type=windows \
  --property os_distro=windows \
  --property os_version=11 \
  "$1"
