#!/bin/sh
set -eu

exec qemu-system-s390x \
  -name guest=debian12-z \
  -no-user-config \
  -nodefaults \
  -machine s390-ccw-virtio,accel=tcg,usb=off \
  -cpu max \
  -m size=2048M \
  -smp 2,sockets=2,cores=1,threads=1 \
  -rtc base=utc \
  -boot strict=on \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/images/disk0.qcow2"}}' \
  -netdev user,id=nic0 \
  -chardev socket,id=agent,path=/srv/images/debian12-z.agent,server=on,wait=off \
  -object rng-random,id=random,filename=/dev/urandom \
  -action watchdog=reset \
  -device virtio-gpu-ccw \
  -device virtio-blk-ccw,drive=disk0,id=disk0-device,bootindex=1 \
  -device virtio-net-ccw,netdev=nic0,id=nic0-device \
  -device virtio-serial-ccw,id=channels \
  -device virtserialport,bus=channels.0,chardev=agent,name=org.qemu.guest_agent.0 \
  -device virtio-tablet-ccw \
  -device virtio-keyboard-ccw \
  -device diag288 \
  -device virtio-balloon-ccw \
  -device virtio-rng-ccw,rng=random \
  -chardev pty,id=console \
  -device sclpconsole,chardev=console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
