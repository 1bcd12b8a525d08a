"""How a run goes, while it goes: a bar in a terminal, plain lines elsewhere.

Hears of samples and attempts; decides nothing.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .render import COLOURS, console

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ..graphs.measure import Present
    from ..graphs.prepare import Prepared
    from ..models import Attempt
    from ..quality.diversity import Reading
    from ..taxonomy import Plan

_EVERY = 10.0
"""Seconds between lines where there is no terminal."""


def notes(plan: "Plan", found: Sequence[tuple[str, "Present"]]) -> Iterator[str]:
    """What a plan is not as one might think: what was there already, which mixes are not even."""
    for source, present in found:
        yield f"against {source}: {present.placed} samples count already"
        for missed in present.unplaced:
            example = f", as in {missed.examples[0]}" if missed.examples else ""
            yield f"  {missed.count} do not: {missed.reason}{example}"
        for stray in present.strays[:3]:
            what = f"{stray.name} {stray.value}".strip()
            yield f"  {stray.count} with a label that is not counted: {what} at {stray.leaf}"
    moved: dict[str, list[str]] = {}
    for gap in plan.reach.gaps:
        moved.setdefault(gap.name, []).append(f"{gap.value} {gap.asked:.1%} → {gap.nearest:.1%}")
    for name, values in moved.items():
        more = f" and {len(values) - 3} more" if len(values) > 3 else ""
        yield f"note: constraints move the mix of {name}: {', '.join(values[:3])}{more}"


class Meter:
    """A listener that shows what it hears on stderr."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = console(stderr=True)
        self._live = self._console.is_terminal and not quiet
        self._quiet = quiet
        self._counts: Counter[str] = Counter()
        self._calls = self._tokens = self._asked = self._tries = self._judged = 0
        self._start = self._last = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self.run_id = ""

    def __enter__(self) -> Self:
        if self._live:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self._bar = Progress(
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TextColumn("{task.description}", markup=True),
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
        elif self._asked and not self._quiet:
            self._say(self._line())

    def started(self, run_id: str, prepared: "Prepared", resumed: bool) -> None:
        """A run begins, or goes on."""
        self.run_id, self._asked = run_id, prepared.size
        self._start = self._last = time.monotonic()
        if not self._quiet:
            verb = "resuming" if resumed else "run"
            leaves = sum(1 for _ in prepared.taxonomy.leaves())
            self._say(f"{verb} {run_id}: {self._asked} samples over {leaves} leaves")
            for line in notes(prepared.plan, prepared.present):
                self._say(line)
            self._warn_of_kin(prepared)
            if prepared.embeddings is not None and prepared.embeddings.offline:
                self._say(
                    "WARNING: the offline embeddings compare characters and understand nothing; "
                    "paraphrases are not found"
                )
        if self._bar is not None:
            self._task = self._bar.add_task("", total=self._asked)

    def _warn_of_kin(self, prepared: "Prepared") -> None:
        from ..graphs.endpoints import same_family

        models = {node: endpoint for node, (endpoint, _) in prepared.endpoints.items()}
        kin = same_family(models, prepared.spec)
        if kin:
            self._say(
                f"note: {', '.join(kin)} judge with the writer's model, which tends to be lenient "
                "with itself; the recipe can name another under models.judge"
            )

    def wave(self, number: int, size: int) -> None:
        """See `Listener`."""
        self._tries += size
        if number and size and not self._quiet:
            self._say(f"wave {number}: {size} tries to refill what was not accepted")

    def sample(self, status: str) -> None:
        """See `Listener`."""
        self._judged = max(self._judged - 1, 0)
        self._counts[status] += 1
        self._show()

    def judged(self) -> None:
        """See `Listener`."""
        self._judged += 1
        self._show()

    def attempt(self, attempt: "Attempt") -> None:
        """A model call came to its end."""
        self._calls += 1
        self._tokens += attempt.input_tokens + attempt.output_tokens
        self._show()

    def repeated(self, count: int) -> None:
        """See `Listener`."""
        self._counts["accepted"] -= count
        self._counts["rejected"] += count
        if count and not self._quiet:
            self._say(f"{count} accepted samples repeat others and are taken back")

    def collapsing(self, reading: "Reading") -> None:
        """See `Listener`."""
        self._say(
            f"warning: the last accepted samples share {reading.now:.0%} of their word sequences "
            f"with one another, {reading.start:.0%} at the start; Ctrl-C stops the run"
        )

    def stopping(self, in_flight: int) -> None:
        """See `Listener`."""
        self._say(f"stopping: {in_flight} calls in flight are awaited; Ctrl-C again to quit now")

    def _show(self) -> None:
        if self._bar is not None and self._task is not None:
            done = self._counts["accepted"]
            self._bar.update(self._task, completed=done, description=self._line(colour=True))
        elif not self._quiet and time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            self._say(self._line())

    def _line(self, *, colour: bool = False) -> str:
        def part(kind: str) -> str:
            shown = f"{kind} {self._counts[kind]}"
            return f"[{COLOURS[kind]}]{shown}[/]" if colour else shown

        seconds = max(time.monotonic() - self._start, 0.001)
        kinds = "  ".join(part(kind) for kind in ("accepted", "disputed", "rejected", "failed"))
        if self._judged:
            kinds += f"  {self._judged} judged, to be decided when the wave is over"
        return f"{kinds}  {self._calls / seconds:.1f} calls/s  {self._tokens:,} tokens"

    def _say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True)
