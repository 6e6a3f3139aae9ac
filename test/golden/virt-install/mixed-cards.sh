#!/bin/sh
set -eu

virt-install \
  --import \
  --name mixed-cards \
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
  --controller type=usb,index=0,model=qemu-xhci,xpath0.set=./@ports,xpath0.value=15 \
  --controller num_pcie_root_ports=0 \
  --network type=network,source=default,model.type=e1000,address.type=pci,address.domain=0x0000,address.bus=0x00,address.slot=0x10,address.function=0x0 \
  --network type=network,source=default,model.type=virtio,address.type=pci,address.domain=0x0000,address.bus=0x00,address.slot=0x11,address.function=0x0 \
  --network type=network,source=default,model.type=rtl8139,address.type=pci,address.domain=0x0000,address.bus=0x00,address.slot=0x12,address.function=0x0 \
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
