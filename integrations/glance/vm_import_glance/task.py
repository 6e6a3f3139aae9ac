"""The task that Glance runs on a staged image, before it is stored."""

from __future__ import annotations

import contextlib
import os
from typing import Any, Mapping, Optional

from glance.common import exception
from oslo_config import cfg
from oslo_log import log as logging
from taskflow import task
from taskflow.patterns import linear_flow
from taskflow.types.failure import Failure

from vm_import_glance import options, program, wishes

LOG = logging.getLogger(__name__)
CONF = cfg.CONF
options.register(CONF)

STAGED = "file://"

# Glance's names and ours. The formats of machine images say what a file is
# for, not how it is packed, and what is inside a container is its own affair:
# of those nothing is claimed.
CLAIMS = {
    "raw": "raw",
    "qcow2": "qcow2",
    "vmdk": "vmdk",
    "vdi": "vdi",
    "vhd": "vpc",
    "vhdx": "vhdx",
    "iso": "iso",
}


class ImportRefused(exception.UploadException):
    """Ends an import.

    Of this kind of exception alone Glance shows the text to whoever asked
    for the import; of all others it says "Internal Error".
    """


class AskVmImport(task.Task):
    """Refuses the image, or sets the properties that Nova needs."""

    # later tasks take the path from the last one that provides it
    default_provides = "file_path"

    def __init__(
        self, task_id: str, task_type: str, action_wrapper: Any
    ) -> None:
        self.action_wrapper = action_wrapper
        self.image_id: str = action_wrapper.image_id
        # what a property was before this task; None: it was not there
        self.before: dict[str, Optional[str]] = {}
        self.staged: Optional[str] = None
        super().__init__(name=f"{task_type}-VmImport-{task_id}")

    def execute(self, file_path: str, **kwargs: Any) -> str:
        """Asks about the file that `file_path`, a file:// URI, names."""
        if not file_path.startswith(STAGED + "/"):
            raise ImportRefused("The image is not staged in a file")
        self.staged = file_path[len(STAGED):]
        with self.action_wrapper as action:
            given = _given(action.image_extra_properties)
            argv = _command(
                self.staged,
                action.image_disk_format,
                action.image_container_format,
                given,
            )
        answer = self._ask(argv)
        if answer is not None:
            if answer.messages:
                LOG.warning(
                    "vm-import on image %s: %s", self.image_id, answer.messages
                )
            self._set(answer.properties)
        return file_path

    def revert(self, result: Any, **kwargs: Any) -> None:
        """Undoes what this task did, or what it found unfit.

        A later task that fails finds its image with the properties it came
        with: another import would take ours for the user's. After a refusal
        the image is queued again and its bytes are gone; Glance itself would
        leave it in the status `importing` for ever.
        """
        refused = isinstance(result, Failure)
        with self.action_wrapper as action:
            for name, value in self.before.items():
                if value is None:
                    action.pop_extra_property(name)
                else:
                    action.set_image_extra_properties({name: value})
            if refused:
                action.set_image_attribute(status="queued")
        self.before = {}
        if refused and self.staged is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.staged)

    def _ask(self, argv: list[str]) -> Optional[program.Answer]:
        group = CONF.vm_import
        try:
            if not group.command:
                # the first word would be the path of the image
                raise program.NoVerdict("[vm_import] command is empty")
            return program.ask(argv, group.timeout, group.output_limit)
        except program.Refused as refusal:
            LOG.error(
                "vm-import refuses image %s: %s",
                self.image_id,
                refusal.messages,
            )
            raise ImportRefused(f"The image was refused: {refusal}") from None
        except program.NoVerdict as reason:
            LOG.error(
                "vm-import has no verdict on image %s: %s",
                self.image_id,
                reason,
            )
            if group.on_failure == options.IMPORT:
                LOG.warning("Image %s is imported unexamined", self.image_id)
                return None
            # the reason may name paths of this host
            raise ImportRefused("The image could not be examined") from None

    def _set(self, planned: Mapping[str, str]) -> None:
        group = CONF.vm_import
        with self.action_wrapper as action:
            present = action.image_extra_properties
            taken = wishes.current_names(present)
            wanted = {}
            for name, value in planned.items():
                if name in group.skip_properties or taken.get(name) == value:
                    continue
                if name in taken and not group.override:
                    LOG.info(
                        "Image %s keeps %s=%s; vm-import would set %s",
                        self.image_id,
                        name,
                        taken[name],
                        value,
                    )
                    continue
                wanted[name] = value
            self.before = {name: present.get(name) for name in wanted}
            action.set_image_extra_properties(wanted)


def _given(properties: Mapping[str, Any]) -> dict[str, str]:
    if CONF.vm_import.override:
        return {}
    return {n: v for n, v in properties.items() if isinstance(v, str)}


def _command(
    path: str,
    disk_format: Optional[str],
    container_format: Optional[str],
    given: Mapping[str, str],
) -> list[str]:
    bare = container_format == "bare"
    claim = CLAIMS.get(disk_format or "") if bare else None
    group = CONF.vm_import
    words = [*group.command, path, "--emit", "openstack-json"]
    for policy in group.policy:
        words += ["--policy", policy]
    if claim is not None:
        words += ["--format", claim]
    return [*words, *wishes.flags(given), *group.arguments]


def get_flow(**kwargs: Any) -> Any:
    """What Glance calls for each import.

    :param task_id: id of the import's task
    :param task_type: its type
    :param action_wrapper: glance.async_.flows.api_image_import.
        ImportActionWrapper
    """
    task_type = kwargs["task_type"]
    return linear_flow.Flow(task_type).add(
        AskVmImport(kwargs["task_id"], task_type, kwargs["action_wrapper"])
    )
