#!/bin/sh
set -eu

exec qemu-system-x86_64 \
  -name guest=winxp \
  -no-user-config \
  -nodefaults \
  -machine pc,accel=tcg,usb=off,vmport=off,hpet=off \
  -cpu max \
  -m size=512M \
  -smp 1,sockets=1,cores=1,threads=1 \
  -rtc base=localtime,driftfix=slew \
  -global PIIX4_PM.disable_s3=1 \
  -global PIIX4_PM.disable_s4=1 \
  -boot strict=on \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/images/disk0.qcow2"}}' \
  -blockdev '{"node-name":"cdrom0","read-only":true,"driver":"raw","file":{"driver":"file","filename":"/srv/images/install.iso"}}' \
  -netdev user,id=nic0 \
  -audiodev none,id=audio \
  -device cirrus-vga \
  -device ich9-usb-ehci1,id=usb,addr=0x1d.0x7,multifunction=on \
  -device ich9-usb-uhci1,masterbus=usb.0,firstport=0,addr=0x1d.0x0,multifunction=on \
  -device ich9-usb-uhci2,masterbus=usb.0,firstport=2,addr=0x1d.0x1 \
  -device ich9-usb-uhci3,masterbus=usb.0,firstport=4,addr=0x1d.0x2 \
  -device ide-hd,bus=ide.0,unit=0,drive=disk0,id=disk0-device,bootindex=1 \
  -device ide-cd,bus=ide.0,unit=1,drive=cdrom0,id=cdrom0-device \
  -device rtl8139,netdev=nic0,id=nic0-device \
  -device AC97,audiodev=audio \
  -chardev pty,id=console \
  -serial chardev:console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
