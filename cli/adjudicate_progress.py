"""How the adjudicator gets on, on stderr: a line now and then. Decides nothing."""

import time
from collections import Counter
from typing import TYPE_CHECKING

from .render import console, text

if TYPE_CHECKING:
    from ..models import Attempt

_EVERY = 10.0
"""Seconds between lines."""


class Clerk:
    """Hears of rulings and attempts."""

    def __init__(self) -> None:
        self._console = console(stderr=True)
        self._counts: Counter[str] = Counter()
        self._calls = self._tokens = self._wanted = 0
        self._last = time.monotonic()

    def started(self, run_id: str, wanted: int) -> None:
        """So many rulings are wanted."""
        self._wanted = wanted
        self._say(f"run {run_id}: {wanted} disputed samples for the adjudicator")

    def ruled(self, became: str) -> None:
        """A sample was ruled on, or stays open."""
        self._counts[became] += 1
        if time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            kinds = "  ".join(f"{kind} {count}" for kind, count in self._counts.items())
            self._say(f"{self._counts.total()} of {self._wanted}: {kinds}")

    def attempt(self, attempt: "Attempt") -> None:
        """A model call came to its end."""
        self._calls += 1
        self._tokens += attempt.input_tokens + attempt.output_tokens

    def stopping(self, in_flight: int) -> None:
        """It was asked to stop and waits for that many calls."""
        self._say(f"stopping: {in_flight} calls in flight are awaited; Ctrl-C again to quit now")

    def paid(self) -> str:
        """What it took."""
        return f"{self._calls} calls, {self._tokens:,} tokens"

    def _say(self, line: str) -> None:
        self._console.print(text(line), soft_wrap=True)
