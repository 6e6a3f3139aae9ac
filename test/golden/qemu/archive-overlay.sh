#!/bin/sh
set -eu

exec qemu-system-x86_64 \
  -name guest=guest \
  -no-user-config \
  -nodefaults \
  -machine q35,accel=tcg,usb=off,vmport=off,hpet=off \
  -cpu max \
  -m size=2048M \
  -smp 2,sockets=2,cores=1,threads=1 \
  -rtc base=utc,driftfix=slew \
  -global ICH9-LPC.disable_s3=1 \
  -global ICH9-LPC.disable_s4=1 \
  -boot strict=on \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":{"read-only":true,"driver":"vmdk","backing":null,"file":{"driver":"raw","offset":10240,"size":197120,"file":{"driver":"file","filename":"/srv/images/appliance.ova"}}},"file":{"driver":"file","filename":"/srv/vm/guest-overlay.qcow2"}}' \
  -netdev user,id=nic0 \
  -chardev socket,id=agent,path=/srv/vm/guest.agent,server=on,wait=off \
  -object rng-random,id=random,filename=/dev/urandom \
  -device pcie-root-port,id=port0,bus=pcie.0,chassis=1,addr=0x2.0x0,multifunction=on \
  -device pcie-root-port,id=port1,bus=pcie.0,chassis=2,addr=0x2.0x1 \
  -device pcie-root-port,id=port2,bus=pcie.0,chassis=3,addr=0x2.0x2 \
  -device pcie-root-port,id=port3,bus=pcie.0,chassis=4,addr=0x2.0x3 \
  -device pcie-root-port,id=port4,bus=pcie.0,chassis=5,addr=0x2.0x4 \
  -device virtio-vga,bus=pcie.0,addr=0x1 \
  -device qemu-xhci,bus=port0,id=usb,p2=15,p3=15 \
  -device ide-hd,bus=ide.0,drive=disk0,id=disk0-device,bootindex=1 \
  -device virtio-net-pci,bus=port1,netdev=nic0,id=nic0-device \
  -device virtio-serial-pci,bus=port2,id=channels \
  -device virtserialport,bus=channels.0,chardev=agent,name=org.qemu.guest_agent.0 \
  -device usb-tablet,bus=usb.0 \
  -device virtio-balloon-pci,bus=port3 \
  -device virtio-rng-pci,bus=port4,rng=random \
  -chardev pty,id=console \
  -serial chardev:console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
