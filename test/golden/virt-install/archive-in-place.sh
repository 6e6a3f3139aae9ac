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
  --disk type=file,device=disk,driver.name=qemu,driver.type=vmdk,source.file=/srv/images/appliance.ova,source.seclabel0.model=dac,source.seclabel0.relabel=no,target.dev=vda,target.bus=virtio,readonly=yes,boot.order=1,xpath0.set=./source/slices/slice/@type,xpath0.value=storage,xpath1.set=./source/slices/slice/@offset,xpath1.value=10240,xpath2.set=./source/slices/slice/@size,xpath2.value=197120,xpath3.create=./backingStore \
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
