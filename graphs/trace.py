"""The whole way of one sample, from SQL alone: blueprint, every call, verdicts, what decided.

Gives data, and plain text for scripts; the command line draws the same data its own way.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..store import queries, review_rows
from ..store.links import groups
from ..store.review_rows import Chosen
from ..store.reviews import has_moved
from ..taxonomy import PATH_SEPARATOR, Taxonomy
from .spec import ASSISTANT, USER

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """What is on record of one sample."""

    sample: Row
    blueprint: Row
    calls: list[Row]
    """One per attempt, in the order of their record; `messages` as sent."""
    verdicts: list[Row]
    disagreements: list[Row]
    reviews: list[Row]
    """What people, the adjudicator and other policies made of it, the first one first."""
    groups: dict[str, list[Row]]
    """The samples of the linked groups that it is in, itself among them."""

    def planned(self) -> Iterator[tuple[str, str]]:
        """What its blueprint says beside leaf and labels: name and value."""
        content, rewriter = self.blueprint["content"], self.sample["artifacts"].get("rewriter", {})
        for name in ("turns", "switch", "link"):
            if value := content.get(name):
                yield name, str(value)
        for path in self.blueprint.get("others", ()):
            yield "with", path
        # What labels ask for stands with what was done; what was not done yet, with the plan.
        if operations := rewriter.get("operations") or content.get("operations"):
            yield "rewrites", ", ".join(operations)
        if parameters := content.get("parameters"):
            yield "template", ", ".join(f"{slot} = {value}" for slot, value in parameters)
        person = self.sample["artifacts"].get(USER)
        if person:
            yield "person", f"patience {person['patience']}; {', '.join(person['states'])}"

    def members(self) -> Iterator[str]:
        """The other samples of its groups, a line each."""
        own = {(row["id"], row["kind"]) for row in self.groups.get(self.sample["id"], [])}
        pairs = ((sample, row) for sample, rows in self.groups.items() for row in rows)
        for sample, row in pairs:
            if sample != self.sample["id"] and (row["id"], row["kind"]) in own:
                place = f"number {row['member']}" if row["member"] else "the first"
                yield f"{row['kind']}: {sample} ({place})"

    def steps(self) -> Iterator[tuple[str, list[Row]]]:
        """Attempts grouped by call: the title of each call and its attempts."""
        return steps(self.calls)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The trace as plain text."""
        sample = self.sample
        yield f"sample {sample['id']}: {sample['status']} ({sample['reason']}) {sample['detail']}"
        yield f"leaf: {sample['leaf']}"
        yield "labels: " + ", ".join(f"{name}={value}" for name, value in sample["labels"].items())
        for name, value in self.planned():
            yield f"{name}: {value}"
        yield from self.members()
        for title, attempts in self.steps():
            for call in attempts:
                tokens = f"{call['input_tokens']}+{call['output_tokens']} tokens"
                yield f"\n== {title}, attempt {call['attempt']}: {call['outcome']}, {tokens}"
                for message in call["messages"]:
                    yield f"-- {message['role']}\n{message['content']}"
                yield f"-- reply of {call['model']}\n{call['reply'] or call['error']}"
        for verdict in self.verdicts:
            yield f"\n== verdict of {verdict['judge']}: {vote(verdict)}\n{verdict['rationale']}"
        for row in self.reviews:
            yield f"\n== {reviewed(row)}"


def steps(calls: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Attempts grouped by call, in the order of their record."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for call in sorted(calls, key=lambda call: call["id"]):
        groups.setdefault((call["round"], call["node"], call["prompt"]), []).append(call)
    for (round_, node, prompt), attempts in groups.items():
        counts = "message" if node in (USER, ASSISTANT) else "round"
        suffix = f", {counts} {round_}" if round_ else ""
        yield f"{node} ({prompt}{suffix})", attempts


def vote(verdict: Row) -> str:
    """A verdict's vote in one word."""
    if verdict["accept"] is None:
        return f"unscored ({verdict['unscored']})"
    return "accept" if verdict["accept"] else "reject"


def reviewed(review: Row) -> str:
    """A review in one line: whose it was, what it moved, and whether it still holds."""
    said = ""
    if review["accept"] is not None:
        said = " said accept" if review["accept"] else " said reject"
    if review["criterion"]:
        said += f" for {review['criterion']}"
    moved = has_moved(review)
    became = f": {review['was']} → {review['became']}" if moved else ", which moved nothing"
    marks = [
        *(["not blind"] if review["blind"] == 0 else []),
        *([f"taken back {review['undone_at']}"] if review["undone_at"] else []),
    ]
    told = f" ({', '.join(marks)})" if marks else ""
    comment = f" “{review['comment']}”" if review["comment"] else ""
    return f"{review['created_at'][:19]} {review['source']}{said}{became}{told}{comment}"


def pretty(reply: str) -> str:
    """A JSON reply indented; any other text as it is."""
    try:
        return json.dumps(json.loads(reply), ensure_ascii=False, indent=2)
    except ValueError:
        return reply


def trace(db: sqlite3.Connection, sample_id: str) -> Trace:
    """The trace of the sample whose id begins so. Raises NotFound."""
    sample = queries.sample(db, sample_id)
    id_ = sample["id"]
    return Trace(
        sample=sample,
        blueprint=_blueprint(db, sample),
        calls=queries.calls(db, id_),
        verdicts=queries.verdicts(db, id_),
        disagreements=list(review_rows.disagreements(db, sample["run_id"], Chosen(sample=id_))),
        reviews=review_rows.reviews(db, id_),
        groups=groups(db, id_),
    )


def _blueprint(db: sqlite3.Connection, sample: Row) -> Row:
    """The blueprint of a sample, with the paths of the further categories that it names."""
    row = queries.blueprint(db, sample["run_id"], sample["blueprint_id"])
    if others := row["content"].get("others"):
        known = Taxonomy.from_dict(queries.taxonomy(db, sample["run_id"]))
        row["others"] = [PATH_SEPARATOR.join(known.node(leaf).path) for leaf in others]
    return row
