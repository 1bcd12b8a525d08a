"""Single keys from a terminal, lines from anything else. Knows nothing of what they mean."""

import sys
from typing import Protocol

import typer

from .render import safe


class Keys(Protocol):
    """Where a reviewer's keys come from. Both raise EOFError at the end."""

    def key(self) -> str:
        """The next key, "" for Enter."""
        ...

    def line(self, prompt: str) -> str:
        """A line of text."""
        ...


class Terminal:
    """Each key as it is pressed."""

    def key(self) -> str:
        """See `Keys`."""
        pressed = typer.getchar()
        return "" if pressed in "\r\n" else pressed

    def line(self, prompt: str) -> str:
        """See `Keys`."""
        return input(f"{prompt} ")


class Lines:
    """A line for each key, for scripts."""

    def __init__(self) -> None:
        reconfigure = getattr(sys.stdin, "reconfigure", None)
        if reconfigure is not None:
            # A byte that is not UTF-8 spoils one line, not the session.
            reconfigure(errors="replace")

    def key(self) -> str:
        """See `Keys`."""
        return self.line("").strip()

    def line(self, prompt: str) -> str:
        """See `Keys`."""
        read = sys.stdin.readline()
        if not read:
            raise EOFError
        return read.rstrip("\r\n")


def written(text: str) -> str:
    """What somebody wrote, fit to be kept: a terminal may send half a character."""
    return safe(text.encode("utf-8", "replace").decode()).strip()


def keys() -> Keys:
    """Of whatever stands at the other end of stdin."""
    return Terminal() if sys.stdin.isatty() else Lines()
