// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from '../policy.ts';

export const PRESET: PolicyDocument = {
  "uri": "preset:portable",
  "name": "portable",
  "mode": "enforce",
  "extends": [
    {
      "ref": "preset:default",
      "pointer": "8:11"
    }
  ],
  "waivers": [],
  "settings": {},
  "overrides": [],
  "severities": [],
  "rules": [
    {
      "id": "portable.devices",
      "title": "Devices of an ordinary PC",
      "phase": "vote",
      "when": {
        "text": "architecture in [\"x86_64\", \"i686\"]",
        "pointer": "15:11",
        "code": ["in",["id","architecture"],["list",[["value","x86_64"],["value","i686"]]]]
      },
      "effects": [
        {
          "key": "disk-bus",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            "sata",
            "ide"
          ],
          "pointer": "17:7"
        },
        {
          "key": "nic-model",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            "e1000e",
            "e1000",
            "rtl8139"
          ],
          "pointer": "18:7"
        },
        {
          "key": "video-model",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            "vga"
          ],
          "pointer": "19:7"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://www.qemu.org/docs/master/system/target-i386.html",
      "tags": [
        "machine",
        "devices"
      ],
      "locked": false,
      "uri": "preset:portable",
      "pointer": "13:5"
    },
    {
      "id": "portable.cpu",
      "title": "The processor is not that of one host",
      "phase": "verify",
      "when": {
        "text": "plan[\"cpu-mode\"] == \"host-passthrough\" && architecture in [\"x86_64\", \"i686\", \"ppc64le\", \"ppc64\", \"s390x\"]",
        "pointer": "28:11",
        "code": ["&&",["==",["[]",["id","plan"],["value","cpu-mode"]],["value","host-passthrough"]],["in",["id","architecture"],["list",[["value","x86_64"],["value","i686"],["value","ppc64le"],["value","ppc64"],["value","s390x"]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The guest gets the processor of the host as it is, and may not start on another one."
        ],
        "pointer": "29:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Leave cpu-mode out, or set host-model.",
      "docs": "https://libvirt.org/formatdomain.html#cpu-model-and-topology",
      "tags": [
        "machine",
        "processors"
      ],
      "locked": false,
      "uri": "preset:portable",
      "pointer": "25:5"
    },
    {
      "id": "portable.machine-version",
      "title": "The machine type has no version",
      "phase": "verify",
      "when": {
        "text": "plan[\"machine\"] != null && plan[\"machine\"].matches(\"-[a-z]*[0-9]+[.]\")",
        "pointer": "37:11",
        "code": ["&&",["!=",["[]",["id","plan"],["value","machine"]],["value",null]],["rcall","matches",["[]",["id","plan"],["value","machine"]],[["value","-[a-z]*[0-9]+[.]"]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The machine type ",
          {
            "text": "plan[\"machine\"]",
            "pointer": "38:31",
            "code": ["[]",["id","plan"],["value","machine"]]
          },
          " exists in QEMU from that version on, and until it is removed again."
        ],
        "pointer": "38:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Set the family (q35, i440fx, virt); libvirt writes the version of the host where it is defined.",
      "docs": "https://www.qemu.org/docs/master/about/removed-features.html",
      "tags": [
        "machine"
      ],
      "locked": false,
      "uri": "preset:portable",
      "pointer": "34:5"
    },
    {
      "id": "portable.rare-devices",
      "title": "No device that builds of QEMU leave out",
      "phase": "verify",
      "when": {
        "text": "plan[\"video-model\"] in [\"qxl\", \"cirrus\", \"vmvga\"] || plan[\"graphics\"] == \"spice\"\n  || plan[\"sound-model\"] in [\"ac97\", \"es1370\", \"sb16\"] || plan[\"watchdog\"] == \"ib700\"\n  || plan[\"scsi-model\"] in [\"lsilogic\", \"lsisas1068\", \"lsisas1078\", \"vmpvscsi\"]\n  || plan.exists(k, k.startsWith(\"nic-model.\") && plan[k] in [\"pcnet\", \"ne2k_pci\", \"vmxnet3\"])\n",
        "pointer": "48:7",
        "code": ["||",["||",["||",["||",["||",["in",["[]",["id","plan"],["value","video-model"]],["list",[["value","qxl"],["value","cirrus"],["value","vmvga"]]]],["==",["[]",["id","plan"],["value","graphics"]],["value","spice"]]],["in",["[]",["id","plan"],["value","sound-model"]],["list",[["value","ac97"],["value","es1370"],["value","sb16"]]]]],["==",["[]",["id","plan"],["value","watchdog"]],["value","ib700"]]],["in",["[]",["id","plan"],["value","scsi-model"]],["list",[["value","lsilogic"],["value","lsisas1068"],["value","lsisas1078"],["value","vmpvscsi"]]]]],["rcall","exists",["id","plan"],[["id","k"],["&&",["rcall","startsWith",["id","k"],[["value","nic-model."]]],["in",["[]",["id","plan"],["id","k"]],["list",[["value","pcnet"],["value","ne2k_pci"],["value","vmxnet3"]]]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "Not every QEMU has ",
          {
            "text": "plan.filter(k, plan[k] in [\"qxl\", \"cirrus\", \"vmvga\", \"spice\", \"ac97\", \"es1370\", \"sb16\", \"ib700\", \"lsilogic\", \"lsisas1068\", \"lsisas1078\", \"vmpvscsi\", \"pcnet\", \"ne2k_pci\", \"vmxnet3\"]).map(k, k + \" \" + plan[k]).join(\", \")",
            "pointer": "54:10",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","plan"],[["id","k"],["in",["[]",["id","plan"],["id","k"]],["list",[["value","qxl"],["value","cirrus"],["value","vmvga"],["value","spice"],["value","ac97"],["value","es1370"],["value","sb16"],["value","ib700"],["value","lsilogic"],["value","lsisas1068"],["value","lsisas1078"],["value","vmpvscsi"],["value","pcnet"],["value","ne2k_pci"],["value","vmxnet3"]]]]]],[["id","k"],["+",["+",["id","k"],["value"," "]],["[]",["id","plan"],["id","k"]]]]],[["value",", "]]]
          },
          "."
        ],
        "pointer": "52:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Leave the choice to the policy; a guest that has no other driver needs one before it moves.",
      "docs": "https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/9/html/considerations_in_adopting_rhel_9/ref_changes-to-qemu_assembly_virtualization",
      "tags": [
        "devices"
      ],
      "locked": false,
      "uri": "preset:portable",
      "pointer": "44:5"
    },
    {
      "id": "portable.confidential",
      "title": "Nothing that only some processors can do",
      "phase": "vote",
      "when": null,
      "effects": [
        {
          "key": "launch-security",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "forbidden",
          "values": [
            "sev",
            "sev-snp",
            "tdx",
            "s390-pv"
          ],
          "pointer": "62:15"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://libvirt.org/kbase/launch_security_sev.html",
      "tags": [
        "machine",
        "security"
      ],
      "locked": false,
      "uri": "preset:portable",
      "pointer": "60:5"
    },
    {
      "id": "portable.tpm",
      "title": "What a host has to have installed is said",
      "phase": "verify",
      "when": {
        "text": "plan[\"tpm\"] != null && plan[\"tpm\"] != \"none\"",
        "pointer": "70:11",
        "code": ["&&",["!=",["[]",["id","plan"],["value","tpm"]],["value",null]],["!=",["[]",["id","plan"],["value","tpm"]],["value","none"]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The host needs swtpm for the TPM ",
          {
            "text": "plan[\"tpm\"]",
            "pointer": "71:47",
            "code": ["[]",["id","plan"],["value","tpm"]]
          },
          ", and the state of the TPM has to move with the machine."
        ],
        "pointer": "71:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "info",
      "remedy": "Install swtpm and swtpm-tools on the hosts that run it.",
      "docs": "https://libvirt.org/formatdomain.html#tpm-device",
      "tags": [
        "machine",
        "firmware"
      ],
      "locked": false,
      "uri": "preset:portable",
      "pointer": "67:5"
    },
    {
      "id": "portable.qcow2-features",
      "title": "Any program that reads qcow2 reads the disk",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, has(d.details.features) && has(d.details.features.incompatible)\n  && (\"extended-l2\" in d.details.features.incompatible || \"compression-type\" in d.details.features.incompatible))\n",
        "pointer": "81:7",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["&&",["call","has",[[".",[".",["id","d"],"details"],"features"]]],["call","has",[[".",[".",[".",["id","d"],"details"],"features"],"incompatible"]]]],["||",["in",["value","extended-l2"],[".",[".",[".",["id","d"],"details"],"features"],"incompatible"]],["in",["value","compression-type"],[".",[".",[".",["id","d"],"details"],"features"],"incompatible"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "A qcow2 disk uses extended L2 entries or zstd compression; QEMU older than 5.2, and importers of clouds, do not read it."
        ],
        "pointer": "83:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Convert it (qemu-img convert -O qcow2 writes neither unless asked).",
      "docs": "https://www.qemu.org/docs/master/interop/qcow2.html",
      "tags": [
        "disks"
      ],
      "locked": false,
      "uri": "preset:portable",
      "pointer": "78:5"
    },
    {
      "id": "portable.device",
      "title": "A disk is a file",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.device)",
        "pointer": "92:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],[".",["id","d"],"device"]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          {
            "text": "disks.filter(d, d.device).map(d, d.uri).join(\", \")",
            "pointer": "93:15",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],[".",["id","d"],"device"]]],[["id","d"],[".",["id","d"],"uri"]]],[["value",", "]]]
          },
          " is a block device of this host."
        ],
        "pointer": "93:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Copy it into a file: --disk-placement copy.",
      "docs": "https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms",
      "tags": [
        "disks"
      ],
      "locked": false,
      "uri": "preset:portable",
      "pointer": "90:5"
    }
  ]
};
