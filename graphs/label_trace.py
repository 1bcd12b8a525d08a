"""The whole way of one text that was labelled, from SQL alone: calls, annotations, differences."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from ..store import labelling, queries
from .trace import Row, steps


@dataclass(frozen=True, slots=True)
class LabelTrace:
    """What is on record of one text."""

    item: Row
    calls: list[Row]
    """One per attempt, in the order of their record; `messages` as sent."""
    annotations: list[Row]
    disagreements: list[Row]

    def steps(self) -> Iterator[tuple[str, list[Row]]]:
        """Attempts grouped by call, one annotator after the other."""
        return steps(sorted(self.calls, key=lambda call: (call["node"], call["id"])))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The trace as plain text."""
        item = self.item
        yield f"item {item['id']}: {item['status']} {item['reason']} {item['detail']}".rstrip()
        yield f"source: {item['source']}"
        yield f"leaves: {', '.join(item['leaves'])}"
        for title, attempts in self.steps():
            for call in attempts:
                tokens = f"{call['input_tokens']}+{call['output_tokens']} tokens"
                yield f"\n== {title}, attempt {call['attempt']}: {call['outcome']}, {tokens}"
                for message in call["messages"]:
                    yield f"-- {message['role']}\n{message['content']}"
                yield f"-- reply of {call['model']}\n{call['reply'] or call['error']}"
        for row in self.annotations:
            yield f"\n== {row['annotator']}: {said(row)}"


def said(annotation: Row) -> str:
    """An annotation in a line."""
    if annotation["failed"]:
        return f"no answer ({annotation['failed']})"
    if annotation["none"]:
        return f"none below {annotation['stuck']}"
    return ", ".join(annotation["leaves"])


def label_trace(db: sqlite3.Connection, item_id: str) -> LabelTrace:
    """The trace of the item whose id begins so. Raises NotFound."""
    item = labelling.item(db, item_id)
    return LabelTrace(
        item=item,
        calls=queries.calls(db, item["id"]),
        annotations=labelling.annotations(db, item["id"]),
        disagreements=labelling.differences_of(db, item["id"]),
    )
