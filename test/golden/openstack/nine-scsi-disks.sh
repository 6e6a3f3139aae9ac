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
  --property hw_disk_bus=scsi \
  --property hw_scsi_model=virtio-scsi \
  --property hw_vif_model=virtio \
  --property hw_video_model=virtio \
  --property hw_usb_model=qemu-xhci \
  --property hw_input_bus=usb \
  --property hw_rng_model=virtio \
  --property hw_qemu_guest_agent=yes \
  nine-scsi

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk1.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  nine-scsi-disk1

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk2.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  nine-scsi-disk2

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk3.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  nine-scsi-disk3

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk4.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  nine-scsi-disk4

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk5.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  nine-scsi-disk5

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk6.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  nine-scsi-disk6

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk7.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  nine-scsi-disk7

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/images/disk8.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  nine-scsi-disk8
