"""Runs vm-import: no shell, bounded in time and output, and strictly read."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from typing import IO, Any, Optional, Sequence

# exit statuses that are verdicts on the image: denied, unsafe, unresolved
VERDICTS_AGAINST = frozenset((1, 3, 4))

# attributes of an image; everything else in a body is a property
ATTRIBUTES = frozenset(
    (
        "id",
        "name",
        "owner",
        "visibility",
        "protected",
        "os_hidden",
        "tags",
        "disk_format",
        "container_format",
        "min_disk",
        "min_ram",
    )
)
# images of what a machine is started with; properties stand on the machine's
PARTS = frozenset(("aki", "ari"))

# Without such a line a status is no verdict: Node, or what stands before the
# program, ends with 1 too when there is nothing to run.
VERDICT = re.compile(r"^vm-import: (?:error|denied): ", re.MULTILINE)

# The codes are taken from here and not from a JSON report, which has to be a
# file that the program can write, whatever confines it, and which has all the
# findings that an image can raise, without a limit. Here each kind is told a
# few times at most, and nothing depends on a code that is overlooked.
FINDING = re.compile(
    r"^vm-import: (error|warning): .*\[([a-z0-9-]+/[a-z0-9-]+)[^\]]*\]$",
    re.MULTILINE,
)

PAUSE = 0.05


class Refused(Exception):
    """vm-import has judged the image, and not in its favour.

    The text is the codes of the findings; `messages` is what they say, which
    may name paths of this host.
    """

    def __init__(self, codes: str, messages: str) -> None:
        super().__init__(codes)
        self.messages = messages


class NoVerdict(Exception):
    """vm-import could not be run, or said nothing that can be used."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the machine in the image needs, in the words of Nova."""

    properties: dict[str, str]
    messages: str


def ask(argv: Sequence[str], timeout: float, limit: int) -> Answer:
    """The verdict on an image, and its properties.

    :param argv: the whole command, word by word
    :param timeout: seconds
    :param limit: bytes of standard output and standard error each
    :raises Refused: when it found something against the image
    :raises NoVerdict: with the reason
    """
    status, output, messages = _run(argv, timeout, limit)
    if status in VERDICTS_AGAINST and VERDICT.search(messages):
        codes = ", ".join(sorted(_codes(messages)))
        raise Refused(codes or f"exit status {status}", messages)
    if status != 0:
        raise NoVerdict(f"{argv[0]} ended with {status}: {messages}")
    return Answer(_properties(output), messages)


def _codes(messages: str) -> set[str]:
    """The errors; without any, it was warnings that denied (`--strict`)."""
    found = FINDING.findall(messages)
    errors = {code for severity, code in found if severity == "error"}
    return errors or {code for _, code in found}


def _run(
    argv: Sequence[str], timeout: float, limit: int
) -> tuple[int, bytes, str]:
    # Files instead of pipes: nothing has to be read while the program runs,
    # and waiting is sleeping, which also lets other green threads go on where
    # Glance runs under eventlet.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                cwd="/",
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "LC_ALL": "C.UTF-8",
                    "NO_COLOR": "1",
                },
                start_new_session=True,
            )
        except OSError as error:
            raise NoVerdict(f"{argv[0]} cannot be run: {error}") from error
        try:
            _wait(process, (output, errors), timeout, limit)
        finally:
            _end(process)
        return process.returncode, _read(output), _read(errors).decode(
            "utf-8", "replace"
        )


def _wait(
    process: subprocess.Popen[bytes],
    files: Sequence[IO[bytes]],
    timeout: float,
    limit: int,
) -> None:
    deadline = time.monotonic() + timeout
    while True:
        ended = process.poll() is not None
        if any(os.fstat(file.fileno()).st_size > limit for file in files):
            raise NoVerdict(f"vm-import printed more than {limit} bytes")
        if ended:
            return
        if time.monotonic() > deadline:
            raise NoVerdict(f"vm-import took longer than {timeout} seconds")
        time.sleep(PAUSE)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        # the whole session: there may be a wrapper before the program
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _properties(output: bytes) -> dict[str, str]:
    body = _machine(output)
    if body is None:
        raise NoVerdict("vm-import printed no openstack-json")
    properties = {
        name: value for name, value in body.items() if name not in ATTRIBUTES
    }
    if not all(isinstance(value, str) for value in properties.values()):
        raise NoVerdict("vm-import printed a property that is no string")
    return properties


def _machine(output: bytes) -> Optional[dict[str, Any]]:
    """The body of the image that a server is started from."""
    try:
        images = json.loads(output)["images"]
        bodies = [image["body"] for image in images]
        machines = [body for body in bodies if body["disk_format"] not in PARTS]
    except (ValueError, KeyError, TypeError):
        return None
    first = machines[0] if machines else None
    return first if isinstance(first, dict) else None
