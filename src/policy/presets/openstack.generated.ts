// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from '../policy.ts';

export const PRESET: PolicyDocument = {
  "uri": "preset:openstack",
  "name": "openstack",
  "mode": "enforce",
  "extends": [
    {
      "ref": "preset:default",
      "pointer": "10:11"
    }
  ],
  "waivers": [],
  "settings": {},
  "overrides": [],
  "severities": [],
  "rules": [
    {
      "id": "openstack.format",
      "title": "Glance has a name for the disk format",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, size(d.wrapping) == 0\n  && !(d.format in [\"raw\", \"qcow2\", \"vmdk\", \"vdi\", \"vpc\", \"vhdx\", \"iso\", \"luks\", \"blank\"]))\n",
        "pointer": "19:7",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["==",["call","size",[[".",["id","d"],"wrapping"]]],["int","0"]],["!_",["in",[".",["id","d"],"format"],["list",[["value","raw"],["value","qcow2"],["value","vmdk"],["value","vdi"],["value","vpc"],["value","vhdx"],["value","iso"],["value","luks"],["value","blank"]]]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "Glance has no disk_format for ",
          {
            "text": "disks.filter(d, size(d.wrapping) == 0 && !(d.format in [\"raw\", \"qcow2\", \"vmdk\", \"vdi\", \"vpc\", \"vhdx\", \"iso\", \"luks\", \"blank\"])).map(d, d.format).join(\", \")",
            "pointer": "23:10",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],["&&",["==",["call","size",[[".",["id","d"],"wrapping"]]],["int","0"]],["!_",["in",[".",["id","d"],"format"],["list",[["value","raw"],["value","qcow2"],["value","vmdk"],["value","vdi"],["value","vpc"],["value","vhdx"],["value","iso"],["value","luks"],["value","blank"]]]]]]]],[["id","d"],[".",["id","d"],"format"]]],[["value",", "]]]
          },
          ": a copy in qcow2 is uploaded instead."
        ],
        "pointer": "21:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Convert the disk once (qemu-img convert -O qcow2), and keep that.",
      "docs": "https://docs.openstack.org/glance/latest/user/formats.html",
      "tags": [
        "disks",
        "glance"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "16:5"
    },
    {
      "id": "openstack.converted",
      "title": "A disk is uploaded in a format that compute hosts run",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, size(d.wrapping) == 0 && d.format in [\"vmdk\", \"vdi\", \"vpc\", \"vhdx\"])",
        "pointer": "33:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["==",["call","size",[[".",["id","d"],"wrapping"]]],["int","0"]],["in",[".",["id","d"],"format"],["list",[["value","vmdk"],["value","vdi"],["value","vpc"],["value","vhdx"]]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          {
            "text": "disks.filter(d, size(d.wrapping) == 0 && d.format in [\"vmdk\", \"vdi\", \"vpc\", \"vhdx\"]).map(d, d.id + \" (\" + d.format + \")\").join(\", \")",
            "pointer": "35:10",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],["&&",["==",["call","size",[[".",["id","d"],"wrapping"]]],["int","0"]],["in",[".",["id","d"],"format"],["list",[["value","vmdk"],["value","vdi"],["value","vpc"],["value","vhdx"]]]]]]],[["id","d"],["+",["+",["+",[".",["id","d"],"id"],["value"," ("]],[".",["id","d"],"format"]],["value",")"]]]],[["value",", "]]]
          },
          " will be converted on every compute host that starts it."
        ],
        "pointer": "34:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Convert it once, before the upload (qemu-img convert -O qcow2, or -O raw for Ceph).",
      "docs": null,
      "tags": [
        "disks",
        "performance"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "31:5"
    },
    {
      "id": "openstack.file-size",
      "title": "A file is not larger than Glance takes",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, size(d.wrapping) == 0 && d.fileSize > 1024 * 1024 * 1024 * 1024)",
        "pointer": "42:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["==",["call","size",[[".",["id","d"],"wrapping"]]],["int","0"]],[">",[".",["id","d"],"fileSize"],["*",["*",["*",["int","1024"],["int","1024"]],["int","1024"]],["int","1024"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "A disk file is larger than 1 TiB, the image_size_cap of Glance."
        ],
        "pointer": "43:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": "Convert a sparse raw disk to qcow2, or import it as a volume; where the cap was raised, change this rule.",
      "docs": "https://docs.openstack.org/glance/latest/configuration/glance_api.html",
      "tags": [
        "disks",
        "resources",
        "glance"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "40:5"
    },
    {
      "id": "openstack.raw-content",
      "title": "Glance recognises a raw disk as one",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, size(d.wrapping) == 0 && d.format == \"raw\" && d.content != null\n  && (d.content.hybrid || d.content.filesystem == \"ntfs\"))\n",
        "pointer": "53:7",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["&&",["&&",["==",["call","size",[[".",["id","d"],"wrapping"]]],["int","0"]],["==",[".",["id","d"],"format"],["value","raw"]]],["!=",[".",["id","d"],"content"],["value",null]]],["||",[".",[".",["id","d"],"content"],"hybrid"],["==",[".",[".",["id","d"],"content"],"filesystem"],["value","ntfs"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "Glance 2025.1 and later refuses a raw disk with a hybrid MBR, or with NTFS and no partition table, as unsafe."
        ],
        "pointer": "55:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Convert the disk to qcow2 (qemu-img convert -f raw -O qcow2).",
      "docs": "https://docs.openstack.org/glance/latest/configuration/glance_api.html",
      "tags": [
        "disks",
        "glance"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "50:5"
    },
    {
      "id": "openstack.backing",
      "title": "A disk stands alone",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.backing != null)",
        "pointer": "65:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["!=",[".",["id","d"],"backing"],["value",null]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          {
            "text": "disks.filter(d, d.backing != null).map(d, d.id).join(\", \")",
            "pointer": "66:15",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],["!=",[".",["id","d"],"backing"],["value",null]]]],[["id","d"],[".",["id","d"],"id"]]],[["value",", "]]]
          },
          " has a backing file, and an image is one file."
        ],
        "pointer": "66:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": "Flatten the disk (qemu-img convert -O qcow2 copies the whole chain into one file).",
      "docs": null,
      "tags": [
        "disks",
        "glance",
        "security"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "63:5"
    },
    {
      "id": "openstack.ami",
      "title": "An image is a disk, not a part of one",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.payload in [\"kernel\", \"ramdisk\", \"filesystem\"])",
        "pointer": "72:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["in",[".",["id","d"],"payload"],["list",[["value","kernel"],["value","ramdisk"],["value","filesystem"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          {
            "text": "disks.filter(d, d.payload in [\"kernel\", \"ramdisk\", \"filesystem\"]).map(d, d.id + \" (\" + d.payload + \")\").join(\", \")",
            "pointer": "74:10",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],["in",[".",["id","d"],"payload"],["list",[["value","kernel"],["value","ramdisk"],["value","filesystem"]]]]]],[["id","d"],["+",["+",["+",[".",["id","d"],"id"],["value"," ("]],[".",["id","d"],"payload"]],["value",")"]]]],[["value",", "]]]
          },
          " becomes an AMI-style image (aki, ari or ami), which Nova starts no server from by itself and has deprecated."
        ],
        "pointer": "73:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Import a disk with a partition table and a boot loader.",
      "docs": "https://docs.openstack.org/glance/latest/user/formats.html",
      "tags": [
        "disks",
        "glance"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "70:5"
    },
    {
      "id": "openstack.disks",
      "title": "A server starts from one image",
      "phase": "vote",
      "when": {
        "text": "disks.filter(d, d.payload != \"iso\").size() > 1",
        "pointer": "83:11",
        "code": [">",["rcall","size",["rcall","filter",["id","disks"],[["id","d"],["!=",[".",["id","d"],"payload"],["value","iso"]]]],[]],["int","1"]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The machine has ",
          {
            "text": "disks.filter(d, d.payload != \"iso\").size()",
            "pointer": "85:26",
            "code": ["rcall","size",["rcall","filter",["id","disks"],[["id","d"],["!=",[".",["id","d"],"payload"],["value","iso"]]]],[]]
          },
          " disks; a server starts from the image of one, and the others have to be attached as volumes."
        ],
        "pointer": "84:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Make volumes of the other images (openstack volume create --image) and attach them in the same order.",
      "docs": "https://docs.openstack.org/nova/latest/user/block-device-mapping.html",
      "tags": [
        "disks"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "81:5"
    },
    {
      "id": "openstack.virtual-size",
      "title": "A disk fits into the quota of a new project",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.virtualSize != null && d.virtualSize > 1000 * 1024 * 1024 * 1024)",
        "pointer": "94:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["!=",[".",["id","d"],"virtualSize"],["value",null]],[">",[".",["id","d"],"virtualSize"],["*",["*",["*",["int","1000"],["int","1024"]],["int","1024"]],["int","1024"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "A disk is larger than 1000 GiB, all that a project may hold unless its quota is raised."
        ],
        "pointer": "95:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Raise gigabytes in the quota of the project, or shrink the disk before it is imported.",
      "docs": "https://docs.openstack.org/cinder/latest/configuration/block-storage/samples/cinder.conf.html",
      "tags": [
        "disks",
        "resources"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "92:5"
    },
    {
      "id": "openstack.encryption",
      "title": "A disk is not encrypted",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.encrypted)",
        "pointer": "103:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],[".",["id","d"],"encrypted"]]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "Nova starts no server from an encrypted disk: ",
          {
            "text": "disks.filter(d, d.encrypted).map(d, d.id).join(\", \")",
            "pointer": "104:61",
            "code": ["rcall","join",["rcall","map",["rcall","filter",["id","disks"],[["id","d"],[".",["id","d"],"encrypted"]]],[["id","d"],[".",["id","d"],"id"]]],[["value",", "]]]
          },
          "."
        ],
        "pointer": "104:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": "Upload it decrypted, and use an encrypted volume type in the cloud.",
      "docs": "https://docs.openstack.org/cinder/latest/configuration/block-storage/volume-encryption.html",
      "tags": [
        "disks",
        "security"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "101:5"
    },
    {
      "id": "openstack.snapshots",
      "title": "An image holds the present state only",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, has(d.details.snapshotCount) && d.details.snapshotCount > 0)",
        "pointer": "112:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["&&",["call","has",[[".",[".",["id","d"],"details"],"snapshotCount"]]],[">",[".",[".",["id","d"],"details"],"snapshotCount"],["int","0"]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "A disk holds internal snapshots; they are uploaded with it, and nothing in the cloud can use them."
        ],
        "pointer": "113:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Export the disk without them (qemu-img convert keeps the current state only).",
      "docs": null,
      "tags": [
        "disks",
        "security"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "110:5"
    },
    {
      "id": "openstack.confidential",
      "title": "No confidential computing that Nova has no property for",
      "phase": "vote",
      "when": null,
      "effects": [
        {
          "key": "launch-security",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "forbidden",
          "values": [
            "tdx",
            "s390-pv"
          ],
          "pointer": "121:15"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://docs.openstack.org/nova/latest/admin/sev.html",
      "tags": [
        "machine",
        "security"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "119:5"
    },
    {
      "id": "openstack.tpm",
      "title": "The cloud can give a server a TPM",
      "phase": "verify",
      "when": {
        "text": "plan[\"tpm\"] != null && plan[\"tpm\"] != \"none\"",
        "pointer": "128:11",
        "code": ["&&",["!=",["[]",["id","plan"],["value","tpm"]],["value",null]],["!=",["[]",["id","plan"],["value","tpm"]],["value","none"]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The server needs an emulated TPM ",
          {
            "text": "plan[\"tpm\"]",
            "pointer": "129:47",
            "code": ["[]",["id","plan"],["value","tpm"]]
          },
          ", which Nova has only with swtpm_enabled and a key manager."
        ],
        "pointer": "129:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Ask whether hosts have it (openstack resource provider list --required COMPUTE_SECURITY_TPM_2_0), or leave it out with --set tpm=none.",
      "docs": "https://docs.openstack.org/nova/latest/admin/emulated-tpm.html",
      "tags": [
        "machine",
        "firmware"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "125:5"
    },
    {
      "id": "openstack.nvram",
      "title": "No variable store is supplied",
      "phase": "verify",
      "when": {
        "text": "plan[\"nvram\"] != null",
        "pointer": "140:11",
        "code": ["!=",["[]",["id","plan"],["value","nvram"]],["value",null]]
      },
      "effects": [],
      "announcement": {
        "kind": "deny",
        "message": [
          "Nova makes the UEFI variable store of a server itself; the template ",
          {
            "text": "plan[\"nvram\"]",
            "pointer": "141:82",
            "code": ["[]",["id","plan"],["value","nvram"]]
          },
          " cannot be handed over."
        ],
        "pointer": "141:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": "Leave nvram out, and give the disk a loader at the fallback path (EFI/BOOT/BOOTX64.EFI).",
      "docs": "https://docs.openstack.org/nova/latest/admin/uefi.html",
      "tags": [
        "machine",
        "firmware"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "137:5"
    },
    {
      "id": "openstack.machine-version",
      "title": "The machine type has no version",
      "phase": "verify",
      "when": {
        "text": "plan[\"machine\"] != null && plan[\"machine\"].matches(\"-[a-z]*[0-9]+[.]\")",
        "pointer": "150:11",
        "code": ["&&",["!=",["[]",["id","plan"],["value","machine"]],["value",null]],["rcall","matches",["[]",["id","plan"],["value","machine"]],[["value","-[a-z]*[0-9]+[.]"]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "hw_machine_type would be ",
          {
            "text": "plan[\"machine\"]",
            "pointer": "152:35",
            "code": ["[]",["id","plan"],["value","machine"]]
          },
          ", and a server starts only on compute hosts whose QEMU has that version."
        ],
        "pointer": "151:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Set the family (q35, pc, virt), and versions on the compute hosts ([libvirt] hw_machine_type).",
      "docs": "https://docs.openstack.org/nova/latest/admin/hw-machine-type.html",
      "tags": [
        "machine"
      ],
      "locked": false,
      "uri": "preset:openstack",
      "pointer": "147:5"
    }
  ]
};
