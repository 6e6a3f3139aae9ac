// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from '../policy.ts';

export const PRESET: PolicyDocument = {
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
      "tags": [
        "resources"
      ],
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
          "pointer": "34:14"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": null,
      "tags": [
        "resources"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "32:5"
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
          "pointer": "39:14"
        },
        {
          "key": "vcpus",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "maximum",
          "values": [
            32
          ],
          "pointer": "39:42"
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
      "pointer": "36:5"
    },
    {
      "id": "strict.virtual-size",
      "title": "A disk has at most 2 TiB",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.virtualSize == null || d.virtualSize > 2 * 1024 * 1024 * 1024 * 1024)",
        "pointer": "47:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["||",["==",[".",["id","d"],"virtualSize"],["value",null]],[">",[".",["id","d"],"virtualSize"],["*",["*",["*",["*",["int","2"],["int","1024"]],["int","1024"]],["int","1024"]],["int","1024"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "A disk is larger than 2 TiB, or does not say how large it is."
        ],
        "pointer": "48:5"
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
      "pointer": "45:5"
    },
    {
      "id": "strict.virtual-ratio",
      "title": "A disk is not a thousand times larger than its file",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.virtualSize != null && d.virtualSize > 10 * 1024 * 1024 * 1024\n  && d.virtualSize > 1000 * d.fileSize)\n",
        "pointer": "56:7",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["&&",["!=",[".",["id","d"],"virtualSize"],["value",null]],[">",[".",["id","d"],"virtualSize"],["*",["*",["*",["int","10"],["int","1024"]],["int","1024"]],["int","1024"]]]],[">",[".",["id","d"],"virtualSize"],["*",["int","1000"],[".",["id","d"],"fileSize"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "A disk claims more than a thousand times the size of its file."
        ],
        "pointer": "58:5"
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
      "pointer": "53:5"
    },
    {
      "id": "strict.disk-count",
      "title": "A machine has at most 16 disks",
      "phase": "vote",
      "when": {
        "text": "size(disks) > 16",
        "pointer": "64:11",
        "code": [">",["call","size",[["id","disks"]]],["int","16"]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "The machine has ",
          {
            "text": "size(disks)",
            "pointer": "65:30",
            "code": ["call","size",[["id","disks"]]]
          },
          " disks, more than 16."
        ],
        "pointer": "65:5"
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
      "pointer": "62:5"
    },
    {
      "id": "strict.nic-count",
      "title": "A machine has at most 10 network cards",
      "phase": "vote",
      "when": {
        "text": "size(nics) > 10",
        "pointer": "72:11",
        "code": [">",["call","size",[["id","nics"]]],["int","10"]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "The machine has ",
          {
            "text": "size(nics)",
            "pointer": "73:30",
            "code": ["call","size",[["id","nics"]]]
          },
          " network cards, more than 10."
        ],
        "pointer": "73:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": "Import the machine with fewer cards and add the others later.",
      "docs": null,
      "tags": [
        "resources",
        "network"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "70:5"
    },
    {
      "id": "strict.compression",
      "title": "A disk is compressed at most twice",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.wrapping.filter(w, w.kind in [\"gzip\", \"bzip2\", \"xz\", \"zstd\"]).size() > 2)",
        "pointer": "80:12",
        "code": ["rcall","exists",["id","disks"],[["id","d"],[">",["rcall","size",["rcall","filter",[".",["id","d"],"wrapping"],[["id","w"],["in",[".",["id","w"],"kind"],["list",[["value","gzip"],["value","bzip2"],["value","xz"],["value","zstd"]]]]]],[]],["int","2"]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "A disk lies in more than two layers of compression."
        ],
        "pointer": "81:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": "Unpack the outer layers, and import what is in them.",
      "docs": null,
      "tags": [
        "resources",
        "disks"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "78:5"
    },
    {
      "id": "strict.device",
      "title": "A disk is a file",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.device)",
        "pointer": "88:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],[".",["id","d"],"device"]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          {
            "text": "disks.filter(d, d.device).map(d, d.uri).join(\", \")",
            "pointer": "89:15",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],[".",["id","d"],"device"]]],[["id","d"],[".",["id","d"],"uri"]]],[["value",", "]]]
          },
          " is a block device of this host."
        ],
        "pointer": "89:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": "Copy the tenant's data into a file and import that.",
      "docs": null,
      "tags": [
        "disks"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "86:5"
    },
    {
      "id": "strict.format",
      "title": "Only disk formats in everyday use",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, !(d.format in [\"raw\", \"qcow2\", \"vmdk\", \"iso\"]))",
        "pointer": "96:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["!_",["in",[".",["id","d"],"format"],["list",[["value","raw"],["value","qcow2"],["value","vmdk"],["value","iso"]]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "The disk format ",
          {
            "text": "disks.filter(d, !(d.format in [\"raw\", \"qcow2\", \"vmdk\", \"iso\"])).map(d, d.format).join(\", \")",
            "pointer": "99:10",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],["!_",["in",[".",["id","d"],"format"],["list",[["value","raw"],["value","qcow2"],["value","vmdk"],["value","iso"]]]]]]],[["id","d"],[".",["id","d"],"format"]]],[["value",", "]]]
          },
          " is not accepted."
        ],
        "pointer": "97:5"
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
      "pointer": "94:5"
    },
    {
      "id": "strict.backing",
      "title": "Disks stand alone",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.backing != null)",
        "pointer": "107:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["!=",[".",["id","d"],"backing"],["value",null]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "A disk has a backing file."
        ],
        "pointer": "108:5"
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
      "pointer": "105:5"
    },
    {
      "id": "strict.snapshots",
      "title": "No internal snapshots",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, has(d.details.snapshotCount) && d.details.snapshotCount > 0)",
        "pointer": "116:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["call","has",[[".",[".",["id","d"],"details"],"snapshotCount"]]],[">",[".",[".",["id","d"],"details"],"snapshotCount"],["int","0"]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "A disk holds internal snapshots, which may hide data of its earlier users."
        ],
        "pointer": "117:5"
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
      "pointer": "114:5"
    },
    {
      "id": "strict.vm-state",
      "title": "No saved machine state",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, has(d.details.snapshots)\n  && d.details.snapshots.exists(s, s.vmStateSize != 0))\n",
        "pointer": "125:7",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["call","has",[[".",[".",["id","d"],"details"],"snapshots"]]],["rcall","exists",[".",[".",["id","d"],"details"],"snapshots"],[["id","s"],["!=",[".",["id","s"],"vmStateSize"],["int","0"]]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "A disk carries the saved memory of a running machine."
        ],
        "pointer": "127:5"
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
      "pointer": "122:5"
    },
    {
      "id": "strict.dirty",
      "title": "Disks were closed properly",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, has(d.details.features) && has(d.details.features.incompatible)\n  && \"dirty\" in d.details.features.incompatible)\n",
        "pointer": "134:7",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["&&",["call","has",[[".",[".",["id","d"],"details"],"features"]]],["call","has",[[".",[".",[".",["id","d"],"details"],"features"],"incompatible"]]]],["in",["value","dirty"],[".",[".",[".",["id","d"],"details"],"features"],"incompatible"]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "A disk is marked dirty; it is in use, or its last user crashed."
        ],
        "pointer": "136:5"
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
      "pointer": "131:5"
    },
    {
      "id": "strict.encryption",
      "title": "No encrypted disks",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.encrypted)",
        "pointer": "142:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],[".",["id","d"],"encrypted"]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "The disk ",
          {
            "text": "disks.filter(d, d.encrypted).map(d, d.id).join(\", \")",
            "pointer": "143:23",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],[".",["id","d"],"encrypted"]]],[["id","d"],[".",["id","d"],"id"]]],[["value",", "]]]
          },
          " is encrypted, so nobody can look inside."
        ],
        "pointer": "143:5"
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
      "pointer": "140:5"
    },
    {
      "id": "strict.content",
      "title": "Somebody can say what is on a disk",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.payload == \"unknown\" && !d.encrypted)",
        "pointer": "150:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["==",[".",["id","d"],"payload"],["value","unknown"]],["!_",[".",["id","d"],"encrypted"]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "Neither a partition table nor a file system was found on ",
          {
            "text": "disks.filter(d, d.payload == \"unknown\" && !d.encrypted).map(d, d.id).join(\", \")",
            "pointer": "153:10",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],["&&",["==",[".",["id","d"],"payload"],["value","unknown"]],["!_",[".",["id","d"],"encrypted"]]]]],[["id","d"],[".",["id","d"],"id"]]],[["value",", "]]]
          },
          "."
        ],
        "pointer": "151:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Ask the tenant what it is; an empty disk is better made at the target.",
      "docs": null,
      "tags": [
        "disks"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "148:5"
    },
    {
      "id": "strict.digest",
      "title": "The bytes that were judged are on record",
      "phase": "vote",
      "when": {
        "text": "evidence.sources.exists(s, s.digest == null)",
        "pointer": "161:11",
        "code": ["rcall","exists",[".",["id","evidence"],"sources"],[["id","s"],["==",[".",["id","s"],"digest"],["value",null]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "There is no digest of ",
          {
            "text": "evidence.sources.filter(s, s.digest == null).map(s, s.uri).join(\", \")",
            "pointer": "162:36",
            "code": ["rcall","join",["rcall","map",["rcall","filter",[".",["id","evidence"],"sources"],[["id","s"],["==",[".",["id","s"],"digest"],["value",null]]]],[["id","s"],[".",["id","s"],"uri"]]],[["value",", "]]]
          },
          "."
        ],
        "pointer": "162:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "info",
      "remedy": "Pass --verify all.",
      "docs": null,
      "tags": [
        "sources"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "159:5"
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
          "pointer": "171:15"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": null,
      "tags": [
        "security"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "169:5"
    },
    {
      "id": "strict.legacy-devices",
      "title": "No device models that hardly anybody maintains",
      "phase": "vote",
      "when": null,
      "effects": [
        {
          "key": "nic-model",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "forbidden",
          "values": [
            "pcnet",
            "ne2k_pci",
            "vmxnet3"
          ],
          "pointer": "180:7"
        },
        {
          "key": "scsi-model",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "forbidden",
          "values": [
            "lsilogic",
            "lsisas1068",
            "lsisas1078",
            "vmpvscsi"
          ],
          "pointer": "181:7"
        },
        {
          "key": "video-model",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "forbidden",
          "values": [
            "cirrus",
            "qxl",
            "vmvga"
          ],
          "pointer": "182:7"
        },
        {
          "key": "sound-model",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "forbidden",
          "values": [
            "ac97",
            "es1370",
            "sb16"
          ],
          "pointer": "183:7"
        },
        {
          "key": "watchdog",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "forbidden",
          "values": [
            "ib700"
          ],
          "pointer": "184:7"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://www.qemu.org/docs/master/system/security.html",
      "tags": [
        "devices",
        "security"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "177:5"
    },
    {
      "id": "strict.emulation",
      "title": "The processor is not emulated",
      "phase": "verify",
      "when": {
        "text": "plan[\"virt-type\"] == \"qemu\"",
        "pointer": "193:11",
        "code": ["==",["[]",["id","plan"],["value","virt-type"]],["value","qemu"]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "The guest would run by emulation (TCG), which QEMU does not count as a boundary between guest and host."
        ],
        "pointer": "194:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": "Use a host with KVM and of the guest's architecture.",
      "docs": "https://www.qemu.org/docs/master/system/security.html",
      "tags": [
        "security"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "190:5"
    },
    {
      "id": "strict.os-known",
      "title": "The operating system is known",
      "phase": "vote",
      "when": {
        "text": "os == \"\"",
        "pointer": "202:11",
        "code": ["==",["id","os"],["value",""]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The operating system was not recognised; devices are chosen without knowing its drivers."
        ],
        "pointer": "203:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Pass --os SHORT-ID.",
      "docs": null,
      "tags": [
        "drivers"
      ],
      "locked": false,
      "uri": "preset:strict",
      "pointer": "200:5"
    }
  ]
};
