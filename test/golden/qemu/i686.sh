#!/bin/sh
set -eu

exec qemu-system-i386 \
  -name guest=debian12-i686 \
  -no-user-config \
  -nodefaults \
  -machine pc,accel=tcg,usb=off,vmport=off,hpet=off \
  -cpu max \
  -m size=2048M \
  -smp 2,sockets=2,cores=1,threads=1 \
  -rtc base=utc,driftfix=slew \
  -global PIIX4_PM.disable_s3=1 \
  -global PIIX4_PM.disable_s4=1 \
  -boot strict=on \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/images/disk0.qcow2"}}' \
  -netdev user,id=nic0 \
  -chardev socket,id=agent,path=/srv/images/debian12-i686.agent,server=on,wait=off \
  -object rng-random,id=random,filename=/dev/urandom \
  -audiodev none,id=audio \
  -device qxl-vga \
  -device piix3-usb-uhci,id=usb \
  -device virtio-blk-pci,drive=disk0,id=disk0-device,bootindex=1 \
  -device virtio-net-pci,netdev=nic0,id=nic0-device \
  -device virtio-serial-pci,id=channels \
  -device virtserialport,bus=channels.0,chardev=agent,name=org.qemu.guest_agent.0 \
  -device virtio-tablet-pci \
  -device intel-hda \
  -device hda-duplex,audiodev=audio \
  -device virtio-balloon-pci \
  -device virtio-rng-pci,rng=random \
  -chardev pty,id=console \
  -serial chardev:console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
