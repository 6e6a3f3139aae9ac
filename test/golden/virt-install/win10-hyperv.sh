#!/bin/sh
set -eu

virt-install \
  --import \
  --name win10 \
  --osinfo detect=off,require=off \
  --xml xpath.set=./metadata/libosinfo:libosinfo/libosinfo:os/@id,xpath.value=http://microsoft.com/win/10 \
  --virt-type qemu \
  --arch x86_64 \
  --machine q35 \
  --memory 4096 \
  --vcpus vcpus=2 \
  --cpu mode=maximum \
  --features acpi=on,apic=on,pae=off,vmport.state=off,hyperv.relaxed.state=on,hyperv.vapic.state=on,hyperv.spinlocks.state=on,hyperv.spinlocks.retries=8191 \
  --clock offset=localtime,rtc_tickpolicy=catchup,pit_tickpolicy=delay,hpet_present=no,hypervclock_present=yes \
  --events on_poweroff=destroy,on_reboot=restart,on_crash=destroy \
  --pm suspend_to_mem.enabled=no,suspend_to_disk.enabled=no \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk0.qcow2,target.dev=sda,target.bus=sata,boot.order=1,address.type=drive,address.controller=0,address.bus=0,address.target=0,address.unit=0,xpath0.create=./backingStore \
  --controller type=usb,index=0,model=qemu-xhci,xpath0.set=./@ports,xpath0.value=15 \
  --controller num_pcie_root_ports=0 \
  --network type=network,source=default,model.type=e1000e \
  --serial type=pty,target.port=0 \
  --console type=pty,target.type=serial,target.port=0 \
  --channel none \
  --input type=tablet,bus=usb \
  --tpm none \
  --graphics type=vnc,listen=127.0.0.1 \
  --video model.type=vga \
  --sound model=ich9 \
  --watchdog none \
  --memballoon model=none \
  --rng none \
  --redirdev none \
  --noautoconsole \
  "$@"
