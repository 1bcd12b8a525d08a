"""How growing goes, while it goes: a line for each list on stderr. Decides nothing."""

from typing import TYPE_CHECKING

from .render import console

if TYPE_CHECKING:
    from ..graphs.grow_prepare import Prepared
    from ..models import Attempt


class Teller:
    """A listener that says what it hears."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.run_id = ""
        self._console = console(stderr=True)
        self._quiet = quiet
        self._calls = self._tokens = 0

    def started(self, run_id: str, prepared: "Prepared", resumed: bool) -> None:
        """A run begins, or goes on."""
        self.run_id = run_id
        verb = "resuming" if resumed else "run"
        count, lists = prepared.wish.proposals, len(prepared.spots)
        self._say(f"{verb} {run_id}: {lists} lists, {count} proposals for each")

    def level(self, number: int, lists: int) -> None:
        """See `GrowListener`."""
        if number:
            self._say(f"level {number + 1}: {lists} lists of what was added")

    def grown(self, path: str, status: str) -> None:
        """See `GrowListener`."""
        self._say(f"  {path}: {'failed' if status == 'failed' else 'proposed and merged'}")

    def stopping(self, in_flight: int) -> None:
        """See `GrowListener`."""
        self._say(f"stopping: {in_flight} calls in flight are awaited; Ctrl-C again to quit now")

    def attempt(self, attempt: "Attempt") -> None:
        """A model call came to its end."""
        self._calls += 1
        self._tokens += attempt.input_tokens + attempt.output_tokens

    def ended(self) -> None:
        """The run is over."""
        if self.run_id:
            self._say(f"{self._calls} calls, {self._tokens:,} tokens")

    def _say(self, line: str) -> None:
        if not self._quiet:
            from .render import text

            self._console.print(text(line), soft_wrap=True)
