#!/bin/sh
set -eu

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk0.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  --property hw_architecture=x86_64 \
  --property img_hv_type=qemu \
  --property hw_vm_mode=hvm \
  --property hw_machine_type=q35 \
  --property hw_firmware_type=bios \
  --property hw_disk_bus=virtio \
  --property hw_vif_model=virtio \
  --property hw_video_model=none \
  --property hw_usb_model=none \
  headless
