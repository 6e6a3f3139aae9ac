#!/bin/sh
set -eu

virt-install \
  --import \
  --name nine-scsi \
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
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk0.qcow2,target.dev=sda,target.bus=scsi,boot.order=1,address.type=drive,address.controller=0,address.bus=0,address.target=0,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk1.qcow2,target.dev=sdb,target.bus=scsi,address.type=drive,address.controller=0,address.bus=0,address.target=1,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk2.qcow2,target.dev=sdc,target.bus=scsi,address.type=drive,address.controller=0,address.bus=0,address.target=2,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk3.qcow2,target.dev=sdd,target.bus=scsi,address.type=drive,address.controller=0,address.bus=0,address.target=3,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk4.qcow2,target.dev=sde,target.bus=scsi,address.type=drive,address.controller=0,address.bus=0,address.target=4,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk5.qcow2,target.dev=sdf,target.bus=scsi,address.type=drive,address.controller=0,address.bus=0,address.target=5,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk6.qcow2,target.dev=sdg,target.bus=scsi,address.type=drive,address.controller=0,address.bus=0,address.target=6,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk7.qcow2,target.dev=sdh,target.bus=scsi,address.type=drive,address.controller=0,address.bus=0,address.target=7,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk8.qcow2,target.dev=sdi,target.bus=scsi,address.type=drive,address.controller=0,address.bus=0,address.target=8,address.unit=0,xpath0.create=./backingStore \
  --controller type=usb,index=0,model=qemu-xhci,xpath0.set=./@ports,xpath0.value=15 \
  --controller type=scsi,index=0,model=virtio-scsi \
  --controller num_pcie_root_ports=0 \
  --network type=network,source=default,model.type=virtio \
  --serial type=pty,target.port=0 \
  --console type=pty,target.type=serial,target.port=0 \
  --channel none \
  --channel type=unix,target.type=virtio,target.name=org.qemu.guest_agent.0 \
  --input type=tablet,bus=usb \
  --tpm none \
  --graphics type=vnc,listen=127.0.0.1 \
  --video model.type=virtio \
  --sound none \
  --watchdog none \
  --memballoon model=virtio \
  --rng model=virtio,backend.model=random,backend=/dev/urandom \
  --redirdev none \
  --noautoconsole \
  "$@"
