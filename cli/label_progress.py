"""How labelling goes, while it goes: a bar in a terminal, else plain lines. Decides nothing."""

import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .render import console, text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ..graphs.label_prepare import LabelPrepared
    from ..models import Attempt

_EVERY = 10.0
"""Seconds between lines where there is no terminal."""
_KINDS = ("labelled", "disputed", "none", "failed")


class LabelMeter:
    """A listener that shows what it hears on stderr."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = console(stderr=True)
        self._quiet = quiet
        self._counts: Counter[str] = Counter()
        self._known = self._calls = self._tokens = 0
        self._start = self._last = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self.run_id = ""

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self._quiet:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self._bar = Progress(
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self.run_id:
            self._say(self._line())

    def started(self, run_id: str, prepared: "LabelPrepared", resumed: bool) -> None:
        """A run begins, or goes on."""
        self.run_id = run_id
        self._start = self._last = time.monotonic()
        verb = "resuming" if resumed else "run"
        leaves, annotators = len(prepared.taxonomy.leaves()), prepared.wish.annotators
        count = prepared.data.count
        self._say(f"{verb} {run_id}: {count:,} texts, {leaves:,} leaves, {annotators} annotators")
        if self._bar is not None:
            self._task = self._bar.add_task("", total=count)

    def known(self) -> None:
        """See `LabelListener`."""
        self._known += 1

    def settled(self, status: str) -> None:
        """See `LabelListener`."""
        self._counts[status] += 1
        self._show()

    def attempt(self, attempt: "Attempt") -> None:
        """A model call came to its end."""
        self._calls += 1
        self._tokens += attempt.input_tokens + attempt.output_tokens
        self._show()

    def stopping(self, in_flight: int) -> None:
        """See `LabelListener`."""
        self._say(f"stopping: {in_flight} calls in flight are awaited; Ctrl-C again to quit now")

    def _show(self) -> None:
        if self._bar is not None and self._task is not None:
            done = self._known + self._counts.total()
            self._bar.update(self._task, completed=done, description=self._line())
        elif time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            self._say(self._line())

    def _line(self) -> str:
        seconds = max(time.monotonic() - self._start, 0.001)
        kinds = "  ".join(f"{kind} {self._counts[kind]}" for kind in _KINDS)
        before = f"  {self._known} known before" if self._known else ""
        return f"{kinds}{before}  {self._calls / seconds:.1f} calls/s  {self._tokens:,} tokens"

    def _say(self, line: str) -> None:
        if not self._quiet:
            self._console.print(text(line), soft_wrap=True)
