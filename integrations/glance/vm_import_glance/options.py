"""The configuration group [vm_import]."""

from __future__ import annotations

from typing import Any

from oslo_config import cfg

GROUP = "vm_import"

REFUSE = "refuse"
IMPORT = "import"

OPTIONS: list[Any] = [
    cfg.ListOpt(
        "command",
        default=["vm-import"],
        help="The program, word by word, with what shall stand before it: "
        "`prlimit,--cpu=30,vm-import`. No shell reads it.",
    ),
    cfg.ListOpt(
        "policy",
        default=["preset:openstack"],
        help="Policies: files, directories or preset:NAME; later ones win.",
    ),
    cfg.ListOpt(
        "arguments",
        default=[],
        help="Further arguments, word by word: "
        "`--waivers,/etc/glance/waivers.yaml,--strict`.",
    ),
    cfg.FloatOpt(
        "timeout",
        default=60.0,
        min=1.0,
        help="Seconds after which the program is killed.",
    ),
    cfg.IntOpt(
        "output_limit",
        default=1024 * 1024,
        min=4096,
        help="Bytes the program may print before it is killed.",
    ),
    cfg.StrOpt(
        "on_failure",
        default=REFUSE,
        choices=[
            (REFUSE, "the import fails"),
            (IMPORT, "the image is imported unexamined, and the log says so"),
        ],
        help="What becomes of an image when no verdict can be had: the "
        "program is missing, hangs, or its configuration is wrong. A verdict "
        "against the image always ends the import.",
    ),
    cfg.BoolOpt(
        "override",
        default=False,
        help="Replace properties that whoever uploads the image has set. "
        "Otherwise these are taken as given, and the rest is planned to go "
        "with them.",
    ),
    cfg.ListOpt(
        "skip_properties",
        default=[],
        help="Properties that are never set.",
    ),
]


def register(conf: Any) -> Any:
    """Makes the group known to `conf`; answers with the group."""
    conf.register_opts(OPTIONS, group=GROUP)
    return conf[GROUP]


def list_opts() -> list[tuple[str, list[Any]]]:
    """For oslo-config-generator."""
    return [(GROUP, OPTIONS)]
