// Generated from policies/*.yaml by .ci/generate-presets.mjs. Do not edit.
import type { PolicyDocument } from '../policy.ts';

export const PRESET: PolicyDocument = {
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
      "tags": [
        "resources"
      ],
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
          "pointer": "31:14"
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
      "uri": "preset:default",
      "pointer": "29:5"
    },
    {
      "id": "default.large-memory",
      "title": "An image that gets more than 64 GiB of memory is told",
      "phase": "verify",
      "when": {
        "text": "evidence.votes.exists(v, v.key == \"memory-mib\" && v.origin in [\"hints\", \"descriptor\"]\n  && v.strength in [\"required\", \"recommended\", \"minimum\"] && v.values.exists(x, x == plan[\"memory-mib\"]))\n",
        "pointer": "41:7",
        "code": ["rcall","exists",[".",["id","evidence"],"votes"],[["id","v"],["&&",["&&",["&&",["==",[".",["id","v"],"key"],["value","memory-mib"]],["in",[".",["id","v"],"origin"],["list",[["value","hints"],["value","descriptor"]]]]],["in",[".",["id","v"],"strength"],["list",[["value","required"],["value","recommended"],["value","minimum"]]]]],["rcall","exists",[".",["id","v"],"values"],[["id","x"],["==",["id","x"],["[]",["id","plan"],["value","memory-mib"]]]]]]]]
      },
      "effects": [
        {
          "key": "memory-mib",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "maximum",
          "values": [
            65536
          ],
          "pointer": "43:14"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Say how much it shall have (--set memory-mib=N), or limit what images may ask for in a policy.",
      "docs": null,
      "tags": [
        "resources"
      ],
      "locked": false,
      "uri": "preset:default",
      "pointer": "37:5"
    },
    {
      "id": "default.many-vcpus",
      "title": "An image that gets more than 32 processors is told",
      "phase": "verify",
      "when": {
        "text": "evidence.votes.exists(v, v.origin in [\"hints\", \"descriptor\"]\n  && v.strength in [\"required\", \"recommended\", \"minimum\"]\n  && (v.key == \"cpu-topology\" || v.key == \"vcpus\" && v.values.exists(x, x == plan[\"vcpus\"])))\n",
        "pointer": "51:7",
        "code": ["rcall","exists",[".",["id","evidence"],"votes"],[["id","v"],["&&",["&&",["in",[".",["id","v"],"origin"],["list",[["value","hints"],["value","descriptor"]]]],["in",[".",["id","v"],"strength"],["list",[["value","required"],["value","recommended"],["value","minimum"]]]]],["||",["==",[".",["id","v"],"key"],["value","cpu-topology"]],["&&",["==",[".",["id","v"],"key"],["value","vcpus"]],["rcall","exists",[".",["id","v"],"values"],[["id","x"],["==",["id","x"],["[]",["id","plan"],["value","vcpus"]]]]]]]]]]
      },
      "effects": [
        {
          "key": "vcpus",
          "subject": null,
          "origin": "policy-prefer",
          "strength": "maximum",
          "values": [
            32
          ],
          "pointer": "54:14"
        }
      ],
      "announcement": null,
      "message": null,
      "targets": null,
      "mode": null,
      "severity": "warning",
      "remedy": "Say how many it shall have (--set vcpus=N), or limit what images may ask for in a policy.",
      "docs": null,
      "tags": [
        "resources"
      ],
      "locked": false,
      "uri": "preset:default",
      "pointer": "47:5"
    }
  ]
};
