// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from '../policy.ts';

export const PRESET: PolicyDocument = {
  "uri": "preset:windows-safe",
  "name": "windows-safe",
  "mode": "enforce",
  "extends": [
    {
      "ref": "preset:default",
      "pointer": "12:11"
    }
  ],
  "waivers": [],
  "settings": {},
  "overrides": [],
  "severities": [],
  "rules": [
    {
      "id": "windows-safe.unknown",
      "title": "A system that nobody knows gets what Windows drives out of the box",
      "phase": "vote",
      "when": {
        "text": "os == \"\" && !disks.exists(d, d.partitions.exists(p,\n  p.role != null && p.role.matches(\"^(linux|root|usr|freebsd|apple)-\")))\n",
        "pointer": "22:7",
        "code": ["&&",["==",["id","os"],["value",""]],["!_",["rcall","exists",["id","disks"],[["id","d"],["rcall","exists",[".",["id","d"],"partitions"],[["id","p"],["&&",["!=",[".",["id","p"],"role"],["value",null]],["rcall","matches",[".",["id","p"],"role"],[["value","^(linux|root|usr|freebsd|apple)-"]]]]]]]]]]
      },
      "effects": [
        {
          "key": "disk-bus",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            "sata",
            "ide"
          ],
          "pointer": "25:7"
        },
        {
          "key": "nic-model",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            "e1000e",
            "e1000",
            "rtl8139"
          ],
          "pointer": "26:7"
        },
        {
          "key": "video-model",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            "vga"
          ],
          "pointer": "27:7"
        },
        {
          "key": "clock-offset",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            "localtime"
          ],
          "pointer": "28:7"
        },
        {
          "key": "hyperv",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            true
          ],
          "pointer": "29:7"
        },
        {
          "key": "rng",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            "none"
          ],
          "pointer": "30:7"
        },
        {
          "key": "memballoon",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            "none"
          ],
          "pointer": "31:7"
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
        "windows",
        "drivers"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "19:5"
    },
    {
      "id": "windows-safe.hyperv",
      "title": "Windows gets Hyper-V enlightenments",
      "phase": "vote",
      "when": {
        "text": "os.startsWith(\"win\") && architecture in [\"x86_64\", \"i686\"]",
        "pointer": "39:11",
        "code": ["&&",["rcall","startsWith",["id","os"],[["value","win"]]],["in",["id","architecture"],["list",[["value","x86_64"],["value","i686"]]]]]
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
          "pointer": "40:15"
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
        "windows"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "37:5"
    },
    {
      "id": "windows-safe.tpm",
      "title": "Windows 11 has a TPM 2.0",
      "phase": "vote",
      "when": {
        "text": "os == \"win11\"",
        "pointer": "48:11",
        "code": ["==",["id","os"],["value","win11"]]
      },
      "effects": [
        {
          "key": "tpm",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "required",
          "values": [
            "2.0"
          ],
          "pointer": "49:16"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://learn.microsoft.com/windows/whats-new/windows-11-requirements",
      "tags": [
        "windows",
        "firmware"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "46:5"
    },
    {
      "id": "windows-safe.secure-boot",
      "title": "Windows 11 and Windows Server 2025 boot with Secure Boot",
      "phase": "vote",
      "when": {
        "text": "architecture == \"x86_64\"\n  && (os == \"win11\" || os == \"win2k25\" && evidence.votes.exists(v, v.key == \"firmware\"\n    && v.origin in [\"content\", \"descriptor\"] && v.strength != \"forbidden\" && \"uefi\" in v.values))\n  && !disks.exists(d, d.content != null && d.content.loaders != null\n    && d.content.loaders.exists(l, !l.signed))\n",
        "pointer": "58:7",
        "code": ["&&",["&&",["==",["id","architecture"],["value","x86_64"]],["||",["==",["id","os"],["value","win11"]],["&&",["==",["id","os"],["value","win2k25"]],["rcall","exists",[".",["id","evidence"],"votes"],[["id","v"],["&&",["&&",["&&",["==",[".",["id","v"],"key"],["value","firmware"]],["in",[".",["id","v"],"origin"],["list",[["value","content"],["value","descriptor"]]]]],["!=",[".",["id","v"],"strength"],["value","forbidden"]]],["in",["value","uefi"],[".",["id","v"],"values"]]]]]]]],["!_",["rcall","exists",["id","disks"],[["id","d"],["&&",["&&",["!=",[".",["id","d"],"content"],["value",null]],["!=",[".",[".",["id","d"],"content"],"loaders"],["value",null]]],["rcall","exists",[".",[".",["id","d"],"content"],"loaders"],[["id","l"],["!_",[".",["id","l"],"signed"]]]]]]]]]
      },
      "effects": [
        {
          "key": "secure-boot",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            true
          ],
          "pointer": "63:15"
        },
        {
          "key": "enrolled-keys",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "recommended",
          "values": [
            true
          ],
          "pointer": "63:36"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "error",
      "remedy": null,
      "docs": "https://learn.microsoft.com/windows/whats-new/windows-11-requirements",
      "tags": [
        "windows",
        "firmware"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "55:5"
    },
    {
      "id": "windows-safe.windows-11",
      "title": "Windows 11 runs on a machine that Microsoft supports",
      "phase": "verify",
      "when": {
        "text": "os == \"win11\" && !(plan[\"firmware\"] == \"uefi\" && plan[\"secure-boot\"] == true && plan[\"tpm\"] == \"2.0\")\n",
        "pointer": "72:7",
        "code": ["&&",["==",["id","os"],["value","win11"]],["!_",["&&",["&&",["==",["[]",["id","plan"],["value","firmware"]],["value","uefi"]],["==",["[]",["id","plan"],["value","secure-boot"]],["value",true]]],["==",["[]",["id","plan"],["value","tpm"]],["value","2.0"]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "Windows 11 gets firmware ",
          {
            "text": "plan[\"firmware\"]",
            "pointer": "74:35",
            "code": ["[]",["id","plan"],["value","firmware"]]
          },
          ", Secure Boot ",
          {
            "text": "plan[\"secure-boot\"]",
            "pointer": "74:71",
            "code": ["[]",["id","plan"],["value","secure-boot"]]
          },
          " and TPM ",
          {
            "text": "plan[\"tpm\"]",
            "pointer": "75:10",
            "code": ["[]",["id","plan"],["value","tpm"]]
          },
          "; Microsoft supports it with UEFI, Secure Boot and a TPM 2.0 only, and feature updates refuse."
        ],
        "pointer": "73:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Convert a disk with an MBR to GPT (mbr2gpt inside the guest), sign the loader, and leave tpm and secure-boot to the policy.",
      "docs": "https://learn.microsoft.com/windows/whats-new/windows-11-requirements",
      "tags": [
        "windows",
        "firmware"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "68:5"
    },
    {
      "id": "windows-safe.cores",
      "title": "Windows for clients gets cores, not sockets",
      "phase": "vote",
      "when": {
        "text": "os in [\"winvista\", \"win7\", \"win8\", \"win8.1\", \"win10\"]",
        "pointer": "88:11",
        "code": ["in",["id","os"],["list",[["value","winvista"],["value","win7"],["value","win8"],["value","win8.1"],["value","win10"]]]]
      },
      "effects": [
        {
          "key": "cpu-topology",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            "1:2:1",
            "1:4:1",
            "1:1:1",
            "1:8:1",
            "1:6:1",
            "1:3:1",
            "1:16:1",
            "1:12:1",
            "1:10:1",
            "1:24:1",
            "1:32:1"
          ],
          "pointer": "90:7"
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
        "windows",
        "processors"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "86:5"
    },
    {
      "id": "windows-safe.cores-11",
      "title": "Windows 11 gets cores, not sockets",
      "phase": "vote",
      "when": {
        "text": "os == \"win11\"",
        "pointer": "96:11",
        "code": ["==",["id","os"],["value","win11"]]
      },
      "effects": [
        {
          "key": "cpu-topology",
          "subject": null,
          "origin": "policy-default",
          "strength": "recommended",
          "values": [
            "1:4:1",
            "1:2:1",
            "1:8:1",
            "1:6:1",
            "1:3:1",
            "1:16:1",
            "1:12:1",
            "1:10:1",
            "1:24:1",
            "1:32:1"
          ],
          "pointer": "98:7"
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
        "windows",
        "processors"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "94:5"
    },
    {
      "id": "windows-safe.sockets",
      "title": "Windows for clients has no more sockets than it uses",
      "phase": "verify",
      "when": {
        "text": "os in [\"winxp\", \"winvista\", \"win7\", \"win8\", \"win8.1\", \"win10\", \"win11\"]\n  && plan[\"vcpus\"] != null && plan[\"vcpus\"] > 2\n  && (plan[\"cpu-topology\"] == null || !plan[\"cpu-topology\"].matches(\"^[12]:\"))\n",
        "pointer": "105:7",
        "code": ["&&",["&&",["&&",["in",["id","os"],["list",[["value","winxp"],["value","winvista"],["value","win7"],["value","win8"],["value","win8.1"],["value","win10"],["value","win11"]]]],["!=",["[]",["id","plan"],["value","vcpus"]],["value",null]]],[">",["[]",["id","plan"],["value","vcpus"]],["int","2"]]],["||",["==",["[]",["id","plan"],["value","cpu-topology"]],["value",null]],["!_",["rcall","matches",["[]",["id","plan"],["value","cpu-topology"]],[["value","^[12]:"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "The ",
          {
            "text": "plan[\"vcpus\"]",
            "pointer": "109:14",
            "code": ["[]",["id","plan"],["value","vcpus"]]
          },
          " processors of this Windows are sockets of their own, and an edition for clients uses two at most."
        ],
        "pointer": "108:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Make them cores of one socket: --set cpu-topology=1:N:1 with N processors.",
      "docs": "https://libvirt.org/formatdomain.html#cpu-model-and-topology",
      "tags": [
        "windows",
        "processors"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "101:5"
    },
    {
      "id": "windows-safe.bitlocker",
      "title": "Nobody is surprised by BitLocker",
      "phase": "vote",
      "when": {
        "text": "disks.exists(d, d.partitions.exists(p, p.filesystem == \"bitlocker\"))",
        "pointer": "119:11",
        "code": ["rcall","exists",["id","disks"],[["id","d"],["rcall","exists",[".",["id","d"],"partitions"],[["id","p"],["==",[".",["id","p"],"filesystem"],["value","bitlocker"]]]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "A disk holds a BitLocker volume. On this machine it asks for its recovery key, as the TPM that it was sealed with is not here."
        ],
        "pointer": "120:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Suspend BitLocker before the disk is exported (manage-bde -protectors -disable C:), or have the recovery key at hand.",
      "docs": "https://learn.microsoft.com/windows/security/operating-system-security/data-protection/bitlocker/recovery-overview",
      "tags": [
        "windows",
        "disks"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "117:5"
    },
    {
      "id": "windows-safe.end-of-support",
      "title": "Windows still gets security updates",
      "phase": "vote",
      "when": {
        "text": "os in [\"win1.0\", \"win2.0\", \"win2.1\", \"win3.1\", \"win95\", \"win98\", \"winme\", \"winnt3.1\", \"winnt3.5\", \"winnt3.51\",\n  \"winnt4.0\", \"win2k\", \"winxp\", \"winvista\", \"win7\", \"win8\", \"win8.1\", \"win2k3\", \"win2k3r2\", \"win2k8\",\n  \"win2k8r2\", \"win2k12\", \"win2k12r2\"]\n",
        "pointer": "134:7",
        "code": ["in",["id","os"],["list",[["value","win1.0"],["value","win2.0"],["value","win2.1"],["value","win3.1"],["value","win95"],["value","win98"],["value","winme"],["value","winnt3.1"],["value","winnt3.5"],["value","winnt3.51"],["value","winnt4.0"],["value","win2k"],["value","winxp"],["value","winvista"],["value","win7"],["value","win8"],["value","win8.1"],["value","win2k3"],["value","win2k3r2"],["value","win2k8"],["value","win2k8r2"],["value","win2k12"],["value","win2k12r2"]]]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          {
            "text": "os",
            "pointer": "137:15",
            "code": ["id","os"]
          },
          " gets no security updates any more, paid extensions included."
        ],
        "pointer": "137:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Import it into a network of its own (--network), or upgrade it first.",
      "docs": "https://learn.microsoft.com/lifecycle/products/",
      "tags": [
        "windows",
        "security"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "131:5"
    },
    {
      "id": "windows-safe.windows-10",
      "title": "Windows 10 is an edition that still gets security updates",
      "phase": "vote",
      "when": {
        "text": "os == \"win10\"",
        "pointer": "145:11",
        "code": ["==",["id","os"],["value","win10"]]
      },
      "effects": [],
      "announcement": {
        "kind": "warn",
        "message": [
          "Windows 10 is supported in LTSC editions and with paid Extended Security Updates only, since 2025-10-14."
        ],
        "pointer": "146:5"
      },
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "info",
      "remedy": "Check the edition (winver inside the guest), or upgrade it.",
      "docs": "https://learn.microsoft.com/lifecycle/products/windows-10-home-and-pro",
      "tags": [
        "windows",
        "security"
      ],
      "locked": false,
      "uri": "preset:windows-safe",
      "pointer": "143:5"
    }
  ]
};
