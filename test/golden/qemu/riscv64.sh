#!/bin/sh
set -eu

[ -e /srv/images/debian13-riscv_VARS.fd ] || cp -- /usr/share/firmware/VARS.fd /srv/images/debian13-riscv_VARS.fd

exec qemu-system-riscv64 \
  -name guest=debian13-riscv \
  -no-user-config \
  -nodefaults \
  -machine virt,accel=tcg,usb=off,pflash0=code,pflash1=variables \
  -m size=2048M \
  -smp 2,sockets=2,cores=1,threads=1 \
  -rtc base=utc \
  -boot strict=on \
  -blockdev '{"driver":"raw","node-name":"code","read-only":true,"file":{"driver":"file","filename":"/usr/share/firmware/CODE.fd"}}' \
  -blockdev '{"driver":"raw","node-name":"variables","read-only":false,"file":{"driver":"file","filename":"/srv/images/debian13-riscv_VARS.fd"}}' \
  -blockdev '{"node-name":"disk0","read-only":false,"driver":"qcow2","backing":null,"file":{"driver":"file","filename":"/srv/images/disk0.qcow2"}}' \
  -netdev user,id=nic0 \
  -chardev socket,id=agent,path=/srv/images/debian13-riscv.agent,server=on,wait=off \
  -object rng-random,id=random,filename=/dev/urandom \
  -device pcie-root-port,id=port0,bus=pcie.0,chassis=1,addr=0x2.0x0,multifunction=on \
  -device pcie-root-port,id=port1,bus=pcie.0,chassis=2,addr=0x2.0x1 \
  -device pcie-root-port,id=port2,bus=pcie.0,chassis=3,addr=0x2.0x2 \
  -device pcie-root-port,id=port3,bus=pcie.0,chassis=4,addr=0x2.0x3 \
  -device pcie-root-port,id=port4,bus=pcie.0,chassis=5,addr=0x2.0x4 \
  -device pcie-root-port,id=port5,bus=pcie.0,chassis=6,addr=0x2.0x5 \
  -device pcie-root-port,id=port6,bus=pcie.0,chassis=7,addr=0x2.0x6 \
  -device virtio-gpu-pci,bus=port0 \
  -device qemu-xhci,bus=port1,id=usb,p2=15,p3=15 \
  -device virtio-blk-pci,bus=port2,drive=disk0,id=disk0-device,bootindex=1 \
  -device virtio-net-pci,bus=port3,netdev=nic0,id=nic0-device \
  -device virtio-serial-pci,bus=port4,id=channels \
  -device virtserialport,bus=channels.0,chardev=agent,name=org.qemu.guest_agent.0 \
  -device usb-tablet,bus=usb.0 \
  -device usb-kbd,bus=usb.0 \
  -device virtio-balloon-pci,bus=port5 \
  -device virtio-rng-pci,bus=port6,rng=random \
  -chardev pty,id=console \
  -serial chardev:console \
  -vnc 127.0.0.1:0,to=99 \
  "$@"
