#!/bin/sh
set -eu

[ -e /srv/images/debian12-uefi_VARS.fd ] || cp -- /usr/share/firmware/VARS.fd /srv/images/debian12-uefi_VARS.fd

exec qemu-system-x86_64 \
  -name guest=debian12-uefi \
  -uuid 7a1c3f6e-22a4-4a7d-9d2c-0d4be5a0c0de \
  -no-user-config \
  -nodefaults \
  -machine q35,accel=tcg,usb=off,vmport=off,hpet=off,pflash0=code,pflash1=variables \
  -cpu max \
  -m size=2048M \
  -smp 2,sockets=2,cores=1,threads=1 \
  -rtc base=utc,driftfix=slew \
  -global ICH9-LPC.disable_s3=1 \
  -global ICH9-LPC.disable_s4=1 \
  -boot strict=on \
  -blockdev '{"driver":"raw","node-name":"code","read-only":true,"file":{"driver":"file","filename":"/usr/share/firmware/CODE.fd"}}' \
  -blockdev '{"driver":"raw","node-name":"variables","read-only":false,"file":{"driver":"file","filename":"/srv/images/debian12-uefi_VARS.fd"}}' \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/images/disk0.qcow2"}}' \
  -netdev user,id=nic0 \
  -chardev socket,id=agent,path=/srv/images/debian12-uefi.agent,server=on,wait=off \
  -object rng-random,id=random,filename=/dev/urandom \
  -action watchdog=reset \
  -device pcie-root-port,id=port0,bus=pcie.0,chassis=1,addr=0x2.0x0,multifunction=on \
  -device pcie-root-port,id=port1,bus=pcie.0,chassis=2,addr=0x2.0x1 \
  -device pcie-root-port,id=port2,bus=pcie.0,chassis=3,addr=0x2.0x2 \
  -device pcie-root-port,id=port3,bus=pcie.0,chassis=4,addr=0x2.0x3 \
  -device pcie-root-port,id=port4,bus=pcie.0,chassis=5,addr=0x2.0x4 \
  -device pcie-root-port,id=port5,bus=pcie.0,chassis=6,addr=0x2.0x5 \
  -device virtio-vga,bus=pcie.0,addr=0x1 \
  -device qemu-xhci,bus=port0,id=usb,p2=15,p3=15 \
  -device virtio-blk-pci,bus=port1,drive=disk0,id=disk0-device,bootindex=1 \
  -device virtio-net-pci,bus=port2,netdev=nic0,id=nic0-device \
  -device virtio-serial-pci,bus=port3,id=channels \
  -device virtserialport,bus=channels.0,chardev=agent,name=org.qemu.guest_agent.0 \
  -device usb-tablet,bus=usb.0 \
  -device i6300esb \
  -device virtio-balloon-pci,bus=port4 \
  -device virtio-rng-pci,bus=port5,rng=random \
  -chardev pty,id=console \
  -serial chardev:console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
