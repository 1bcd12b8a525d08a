"""Settles by hand where annotators differ: in the place of a text, or in a value of an attribute.

The counterpart of `adjudicate` for runs that labelled data. Each difference is a case; one chooses
what a side said, none of these, or anything else that the taxonomy has.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..store import (
    Writer,
    labelling,
    lock,
    placements,
    queries,
    reading,
    review_rows,
    upgrade,
)
from ..store.placements import Placement
from ..taxonomy import PATH_SEPARATOR, Taxonomy
from ..taxonomy.names import key
from .adjudicate import shuffled
from .engine import moment

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LabelCase:
    """One difference to be settled."""

    id: str
    item: Row
    subject: str
    """The attribute; "" for the place."""
    options: tuple[tuple[str, ...], ...]
    """What the sides said, each once, in an order that says nothing."""
    sides: dict[str, Row]
    """Who said what; not to be shown before the choice."""


@dataclass(slots=True)
class LabelDesk:
    """Where one person settles the items of one run."""

    db: Path
    run: Row
    source: str
    taxonomy: Taxonomy
    writer: Writer

    def waiting(self) -> list[str]:
        """Ids of the open differences, in the run's own order."""
        with reading(self.db) as connection:
            found = labelling.disagreements(connection, self.run["id"], "open")
            return shuffled(self.run["id"], [row["id"] for row in found])

    def case(self, difference_id: str) -> LabelCase:
        """All that is known of a difference. Raises NotFound."""
        with reading(self.db) as connection:
            row = review_rows.disagreement(connection, self.run["id"], difference_id)
            item = labelling.item(connection, row["sample_id"])
        sides = row["detail"]["sides"]
        name = "values" if row["subject"] else "leaves"
        options = sorted({tuple(side[name]) for side in sides.values() if side[name]})
        random.Random(difference_id).shuffle(options)
        return LabelCase(difference_id, item, row["subject"], tuple(options), sides)

    def choose(
        self, case: LabelCase, chosen: tuple[str, ...], *, comment: str = "", blind: bool = True
    ) -> None:
        """Settle a difference."""
        found = Placement(self.source, case.subject, chosen, comment, blind)
        with reading(self.db) as connection:
            item = labelling.item(connection, case.item["id"])
            rows = labelling.differences_of(connection, item["id"])
            said = placements.annotation(connection, item["id"], self.source)
        open_ones = [row for row in rows if row["status"] == "open"]
        self.writer.write_now(
            placements.placed(item, found, open_ones=open_ones, said=said, created_at=moment())
        )

    def undo(self) -> str | None:
        """Take back this person's last choice in the run; the difference's id, if there is one."""
        with reading(self.db) as connection:
            review = review_rows.last_of(connection, self.run["id"], self.source)
            if review is None:
                return None
            told = review_rows.reviews(connection, review["sample_id"])
            rows = labelling.differences_of(connection, review["sample_id"])
        if any(other["id"] > review["id"] and other["undone_at"] is None for other in told):
            raise InputError(
                f"somebody else has settled more of {review['sample_id']} since",
                hint="it stays as it is",
            )
        self.writer.write_now(placements.taken_back(review, undone_at=moment()))
        ids: dict[str, str] = {row["subject"]: row["id"] for row in rows}
        return ids[review["criterion"]]

    def has_voted(self) -> bool:
        """Whether there is a choice of this person that may be taken back."""
        with reading(self.db) as connection:
            return review_rows.last_of(connection, self.run["id"], self.source) is not None

    def named(self, case: LabelCase, written: str) -> tuple[str, ...]:
        """What a person writes instead: a leaf's path or name, or a value. Raises InputError."""
        if case.subject:
            found = [
                value.name
                for node in self.taxonomy.leaves()
                for attribute in self.taxonomy.attributes_of(node.id)
                if key(attribute.name) == key(case.subject)
                for value in attribute.values
                if key(value.name) == key(written)
            ]
            found = list(dict.fromkeys(found))
        else:
            paths = [PATH_SEPARATOR.join(leaf.path) for leaf in self.taxonomy.leaves()]
            asked = tuple(key(part) for part in written.split(PATH_SEPARATOR.strip()))
            found = [p for p in paths if _ends(p, asked)]
        if len(found) != 1:
            what = "nothing is" if not found else f"{len(found)} places are"
            raise InputError(f"{what} called {written!r}", hint="write the whole path, A > B > C")
        return tuple(found)


@contextmanager
def label_desk(db: Path, run_id: str | None, source: str) -> Iterator[LabelDesk]:
    """A desk for as long as somebody sits at it. Raises StoreLocked while a run is written."""
    upgrade(db)
    with lock(db):
        writer = Writer(db)
        try:
            with reading(db) as connection:
                run = labelling.run(connection, run_id)
                taxonomy = Taxonomy.from_dict(queries.taxonomy(connection, run["id"]))
            yield LabelDesk(db, run, source, taxonomy, writer)
        finally:
            writer.close()


def _ends(path: str, asked: tuple[str, ...]) -> bool:
    names = tuple(key(part) for part in path.split(PATH_SEPARATOR))
    return names[-len(asked) :] == asked
