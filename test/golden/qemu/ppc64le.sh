#!/bin/sh
set -eu

exec qemu-system-ppc64 \
  -name guest=debian12-power \
  -no-user-config \
  -nodefaults \
  -machine pseries,accel=tcg,usb=off \
  -m size=2048M \
  -smp 2,sockets=2,cores=1,threads=1 \
  -rtc base=utc \
  -boot strict=on \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/images/disk0.qcow2"}}' \
  -netdev user,id=nic0 \
  -chardev socket,id=agent,path=/srv/images/debian12-power.agent,server=on,wait=off \
  -object rng-random,id=random,filename=/dev/urandom \
  -device VGA \
  -device qemu-xhci,id=usb,p2=15,p3=15 \
  -device virtio-blk-pci,drive=disk0,id=disk0-device,bootindex=1 \
  -device virtio-net-pci,netdev=nic0,id=nic0-device \
  -device virtio-serial-pci,id=channels \
  -device virtserialport,bus=channels.0,chardev=agent,name=org.qemu.guest_agent.0 \
  -device usb-tablet,bus=usb.0 \
  -device usb-kbd,bus=usb.0 \
  -device virtio-balloon-pci \
  -device virtio-rng-pci,rng=random \
  -chardev pty,id=console \
  -serial chardev:console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
