#!/bin/sh
set -eu

exec qemu-system-x86_64 \
  -name guest=win10 \
  -no-user-config \
  -nodefaults \
  -machine q35,accel=tcg,usb=off,vmport=off,hpet=off \
  -cpu max,hv-time=on,hv-relaxed=on,hv-vapic=on,hv-spinlocks=0x1fff \
  -m size=4096M \
  -smp 2,sockets=2,cores=1,threads=1 \
  -rtc base=localtime,driftfix=slew \
  -global ICH9-LPC.disable_s3=1 \
  -global ICH9-LPC.disable_s4=1 \
  -boot strict=on \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/images/disk0.qcow2"}}' \
  -netdev user,id=nic0 \
  -audiodev none,id=audio \
  -device pcie-root-port,id=port0,bus=pcie.0,chassis=1,addr=0x2.0x0,multifunction=on \
  -device pcie-root-port,id=port1,bus=pcie.0,chassis=2,addr=0x2.0x1 \
  -device VGA,bus=pcie.0,addr=0x1 \
  -device qemu-xhci,bus=port0,id=usb,p2=15,p3=15 \
  -device ide-hd,bus=ide.0,drive=disk0,id=disk0-device,bootindex=1 \
  -device e1000e,bus=port1,netdev=nic0,id=nic0-device \
  -device usb-tablet,bus=usb.0 \
  -device ich9-intel-hda \
  -device hda-duplex,audiodev=audio \
  -chardev pty,id=console \
  -serial chardev:console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
