#!/bin/sh
set -eu

virt-install \
  --import \
  --name guest \
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
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/vm/guest-overlay.qcow2,target.dev=sda,target.bus=sata,boot.order=1,address.type=drive,address.controller=0,address.bus=0,address.target=0,address.unit=0,xpath0.set=./backingStore/@type,xpath0.value=file,xpath1.set=./backingStore/format/@type,xpath1.value=vmdk,xpath2.set=./backingStore/source/@file,xpath2.value=/srv/images/appliance.ova,xpath3.set=./backingStore/source/slices/slice/@type,xpath3.value=storage,xpath4.set=./backingStore/source/slices/slice/@offset,xpath4.value=10240,xpath5.set=./backingStore/source/slices/slice/@size,xpath5.value=197120,xpath6.create=./backingStore/backingStore \
  --controller type=usb,index=0,model=qemu-xhci,xpath0.set=./@ports,xpath0.value=15 \
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
