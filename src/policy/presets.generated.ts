// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from './policy.ts';

export const PRESETS: Readonly<Record<string, PolicyDocument>> = {
  "default": {
    "uri": "preset:default",
    "name": "default",
    "mode": "enforce",
    "extends": [],
    "waivers": [],
    "settings": {
      "trustHints": "honour",
      "disagreement": "unresolved"
    },
    "overrides": [],
    "severities": [],
    "rules": [
      {
        "id": "default.memory",
        "title": "No image asks for more than 1 TiB of memory",
        "phase": "vote",
        "when": null,
        "effects": [
          {
            "key": "memory-mib",
            "subject": null,
            "origin": "policy-prefer",
            "strength": "maximum",
            "values": [
              1048576
            ],
            "pointer": "25:14"
          }
        ],
        "announcement": null,
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": null,
        "docs": null,
        "tags": [],
        "locked": false,
        "uri": "preset:default",
        "pointer": "23:5"
      },
      {
        "id": "default.vcpus",
        "title": "No image asks for more than 255 processors",
        "phase": "vote",
        "when": null,
        "effects": [
          {
            "key": "vcpus",
            "subject": null,
            "origin": "policy-prefer",
            "strength": "maximum",
            "values": [
              255
            ],
            "pointer": "30:14"
          }
        ],
        "announcement": null,
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": null,
        "docs": null,
        "tags": [],
        "locked": false,
        "uri": "preset:default",
        "pointer": "28:5"
      }
    ]
  },
  "strict": {
    "uri": "preset:strict",
    "name": "strict",
    "mode": "enforce",
    "extends": [
      {
        "ref": "preset:default",
        "pointer": "19:11"
      }
    ],
    "waivers": [],
    "settings": {
      "trustHints": "recommend"
    },
    "overrides": [],
    "severities": [],
    "rules": [
      {
        "id": "strict.memory",
        "title": "Memory is chosen up to 64 GiB",
        "phase": "vote",
        "when": null,
        "effects": [
          {
            "key": "memory-mib",
            "subject": null,
            "origin": "policy-prefer",
            "strength": "maximum",
            "values": [
              65536
            ],
            "pointer": "30:14"
          }
        ],
        "announcement": null,
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": null,
        "docs": null,
        "tags": [],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "28:5"
      },
      {
        "id": "strict.vcpus",
        "title": "Processors are chosen up to 32",
        "phase": "vote",
        "when": null,
        "effects": [
          {
            "key": "vcpus",
            "subject": null,
            "origin": "policy-prefer",
            "strength": "maximum",
            "values": [
              32
            ],
            "pointer": "33:14"
          }
        ],
        "announcement": null,
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": null,
        "docs": null,
        "tags": [],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "31:5"
      },
      {
        "id": "strict.size",
        "title": "No plan has more than 64 GiB of memory or 32 processors",
        "phase": "verify",
        "when": null,
        "effects": [
          {
            "key": "memory-mib",
            "subject": null,
            "origin": "policy-prefer",
            "strength": "maximum",
            "values": [
              65536
            ],
            "pointer": "37:14"
          },
          {
            "key": "vcpus",
            "subject": null,
            "origin": "policy-prefer",
            "strength": "maximum",
            "values": [
              32
            ],
            "pointer": "37:42"
          }
        ],
        "announcement": null,
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Ask for less memory or fewer processors.",
        "docs": null,
        "tags": [
          "resources"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "34:5"
      },
      {
        "id": "strict.virtual-size",
        "title": "A disk has at most 2 TiB",
        "phase": "vote",
        "when": {
          "text": "disks.exists(d, d.virtualSize == null || d.virtualSize > 2 * 1024 * 1024 * 1024 * 1024)",
          "pointer": "45:11"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "A disk is larger than 2 TiB, or does not say how large it is."
          ],
          "pointer": "46:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Shrink the disk, or split its data over several.",
        "docs": null,
        "tags": [
          "resources",
          "disks"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "43:5"
      },
      {
        "id": "strict.virtual-ratio",
        "title": "A disk is not a thousand times larger than its file",
        "phase": "vote",
        "when": {
          "text": "disks.exists(d, d.virtualSize != null && d.virtualSize > 10 * 1024 * 1024 * 1024\n  && d.virtualSize > 1000 * d.fileSize)\n",
          "pointer": "54:7"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "A disk claims more than a thousand times the size of its file."
          ],
          "pointer": "56:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Create empty disks at the target instead of importing them.",
        "docs": null,
        "tags": [
          "resources",
          "disks"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "51:5"
      },
      {
        "id": "strict.disk-count",
        "title": "A machine has at most 16 disks",
        "phase": "vote",
        "when": {
          "text": "size(disks) > 16",
          "pointer": "62:11"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "The machine has ",
            {
              "text": "size(disks)",
              "pointer": "63:30"
            },
            " disks, more than 16."
          ],
          "pointer": "63:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Import the machine with fewer disks and attach the others later.",
        "docs": null,
        "tags": [
          "resources",
          "disks"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "60:5"
      },
      {
        "id": "strict.format",
        "title": "Only disk formats in everyday use",
        "phase": "vote",
        "when": {
          "text": "disks.exists(d, !(d.format in [\"raw\", \"qcow2\", \"vmdk\"]))",
          "pointer": "70:11"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "The disk format ",
            {
              "text": "disks.filter(d, !(d.format in [\"raw\", \"qcow2\", \"vmdk\"])).map(d, d.format).join(\", \")",
              "pointer": "73:10"
            },
            " is not accepted."
          ],
          "pointer": "71:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Convert the disk to qcow2 (qemu-img convert -O qcow2).",
        "docs": null,
        "tags": [
          "disks"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "68:5"
      },
      {
        "id": "strict.backing",
        "title": "Disks stand alone",
        "phase": "vote",
        "when": {
          "text": "disks.exists(d, d.backing != null)",
          "pointer": "81:11"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "A disk has a backing file."
          ],
          "pointer": "82:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Flatten the disk (qemu-img convert copies the whole chain into one file).",
        "docs": null,
        "tags": [
          "disks"
        ],
        "locked": true,
        "uri": "preset:strict",
        "pointer": "79:5"
      },
      {
        "id": "strict.snapshots",
        "title": "No internal snapshots",
        "phase": "vote",
        "when": {
          "text": "disks.exists(d, has(d.details.snapshotCount) && d.details.snapshotCount > 0)",
          "pointer": "90:11"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "A disk holds internal snapshots, which may hide data of its earlier users."
          ],
          "pointer": "91:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Export the disk without snapshots (qemu-img convert keeps only the current state).",
        "docs": null,
        "tags": [
          "disks"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "88:5"
      },
      {
        "id": "strict.vm-state",
        "title": "No saved machine state",
        "phase": "vote",
        "when": {
          "text": "disks.exists(d, has(d.details.snapshots)\n  && d.details.snapshots.exists(s, s.vmStateSize != 0))\n",
          "pointer": "99:7"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "A disk carries the saved memory of a running machine."
          ],
          "pointer": "101:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Shut the machine down and export it again; delete the snapshot with `qemu-img snapshot -d`.",
        "docs": null,
        "tags": [
          "disks"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "96:5"
      },
      {
        "id": "strict.dirty",
        "title": "Disks were closed properly",
        "phase": "vote",
        "when": {
          "text": "disks.exists(d, has(d.details.features) && has(d.details.features.incompatible)\n  && \"dirty\" in d.details.features.incompatible)\n",
          "pointer": "108:7"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "A disk is marked dirty; it is in use, or its last user crashed."
          ],
          "pointer": "110:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Repair a copy of it with `qemu-img check -r all` and import that.",
        "docs": null,
        "tags": [
          "disks"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "105:5"
      },
      {
        "id": "strict.encryption",
        "title": "No encrypted disks",
        "phase": "vote",
        "when": {
          "text": "disks.exists(d, d.encrypted)",
          "pointer": "116:11"
        },
        "effects": [],
        "announcement": {
          "kind": "deny",
          "message": [
            "The disk ",
            {
              "text": "disks.filter(d, d.encrypted).map(d, d.id).join(\", \")",
              "pointer": "117:23"
            },
            " is encrypted, so nobody can look inside."
          ],
          "pointer": "117:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": "Import it decrypted, and encrypt it at the target.",
        "docs": null,
        "tags": [
          "disks"
        ],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "114:5"
      },
      {
        "id": "strict.launch-security",
        "title": "No confidential computing, which would shut the host's own monitoring out",
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
            "pointer": "125:15"
          }
        ],
        "announcement": null,
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "error",
        "remedy": null,
        "docs": null,
        "tags": [],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "123:5"
      },
      {
        "id": "strict.os-known",
        "title": "The operating system is known",
        "phase": "vote",
        "when": {
          "text": "os == \"\"",
          "pointer": "130:11"
        },
        "effects": [],
        "announcement": {
          "kind": "warn",
          "message": [
            "The operating system was not recognised; devices are chosen without knowing its drivers."
          ],
          "pointer": "131:5"
        },
        "message": null,
        "targets": null,
        "mode": null,
        "severity": "warning",
        "remedy": "Pass --os SHORT-ID.",
        "docs": null,
        "tags": [],
        "locked": false,
        "uri": "preset:strict",
        "pointer": "128:5"
      }
    ]
  }
};
