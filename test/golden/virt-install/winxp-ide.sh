#!/bin/sh
set -eu

virt-install \
  --import \
  --name winxp \
  --osinfo detect=off,require=off \
  --xml xpath.set=./metadata/libosinfo:libosinfo/libosinfo:os/@id,xpath.value=http://microsoft.com/win/xp \
  --virt-type qemu \
  --arch x86_64 \
  --machine pc \
  --memory 512 \
  --vcpus vcpus=1 \
  --cpu mode=maximum \
  --features acpi=on,apic=on,pae=off,vmport.state=off \
  --clock offset=localtime,rtc_tickpolicy=catchup,pit_tickpolicy=delay,hpet_present=no \
  --events on_poweroff=destroy,on_reboot=restart,on_crash=destroy \
  --pm suspend_to_mem.enabled=no,suspend_to_disk.enabled=no \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk0.qcow2,target.dev=hda,target.bus=ide,boot.order=1,address.type=drive,address.controller=0,address.bus=0,address.target=0,address.unit=0,xpath0.create=./backingStore \
  --disk type=file,device=cdrom,driver.name=qemu,driver.type=raw,source.file=/srv/images/install.iso,target.dev=hdb,target.bus=ide,readonly=yes,address.type=drive,address.controller=0,address.bus=0,address.target=0,address.unit=1 \
  --controller type=usb,index=0,model=ich9-ehci1 \
  --controller type=usb,index=0,model=ich9-uhci1,master.startport=0 \
  --controller type=usb,index=0,model=ich9-uhci2,master.startport=2 \
  --controller type=usb,index=0,model=ich9-uhci3,master.startport=4 \
  --controller num_pcie_root_ports=0 \
  --network type=network,source=default,model.type=rtl8139 \
  --serial type=pty,target.port=0 \
  --console type=pty,target.type=serial,target.port=0 \
  --channel none \
  --input type=mouse,bus=ps2 \
  --input type=keyboard,bus=ps2 \
  --tpm none \
  --graphics type=vnc,listen=127.0.0.1 \
  --video model.type=cirrus \
  --sound model=ac97 \
  --watchdog none \
  --memballoon model=none \
  --rng none \
  --redirdev none \
  --noautoconsole \
  "$@"
