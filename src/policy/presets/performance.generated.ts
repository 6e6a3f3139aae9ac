// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from '../policy.ts';

export const PRESET: PolicyDocument = {
  "uri": "preset:performance",
  "name": "performance",
  "mode": "enforce",
  "extends": [
    {
      "ref": "preset:default",
      "pointer": "9:11"
    }
  ],
  "waivers": [],
  "settings": {},
  "overrides": [],
  "severities": [],
  "rules": [
    {
      "id": "performance.disk",
      "title": "Disks are virtio where the guest has a driver",
      "phase": "vote",
      "when": {
        "text": "os != \"\" || evidence.drivers.exists(d, \"virtio-blk\" in d.boot)",
        "pointer": "17:11",
        "code": ["||",["!=",["id","os"],["value",""]],["rcall","exists",[".",["id","evidence"],"drivers"],[["id","d"],["in",["value","virtio-blk"],[".",["id","d"],"boot"]]]]]
      },
      "effects": [
        {
          "key": "disk-bus",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            "virtio"
          ],
          "pointer": "18:15"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms",
      "tags": [
        "devices",
        "disks"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "15:5"
    },
    {
      "id": "performance.scsi",
      "title": "Disks are virtio-scsi where that is the driver the guest has",
      "phase": "vote",
      "when": {
        "text": "evidence.drivers.exists(d, \"virtio-scsi\" in d.boot) && !evidence.drivers.exists(d, \"virtio-blk\" in d.boot)\n",
        "pointer": "26:7",
        "code": ["&&",["rcall","exists",[".",["id","evidence"],"drivers"],[["id","d"],["in",["value","virtio-scsi"],[".",["id","d"],"boot"]]]],["!_",["rcall","exists",[".",["id","evidence"],"drivers"],[["id","d"],["in",["value","virtio-blk"],[".",["id","d"],"boot"]]]]]]
      },
      "effects": [
        {
          "key": "disk-bus",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            "virtio",
            "scsi"
          ],
          "pointer": "27:15"
        },
        {
          "key": "scsi-model",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            "virtio-scsi"
          ],
          "pointer": "27:41"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://libvirt.org/formatdomain.html#controllers",
      "tags": [
        "devices",
        "disks"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "23:5"
    },
    {
      "id": "performance.network",
      "title": "Network cards are virtio where the guest has a driver",
      "phase": "vote",
      "when": {
        "text": "os != \"\" || evidence.drivers.exists(d, \"virtio-net\" in d.boot || \"virtio-net\" in d.running)",
        "pointer": "33:11",
        "code": ["||",["!=",["id","os"],["value",""]],["rcall","exists",[".",["id","evidence"],"drivers"],[["id","d"],["||",["in",["value","virtio-net"],[".",["id","d"],"boot"]],["in",["value","virtio-net"],[".",["id","d"],"running"]]]]]]
      },
      "effects": [
        {
          "key": "nic-model",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            "virtio"
          ],
          "pointer": "34:15"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://libvirt.org/formatdomain.html#network-interfaces",
      "tags": [
        "devices",
        "network"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "31:5"
    },
    {
      "id": "performance.cpu",
      "title": "The guest gets the processor as it is",
      "phase": "vote",
      "when": null,
      "effects": [
        {
          "key": "cpu-mode",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            "host-passthrough",
            "maximum"
          ],
          "pointer": "41:15"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://libvirt.org/formatdomain.html#cpu-model-and-topology",
      "tags": [
        "processors"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "39:5"
    },
    {
      "id": "performance.hyperv",
      "title": "Windows gets Hyper-V enlightenments",
      "phase": "vote",
      "when": {
        "text": "os.startsWith(\"win\")",
        "pointer": "47:11",
        "code": ["rcall","startsWith",["id","os"],[["value","win"]]]
      },
      "effects": [
        {
          "key": "hyperv",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            true
          ],
          "pointer": "48:15"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://libvirt.org/formatdomain.html#hypervisor-features",
      "tags": [
        "processors",
        "windows"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "45:5"
    },
    {
      "id": "performance.emulated-disk",
      "title": "No disk is emulated",
      "phase": "verify",
      "when": {
        "text": "plan.exists(k, k.startsWith(\"disk-bus.\") && plan[k] in [\"sata\", \"ide\", \"usb\"])",
        "pointer": "56:11",
        "code": ["rcall","exists",["id","plan"],[["id","k"],["&&",["rcall","startsWith",["id","k"],[["value","disk-bus."]]],["in",["[]",["id","plan"],["id","k"]],["list",[["value","sata"],["value","ide"],["value","usb"]]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          {
            "text": "plan.filter(k, k.startsWith(\"disk-bus.\") && plan[k] in [\"sata\", \"ide\", \"usb\"]).map(k, k + \" \" + plan[k]).join(\", \")",
            "pointer": "58:10",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","plan"],[["id","k"],["&&",["rcall","startsWith",["id","k"],[["value","disk-bus."]]],["in",["[]",["id","plan"],["id","k"]],["list",[["value","sata"],["value","ide"],["value","usb"]]]]]]],[["id","k"],["+",["+",["id","k"],["value"," "]],["[]",["id","plan"],["id","k"]]]]],[["value",", "]]]
          },
          " is emulated hardware, because nothing proves a virtio driver or somebody asked for it."
        ],
        "pointer": "57:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Install the drivers in the guest (virtio-win on Windows), and say so: hints with drivers.boot virtio-blk, or --set disk-bus=virtio.",
      "docs": "https://github.com/virtio-win/virtio-win-pkg-scripts",
      "tags": [
        "devices",
        "disks"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "53:5"
    },
    {
      "id": "performance.emulated-nic",
      "title": "No network card is emulated",
      "phase": "verify",
      "when": {
        "text": "plan.exists(k, k.startsWith(\"nic-model.\") && plan[k] != \"virtio\")",
        "pointer": "69:11",
        "code": ["rcall","exists",["id","plan"],[["id","k"],["&&",["rcall","startsWith",["id","k"],[["value","nic-model."]]],["!=",["[]",["id","plan"],["id","k"]],["value","virtio"]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          {
            "text": "plan.filter(k, k.startsWith(\"nic-model.\") && plan[k] != \"virtio\").map(k, k + \" \" + plan[k]).join(\", \")",
            "pointer": "71:10",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","plan"],[["id","k"],["&&",["rcall","startsWith",["id","k"],[["value","nic-model."]]],["!=",["[]",["id","plan"],["id","k"]],["value","virtio"]]]]],[["id","k"],["+",["+",["id","k"],["value"," "]],["[]",["id","plan"],["id","k"]]]]],[["value",", "]]]
          },
          " is emulated hardware, because nothing proves a virtio driver or somebody asked for it."
        ],
        "pointer": "70:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Install the drivers in the guest (virtio-win on Windows), and say so: hints with drivers.running virtio-net, or --set nic-model=virtio.",
      "docs": "https://github.com/virtio-win/virtio-win-pkg-scripts",
      "tags": [
        "devices",
        "network"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "66:5"
    },
    {
      "id": "performance.emulation",
      "title": "The processor is not emulated",
      "phase": "verify",
      "when": {
        "text": "plan[\"virt-type\"] == \"qemu\"",
        "pointer": "82:11",
        "code": ["==",["[]",["id","plan"],["value","virt-type"]],["value","qemu"]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The ",
          {
            "text": "plan[\"architecture\"]",
            "pointer": "83:18",
            "code": ["[]",["id","plan"],["value","architecture"]]
          },
          " guest runs by emulation (TCG), many times slower than with KVM."
        ],
        "pointer": "83:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Use a host with KVM and of the guest's architecture.",
      "docs": "https://www.qemu.org/docs/master/system/introduction.html",
      "tags": [
        "processors"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "79:5"
    },
    {
      "id": "performance.qcow2-cache",
      "title": "The map of a qcow2 disk fits into QEMU's cache",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.format == \"qcow2\" && d.virtualSize != null && has(d.details.clusterSize)\n  && d.virtualSize > d.details.clusterSize * 4 * 1024 * 1024)\n",
        "pointer": "93:7",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["&&",["&&",["==",[".",["id","d"],"format"],["value","qcow2"]],["!=",[".",["id","d"],"virtualSize"],["value",null]]],["call","has",[[".",[".",["id","d"],"details"],"clusterSize"]]]],[">",[".",["id","d"],"virtualSize"],["*",["*",["*",[".",[".",["id","d"],"details"],"clusterSize"],["int","4"]],["int","1024"]],["int","1024"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The map of a qcow2 disk is larger than the 32 MiB that QEMU caches; random access far apart costs a second read."
        ],
        "pointer": "95:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "info",
      "remedy": "Convert it with larger clusters (qemu-img convert -O qcow2 -o cluster_size=2M), or to raw.",
      "docs": "https://www.qemu.org/docs/master/interop/qcow2.html",
      "tags": [
        "disks"
      ],
      "locked": false,
      "uri": "preset:performance",
      "pointer": "90:5"
    }
  ]
};
