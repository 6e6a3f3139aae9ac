#!/bin/sh
set -eu

exec qemu-system-x86_64 \
  -name guest=headless \
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
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/images/disk0.qcow2"}}' \
  -device pcie-root-port,id=port0,bus=pcie.0,chassis=1,addr=0x2.0x0,multifunction=on \
  -device virtio-blk-pci,bus=port0,drive=disk0,id=disk0-device,bootindex=1 \
  -chardev pty,id=console \
  -serial chardev:console \
  -display none \
  "$@"
