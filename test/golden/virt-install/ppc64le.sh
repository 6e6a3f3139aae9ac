#!/bin/sh
set -eu

virt-install \
  --import \
  --name debian12-power \
  --osinfo detect=off,require=off \
  --xml xpath.set=./metadata/libosinfo:libosinfo/libosinfo:os/@id,xpath.value=http://debian.org/debian/12 \
  --virt-type qemu \
  --arch ppc64le \
  --machine pseries \
  --memory 2048 \
  --vcpus vcpus=2 \
  --features acpi=off,apic=off,pae=off \
  --clock offset=utc \
  --events on_poweroff=destroy,on_reboot=restart,on_crash=destroy \
  --disk type=file,device=disk,driver.name=qemu,driver.type=qcow2,source.file=/srv/images/disk0.qcow2,target.dev=vda,target.bus=virtio,boot.order=1,xpath0.create=./backingStore \
  --controller type=usb,index=0,model=qemu-xhci,xpath0.set=./@ports,xpath0.value=15 \
  --controller num_pcie_root_ports=0 \
  --network type=network,source=default,model.type=virtio \
  --serial type=pty,target.port=0 \
  --console type=pty,target.type=serial,target.port=0 \
  --channel none \
  --channel type=unix,target.type=virtio,target.name=org.qemu.guest_agent.0 \
  --input type=tablet,bus=usb \
  --input type=keyboard,bus=usb \
  --tpm model=tpm-spapr,backend.type=emulator,backend.version=2.0 \
  --graphics type=vnc,listen=127.0.0.1 \
  --video model.type=vga \
  --sound none \
  --watchdog none \
  --memballoon model=virtio \
  --rng model=virtio,backend.model=random,backend=/dev/urandom \
  --redirdev none \
  --noautoconsole \
  "$@"
