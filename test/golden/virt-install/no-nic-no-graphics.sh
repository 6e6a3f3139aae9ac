#!/bin/sh
set -eu

virt-install \
  --import \
  --name headless \
  --osinfo detect=off,require=off \
  --virt-type qemu \
  --arch x86_64 \
  --machine q35 \
  --memory 2048 \
  --vcpus vcpus=2 \
  --cpu mode=maximum \
  --features acpi=on,apic=on,pae=off,vmport.state=off \
  --clock offset=utc,rtc_tickpolicy=catchup,pit_tickpolicy=delay,hpet_present=no \
  --events on_poweroff=destroy,on_reboot=restart,on_crash=destroy \
  --pm suspend_to_mem.enabled=no,suspend_to_disk.enabled=no \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk0.qcow2,target.dev=vda,target.bus=virtio,boot.order=1,xpath0.create=./backingStore \
  --controller type=usb,index=0,model=none \
  --controller num_pcie_root_ports=0 \
  --network none \
  --serial type=pty,target.port=0 \
  --console type=pty,target.type=serial,target.port=0 \
  --channel none \
  --xml xpath.delete=./devices/input \
  --xml xpath.delete=./devices/input \
  --tpm none \
  --graphics none \
  --video model.type=none \
  --sound none \
  --watchdog none \
  --memballoon model=none \
  --rng none \
  --redirdev none \
  --noautoconsole \
  "$@"
