#!/bin/sh
set -eu

qemu-img convert -O qcow2 'json:{"driver":"vmdk","file":{"filename":"/srv/images/it'\''s an appliance.ova"}}' /srv/vm/copied.qcow2

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/vm/copied.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
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
  copied

qemu-img convert -f vpc -O qcow2 /srv/images/fixed.vhd /srv/vm/copied-disk1.qcow2

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/vm/copied-disk1.qcow2 \
  --min-disk 1 \
  --min-ram 0 \
  copied-disk1

qemu-img convert -f qed -O qcow2 /srv/images/old.qed /srv/vm/copied-disk2.qcow2

openstack image create \
  --disk-format qcow2 \
  --container-format bare \
  --file /srv/vm/copied-disk2.qcow2 \
  --min-disk 10 \
  --min-ram 0 \
  copied-disk2

openstack image create \
  --disk-format vhd \
  --container-format bare \
  --file /srv/images/dynamic.vhd \
  --min-disk 12 \
  --min-ram 0 \
  copied-disk3
