"""What whoever uploads an image has already said of the machine.

Such properties stay, so the rest has to be planned around them: they become
flags of vm-import. The table is closed: a value that vm-import does not know
is not passed on, or a property could make the program end with a usage error,
which is no verdict on the image.
"""

from __future__ import annotations

import re
from typing import Mapping, Optional

# older names that Nova still reads, where the new one is not set
ALIASES = {
    "architecture": "hw_architecture",
    "hypervisor_type": "img_hv_type",
    "vm_mode": "hw_vm_mode",
}

_BUSES = ("virtio", "scsi", "ide", "sata", "usb")

_KEYS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "hw_architecture": (
        "architecture",
        {
            "x86_64": "x86_64",
            "amd64": "x86_64",
            "i686": "i686",
            "aarch64": "aarch64",
            "armv7l": "armv7l",
            "ppc64": "ppc64",
            "ppc64le": "ppc64le",
            "s390x": "s390x",
        },
    ),
    "hw_firmware_type": ("firmware", {"bios": "bios", "uefi": "uefi"}),
    "os_secure_boot": (
        "secure-boot",
        {"required": "true", "disabled": "false"},
    ),
    "hw_tpm_version": ("tpm", {"1.2": "1.2", "2.0": "2.0"}),
    "hw_tpm_model": ("tpm-model", {"tpm-tis": "tpm-tis", "tpm-crb": "tpm-crb"}),
    "hw_disk_bus": ("disk-bus", {bus: bus for bus in _BUSES}),
    "hw_cdrom_bus": (
        "cdrom-bus",
        {bus: bus for bus in _BUSES if bus != "virtio"},
    ),
    "hw_vif_model": (
        "nic-model",
        {
            model: model
            for model in ("virtio", "e1000", "e1000e", "rtl8139", "vmxnet3")
        },
    ),
}

# Nova takes versioned machine types, vm-import decides on families
_FAMILIES = (
    (re.compile(r"(pc-)?q35(-|$)"), "q35"),
    (re.compile(r"pc(-i440fx|$)"), "i440fx"),
    (re.compile(r"virt(-|$)"), "virt"),
    (re.compile(r"pseries(-|$)"), "pseries"),
    (re.compile(r"s390-ccw-virtio(-|$)"), "s390-ccw-virtio"),
)


def current_names(given: Mapping[str, str]) -> dict[str, str]:
    """`given` with the names of today; what was set by them goes first."""
    renamed = {ALIASES.get(name, name): value for name, value in given.items()}
    return {**renamed, **{n: v for n, v in given.items() if n not in ALIASES}}


def flags(given: Mapping[str, str]) -> list[str]:
    """`--set KEY=VALUE` for each property that vm-import has a key for."""
    words: list[str] = []
    for name, value in sorted(current_names(given).items()):
        wish = _wish(name, value)
        if wish is not None:
            words += ["--set", wish]
    return words


def _wish(name: str, value: str) -> Optional[str]:
    if name == "hw_machine_type":
        families = [f for pattern, f in _FAMILIES if pattern.match(value)]
        return f"machine={families[0]}" if families else None
    key, values = _KEYS.get(name, ("", {}))
    return f"{key}={values[value]}" if value in values else None
