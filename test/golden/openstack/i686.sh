#!/bin/sh
set -eu

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk0.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  --property hw_architecture=i686 \
  --property img_hv_type=qemu \
  --property hw_vm_mode=hvm \
  --property hw_machine_type=pc \
  --property hw_firmware_type=bios \
  --property hw_disk_bus=virtio \
  --property hw_vif_model=virtio \
  --property hw_video_model=qxl \
  --property hw_sound_model=ich6 \
  --property hw_input_bus=virtio \
  --property hw_rng_model=virtio \
  --property hw_qemu_guest_agent=yes \
  --property os_type=linux \
  --property os_distro=debian \
  --property os_version=12 \
  debian12-i686
