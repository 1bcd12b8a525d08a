"""The whole way of one list that was grown, from SQL alone: every call, every cut, the estimate."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..store import growth as questions
from ..taxonomy.growing.screen import REASONS
from .trace import Row, steps

PREFIX = "g-"
"""How the id of a list begins, which tells it from a sample's."""


@dataclass(frozen=True, slots=True)
class GrowTrace:
    """What is on record of one list."""

    growth: Row
    calls: list[Row]
    """One per attempt: the level plan's first, then the list's in the order of their record."""

    def steps(self) -> Iterator[tuple[str, list[Row]]]:
        """Attempts grouped by call: the title of each call and its attempts."""
        return steps(self.calls)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The trace as plain text."""
        growth = self.growth
        yield f"list {growth['id']}: {growth['path']}"
        yield f"{growth['status']} {growth['reason']} {growth['detail']}".rstrip()
        for title, attempts in self.steps():
            for call in attempts:
                tokens = f"{call['input_tokens']}+{call['output_tokens']} tokens"
                yield f"\n== {title}, attempt {call['attempt']}: {call['outcome']}, {tokens}"
                for message in call["messages"]:
                    yield f"-- {message['role']}\n{message['content']}"
                yield f"-- reply of {call['model']}\n{call['reply'] or call['error']}"
        yield "\n== what was decided"
        yield from self.decided()

    def decided(self) -> Iterator[str]:
        """What was cut, what the merger did, and what is offered, a line each."""
        for cut in self.growth["cuts"]:
            yield f"cut  {cut['name']}: {told(cut)}"
        for change in self.growth["changes"]:
            became = " + ".join(change["names"]) or "nothing"
            said = f" [{change['said']}]" if change["said"] else ""
            yield f"{change['action']}  {change['entry']} -> {became}: {change['reason']}{said}"
        for item in self.growth["additions"]:
            lists = f"{len(item['lists'])} of {len(self.growth['counted'])}"
            yield f"offered  {item['entry']['name']} (in {lists} proposals)"
        yield f"estimate  {estimated(self.growth)}"


def told(cut: Row) -> str:
    """A cut in words: whose it was, why, and what gave rise to it."""
    part, _, reason = cut["reason"].rpartition(":")
    words = f"the {part} " if part else ""
    detail = f" ({cut['detail']})" if cut["detail"] else ""
    by = f" [{cut['by']}]" if cut["by"] else ""
    return f"{cut['reason']}: {words}{REASONS.get(reason, reason)}{detail}{by}"


def estimated(growth: Row) -> str:
    """The estimate of a list in words."""
    found: dict[str, Any] = growth["estimate"]
    if not found:
        return "none"
    interval = f"{found['low']:.0f} to {found['high']:.0f}"
    new = found["observed"] - growth["known"]
    return (
        f"{growth['known']} before, {new} new, probably about {found['total']:.0f} in all "
        f"({interval}), by {len(growth['counted'])} proposals"
    )


def grow_trace(db: sqlite3.Connection, list_id: str) -> GrowTrace:
    """The trace of the list whose id begins so. Raises NotFound."""
    growth = questions.one(db, list_id)
    return GrowTrace(growth, questions.calls(db, growth))
