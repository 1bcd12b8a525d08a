"""What a report goes by: every verdict of a run, as matrices of ratings.

Reads the store once. Measures nothing, except whose word is taken for the truth.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..agents.outputs import Criteria
from ..quality import Ratings
from ..quality.ratings import MISSING, Codes
from ..recipe import Recipe
from ..store import queries, verdict_rows
from ..store.verdict_rows import Row, Said

CRITERIA = tuple(Criteria.model_fields)
PERSON = "person:"
Flags = NDArray[np.bool_]
Basis = Literal["canaries", "people", "none"]
_SCORES = tuple(range(6))


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Units × raters of everything that a verdict says. A rater's last word on a unit counts."""

    units: tuple[str, ...]
    raters: tuple[str, ...]
    codes: NDArray[np.int64]
    """What × units × raters: vote, score, then a finding per criterion."""

    @property
    def votes(self) -> Ratings:
        """1 accepts."""
        return Ratings(self.codes[0], (False, True), self.raters)

    @property
    def scores(self) -> Ratings:
        """0 to 5."""
        return Ratings(self.codes[1], _SCORES, self.raters)

    @property
    def findings(self) -> dict[str, Ratings]:
        """By criterion: 1 met, 0 not met, a gap where it could not be told."""
        return {
            name: Ratings(codes, (0, 1), self.raters)
            for name, codes in zip(CRITERIA, self.codes[2:], strict=True)
        }

    def at(self, units: Sequence[str]) -> "Sheet":
        """The rows of some units, in the order given; gaps for units that nobody judged."""
        place = {unit: at for at, unit in enumerate(self.units)}
        rows = np.asarray([place.get(unit, MISSING) for unit in units], dtype=np.int64)
        codes = np.full((self.codes.shape[0], len(units), len(self.raters)), MISSING)
        codes[:, rows != MISSING] = self.codes[:, rows[rows != MISSING]]
        return Sheet(tuple(units), self.raters, codes)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What the judges are measured by."""

    basis: Basis
    votes: Ratings
    """Of the judges, on what is known."""
    good: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All of one run."""

    run: Row
    recipe: Recipe
    samples: Sequence[Row]
    """Those that the panel judged, in the order in which they were decided."""
    judges: Sequence[Row]
    """A row for each judge, model and prompt."""
    panel: Sheet
    """Judges on `samples`, row by row."""
    canaries: Sequence[Row]
    on_canaries: Sheet
    """Judges on `canaries`, row by row."""
    reworded: Sequence[Said]
    settled: Sheet
    """People, and the adjudicator."""
    unblinded: Mapping[str, int]
    """Verdicts that somebody gave after seeing those of the judges."""
    policies: Sequence[Row]

    @property
    def truth(self) -> Truth:
        """Canaries, else what people settled, else nothing."""
        votes = self.on_canaries.votes
        if (votes.codes != MISSING).any():
            good = np.asarray([bool(row["good"]) for row in self.canaries])
            return Truth("canaries", votes, good)
        units, good = self._by_people()
        votes = self.panel.at(units).votes
        return Truth("people" if len(good) else "none", votes, good)

    @property
    def decisions(self) -> Codes:
        """What the panel decided: 1 accepted, 0 rejected, a gap where it was disputed."""
        codes = {"accepted": 1, "rejected": 0}
        found = [codes.get(row["status"], MISSING) for row in self.samples]
        return np.asarray(found, dtype=np.int64)

    def _by_people(self) -> tuple[list[str], Flags]:
        """Samples on which more people say one thing than the other, and what they say."""
        people = [name for name in self.settled.raters if name.startswith(PERSON)]
        codes = self.settled.votes.of(*people).codes
        lead = (codes == 1).sum(axis=1) - (codes == 0).sum(axis=1)
        judged = set(self.panel.units)
        clear = [
            at for at, unit in enumerate(self.settled.units) if lead[at] != 0 and unit in judged
        ]
        return [self.settled.units[at] for at in clear], np.asarray(lead[clear] > 0, dtype=np.bool_)


def evidence(db: sqlite3.Connection, run_id: str | None = None) -> Evidence:
    """Read one run, the newest if no id is given. Raises NotFound."""
    run = queries.run(db, run_id)
    found, recipe = run["id"], Recipe.model_validate(run["recipe"])
    samples, judges = verdict_rows.judged(db, found), verdict_rows.judges(db, found)
    canaries = verdict_rows.canaries(db, found)
    names = list(dict.fromkeys(row["judge"] for row in judges))
    panel = sheet(verdict_rows.on_samples(db, found, CRITERIA), raters=names)
    known = sheet(verdict_rows.on_canaries(db, found, CRITERIA), raters=names)
    return Evidence(
        run=run,
        recipe=recipe,
        samples=samples,
        judges=judges,
        panel=panel.at([row["id"] for row in samples]),
        canaries=canaries,
        on_canaries=known.at([row["id"] for row in canaries]),
        reworded=verdict_rows.reworded(db, found, CRITERIA),
        settled=sheet(verdict_rows.settled(db, found, CRITERIA)),
        unblinded=verdict_rows.unblinded(db, found),
        policies=verdict_rows.policies(db, found),
    )


def sheet(
    said: Iterable[Said], *, raters: Sequence[str] | None = None, wordings: bool = False
) -> Sheet:
    """A sheet of all that was said, by rater, or by prompt with `wordings`.

    Given `raters` are all that count, in that order; left out, they come as they appear.
    """
    by = 2 if wordings else 1
    rows = [row for row in said if raters is None or row[by] in raters]
    units = {unit: at for at, unit in enumerate(dict.fromkeys(row[0] for row in rows))}
    names = tuple(dict.fromkeys(row[by] for row in rows)) if raters is None else tuple(raters)
    columns = {name: at for at, name in enumerate(names)}
    codes = np.full((2 + len(CRITERIA), len(units), len(names)), MISSING)
    if rows:
        values = np.asarray([row[3:] for row in rows], dtype=np.float64)
        at = [units[row[0]] for row in rows], [columns[row[by]] for row in rows]
        given = np.where(np.isnan(values), MISSING, values).astype(np.int64)
        codes[:, at[0], at[1]] = given.T
    return Sheet(tuple(units), names, codes)
