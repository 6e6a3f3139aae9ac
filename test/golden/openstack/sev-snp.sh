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
  --property hw_firmware_type=uefi \
  --property hw_firmware_stateless=true \
  --property os_secure_boot=disabled \
  --property hw_tpm_version=2.0 \
  --property hw_tpm_model=tpm-crb \
  --property hw_mem_encryption=true \
  --property hw_mem_encryption_model=amd-sev-snp \
  --property hw_disk_bus=virtio \
  --property hw_vif_model=virtio \
  --property hw_video_model=virtio \
  --property hw_usb_model=qemu-xhci \
  --property hw_input_bus=usb \
  --property hw_rng_model=virtio \
  --property hw_qemu_guest_agent=yes \
  guest
