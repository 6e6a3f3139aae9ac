#!/bin/sh
set -eu

exec qemu-system-x86_64 \
  -name guest=kernel \
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
  -kernel /srv/images/vmlinuz \
  -initrd /srv/images/initrd.img \
  -append 'root=/dev/vda console=ttyS0 quoted="a b"' \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"raw","file":{"driver":"file","filename":"/srv/images/rootfs.img"}}' \
  -netdev user,id=nic0 \
  -chardev socket,id=agent,path=/srv/images/kernel.agent,server=on,wait=off \
  -object rng-random,id=random,filename=/dev/urandom \
  -device virtio-vga \
  -device qemu-xhci,id=usb,p2=15,p3=15 \
  -device virtio-blk-pci,drive=disk0,id=disk0-device \
  -device virtio-net-pci,netdev=nic0,id=nic0-device \
  -device virtio-serial-pci,id=channels \
  -device virtserialport,bus=channels.0,chardev=agent,name=org.qemu.guest_agent.0 \
  -device usb-tablet,bus=usb.0 \
  -device virtio-balloon-pci \
  -device virtio-rng-pci,rng=random \
  -chardev pty,id=console \
  -serial chardev:console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
