"""Code of an answer is run: off unless somebody turns it on.

Each block runs in a process of its own: `python -I -S` without an environment, in an empty folder
that is thrown away, with limits on memory, processor time, file size and open files, a limit on
wall time, and where the system lets us, in a namespace without a network.

What this does not stop: reading files that this user can read, writing files where this user may
write, starting processes that outlive the limits by leaving the process group, using up the disk
with many files, and, where namespaces cannot be made, the network. Hostile code needs a container
or a machine of its own.
"""

import contextlib
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from tempfile import TemporaryDirectory

from .fenced import python_fault
from .rule import Limit, Sample, Spot, rule
from .text import blocks

_MEGABYTE = 1024 * 1024
_MEMORY = 512 * _MEGABYTE
_FILE = 16 * _MEGABYTE
_OPEN_FILES = 64
_TAIL = 2000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    status: int | None
    """None when the time was up."""
    output: str
    """The end of what it wrote, errors included."""


@cache
def without_network() -> tuple[str, ...]:
    """The command that takes the network away, empty where the system does not let us."""
    command = ("unshare", "--user", "--map-root-user", "--net", "--")
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if tried.returncode == 0 else ()


def run_python(code: str, *, seconds: float = 5.0) -> Outcome:
    """Run code and say how it ended; `seconds` bound both its processor time and its wall time."""

    def limits() -> None:
        cpu = max(1, int(seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    command = [*without_network(), sys.executable, "-I", "-S", "-c", code]
    with TemporaryDirectory() as folder:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PYTHONDONTWRITEBYTECODE": "1", "PATH": os.defpath, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=limits,
        )
        try:
            output, _ = process.communicate(timeout=seconds)
            status: int | None = process.returncode
        except subprocess.TimeoutExpired:
            output, status = b"", None
        finally:
            _end(process)
    return Outcome(status, output[-_TAIL:].decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started in its group; then its pipe is closed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


_NOT_OURS = re.compile(
    r"ModuleNotFoundError|ImportError|EOFError|SystemExit|KeyboardInterrupt|FileNotFoundError"
)


@rule("code_fails", threshold=5.0, on=False, cost="dear")
def code_fails(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Python blocks of the last answer run to their end. Threshold: seconds for each.

    A block that lacks a module, a file or somebody at the keyboard is not held against the answer.
    Blocks share nothing: each has to stand by itself, or a block that uses names of those before
    it is run after them.
    """
    for where, text in list(sample.said("assistant"))[-1:]:
        before = ""
        for block in blocks(text):
            if block.info not in ("python", "py", "python3") or python_fault(block.body):
                continue
            outcome = run_python(block.body, seconds=limit.number)
            if outcome.status and "NameError" in outcome.output and before:
                outcome = run_python(before + block.body, seconds=limit.number)
            before += block.body + "\n"
            if outcome.status == 0 or _NOT_OURS.search(outcome.output):
                continue
            last = (outcome.output.strip().split("\n") or [""])[-1]
            detail = "it does not end in time" if outcome.status is None else f"it fails: {last}"
            yield Spot(detail, where, (block.start, block.end))
