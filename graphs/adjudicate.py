"""Settles by hand what judges disagree on: whose vote moves a sample, and how it is taken back.

One person at one desk, in one database that nobody else writes meanwhile. Every vote is in the
database when `vote` returns. Knows nothing of keys and screens.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..store import (
    Writer,
    count_shortfall,
    lock,
    progress,
    queries,
    reading,
    records,
    review_rows,
    reviews,
    upgrade,
)
from ..store.review_rows import Chosen
from ..store.reviews import Vote
from ..store.writer import Statement
from .engine import moment

Row = dict[str, Any]
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Case:
    """One sample to be settled."""

    sample: Row
    disagreements: list[Row]
    votes: list[Row]
    """Of the judges; not to be shown before the vote."""
    others: tuple[str, ...]
    """Who else has had a say."""


@dataclass(slots=True)
class Desk:
    """Where one person settles the samples of one run."""

    db: Path
    run: Row
    source: str
    writer: Writer
    overrule: bool = False
    """Whether a vote moves what somebody else has settled."""
    touched: bool = False
    """Whether anything was voted or taken back."""

    def waiting(self, chosen: Chosen, *, settled: bool = False) -> list[str]:
        """Ids of the samples to settle, in an order that says nothing of their votes.

        With `settled` also those that others have settled and this person has not.
        """
        wanted = Chosen(chosen.kinds, chosen.criterion, chosen.leaf, None if settled else "open")
        with reading(self.db) as connection:
            found = review_rows.to_settle(connection, self.run["id"], wanted)
            voters = review_rows.voters(connection, self.run["id"])
        mine = [id_ for id_ in found if self.source not in voters.get(id_, ())]
        return shuffled(self.run["id"], mine)

    def case(self, sample_id: str) -> Case:
        """All that is known of a sample. Raises NotFound."""
        with reading(self.db) as connection:
            sample = review_rows.sample(connection, self.run["id"], sample_id)
            told = review_rows.reviews(connection, sample_id)
            names = dict.fromkeys(
                r["source"] for r in _in_force(told) if r["source"] != self.source
            )
            return Case(
                sample=sample,
                disagreements=list(
                    review_rows.disagreements(connection, self.run["id"], Chosen(sample=sample_id))
                ),
                votes=review_rows.votes(connection, sample_id),
                others=tuple(name for name in names if name != self.source),
            )

    def vote(
        self,
        sample_id: str,
        accept: bool,
        *,
        criterion: str = "",
        comment: str = "",
        blind: bool = True,
        source: str = "",
        may_move: bool = True,
    ) -> bool:
        """Write down a vote; says whether it moved the sample. Raises NotFound and StoreError.

        It moves what nobody has settled, and what this person has; `source` is who else votes.
        """
        source = source or self.source
        with reading(self.db) as connection:
            sample = review_rows.sample(connection, self.run["id"], sample_id)
            told = review_rows.reviews(connection, sample_id)
        # Who has voted on it before was shown the judges' votes then, even if it was taken back.
        unseen = blind and all(review["source"] != source for review in told)
        vote = Vote(source, accept, criterion, comment=comment, blind=unseen)
        moves = may_move and (self.overrule or settler(told) in (None, source))
        self.writer.write_now(reviews.voted(sample, vote, moves=moves, created_at=moment()))
        self.touched = True
        return moves

    def undo(self) -> str | None:
        """Take back this person's last vote in the run; the sample's id, None if there is none.

        Raises InputError if the sample was moved by somebody else since.
        """
        with reading(self.db) as connection:
            review = review_rows.last_of(connection, self.run["id"], self.source)
            if review is None:
                return None
            told = _in_force(review_rows.reviews(connection, review["sample_id"]))
        later = [other for other in told if other["id"] > review["id"] and reviews.has_moved(other)]
        if later and reviews.has_moved(review):
            raise InputError(
                f"{later[-1]['source']} has moved sample {review['sample_id']} since",
                hint="it stays as it is; --overrule lets a new vote move it",
            )
        before = [other for other in told if other["id"] < review["id"]]
        own = [other for other in before if other["source"] == self.source]
        self.writer.write_now(
            reviews.taken_back(
                review,
                earlier=own[-1] if own else None,
                standing=next(filter(_settles, reversed(before)), None),
                undone_at=moment(),
            )
        )
        self.touched = True
        sample_id: str = review["sample_id"]
        return sample_id

    def has_voted(self) -> bool:
        """Whether there is a vote of this person that may be taken back."""
        with reading(self.db) as connection:
            return review_rows.last_of(connection, self.run["id"], self.source) is not None

    def recount(self) -> None:
        """Bring what a finished run says of its end up to date: votes may have filled slots."""
        if self.touched:
            self.writer.write_now(recounted(self.db, self.run))


def recounted(db: Path, run: Row) -> list[Statement]:
    """The statements that count a finished run's open slots anew; none for an unfinished one."""
    if run["status"] not in queries.FINISHED:
        return []
    with reading(db) as connection:
        short = run["asked"] - len(progress.filled_slots(connection, run["id"]))
    status, reason = "done", ""
    if short:
        status, reason = "shortfall", f"{short} of {run['asked']} samples could not be filled"
    ended = records.set_status(run["id"], status, reason, run["finished_at"])
    return [*count_shortfall(run["id"]), ended]


@contextmanager
def desk(db: Path, run_id: str | None, source: str, *, overrule: bool = False) -> Iterator[Desk]:
    """A desk for as long as somebody sits at it. Raises StoreLocked while a run is written."""
    upgrade(db)
    with lock(db):
        with reading(db) as connection:
            run = queries.run(connection, run_id)
        writer = Writer(db)
        try:
            yield Desk(db, run, source, writer, overrule)
        finally:
            writer.close()


def person(name: str) -> str:
    """The source of a person's votes. Raises InputError for what is no name."""
    plain = name.strip()
    if not plain or len(plain) > _LONGEST or not plain.isprintable():
        raise InputError(
            f"{name!r} is no name for a reviewer",
            hint=f"give up to {_LONGEST} characters on one line: --as NAME",
        )
    return f"person:{plain}"


def settler(told: Iterable[Row]) -> str | None:
    """Who has settled a sample, by its reviews; None if nobody has."""
    found = [review["source"] for review in _in_force(told) if _settles(review)]
    return found[-1] if found else None


def shuffled(key: str, ids: Iterable[str]) -> list[str]:
    """An order of the key's own, so that what stands side by side in a run does not prime."""
    return sorted(ids, key=lambda id_: hashlib.sha256(f"{key}\x1f{id_}".encode()).digest())


def _in_force(told: Iterable[Row]) -> list[Row]:
    return [review for review in told if review["undone_at"] is None]


def _settles(review: Row) -> bool:
    return reviews.has_moved(review) and not review["source"].startswith("policy:")
