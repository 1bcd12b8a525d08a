"""Tells during a run that its texts have begun to repeat each other.

Holds a window of the last texts and nothing of those before but one number, so that its memory
does not grow with the run. Two kinds of rut are not found: one that is there from the first text
on, since a run is compared with its own start, and one that goes round through more than some
thirty texts, which the window does not hold twice. The report finds both. Knows nothing of what to
do about it.
"""

from collections import Counter, deque
from dataclasses import dataclass

from .measures import ORDERS, tokens

WINDOW = 50
"""Texts that are compared with each other."""
LENGTH = 200
"""Tokens of a text that are looked at, so that long texts do not seem more alike."""
RISE = 0.5
"""An alarm is this share of the way from the start to nothing but repetition."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Share of 4-grams in the window that another text there has too; at the start, and now."""

    start: float
    now: float

    @property
    def collapsed(self) -> bool:
        """Whether most of what could still differ no longer does."""
        return self.now >= self.start + RISE * (1 - self.start)


class Watch:
    """Takes the accepted texts one by one."""

    def __init__(self) -> None:
        self._window = deque[frozenset[tuple[str, ...]]]()
        self._holders = Counter[tuple[str, ...]]()
        self._every = self._shared = 0
        self._start: float | None = None

    def add(self, text: str) -> Reading | None:
        """What the window shows with this text; None until the first is full."""
        some = tokens(text, LENGTH)
        parts = zip(*(some[start:] for start in range(ORDERS)), strict=False)
        self._take(frozenset(parts))
        if len(self._window) > WINDOW:
            self._leave(self._window.popleft())
        if len(self._window) < WINDOW:
            return None
        now = self._shared / self._every if self._every else 0.0
        if self._start is None:
            self._start = now
        return Reading(self._start, now)

    def _take(self, grams: frozenset[tuple[str, ...]]) -> None:
        self._window.append(grams)
        self._every += len(grams)
        for gram in grams:
            self._holders[gram] += 1
            # The second to have it makes the first one a repetition too.
            self._shared += {1: 0, 2: 2}.get(self._holders[gram], 1)

    def _leave(self, grams: frozenset[tuple[str, ...]]) -> None:
        self._every -= len(grams)
        for gram in grams:
            self._shared -= {1: 0, 2: 2}.get(self._holders[gram], 1)
            self._holders[gram] -= 1
            if not self._holders[gram]:
                del self._holders[gram]
