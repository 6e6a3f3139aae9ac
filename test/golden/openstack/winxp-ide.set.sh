#!/bin/sh
set -eu

# argument: name or id of the image
[ $# -gt 0 ] || set -- winxp

openstack image set \
  --min-disk 10 \
  --property hw_architecture=x86_64 \
  --property img_hv_type=qemu \
  --property hw_vm_mode=hvm \
  --property hw_machine_type=pc \
  --property hw_firmware_type=bios \
  --property hw_disk_bus=ide \
  --property hw_cdrom_bus=ide \
  --property hw_vif_model=rtl8139 \
  --property hw_video_model=cirrus \
  --property hw_sound_model=ac97 \
  --property os_type=windows \
  --property os_distro=windows \
  --property os_version=5.1 \
  "$1"
