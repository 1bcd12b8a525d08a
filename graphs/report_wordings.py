"""Whether the judges of a run hang on how they are asked: the same judge in other wordings."""

from dataclasses import dataclass

import numpy as np

from ..quality import Stability, Wordings, stability
from ..quality.figure import LEVEL
from ..quality.ratings import MISSING
from .report_evidence import CRITERIA, Evidence, Sheet, sheet

_RESAMPLES = 300
_EACH = (1 - LEVEL) / 2
"""Level of each of two families of tests, nominal ones and that of the score: together as usual."""


@dataclass(frozen=True, slots=True)
class WordingsPart:
    """Judges under several wordings."""

    samples: int
    """Samples and canaries that some judge was asked about in another wording."""
    wordings: dict[str, tuple[str, ...]]
    """By judge: its own wording, then the others."""
    found: Wordings
    """By what is said: decision, criteria, score."""


def wordings_part(found: Evidence) -> WordingsPart | None:
    """Compare each judge with itself; None where nobody was asked in another wording."""
    said = [row for row in found.reworded if row[1] in found.panel.raters]
    units, judges = list(dict.fromkeys(row[0] for row in said)), {row[1] for row in said}
    if not units:
        return None
    asked = {name: _of_judge(found, name, units) for name in found.panel.raters if name in judges}
    nominal = {"decision": {name: one.votes for name, one in asked.items()}} | {
        name: {judge: one.findings[name] for judge, one in asked.items()} for name in CRITERIA
    }
    scores = {"score": {name: one.scores for name, one in asked.items()}}
    parts = (
        stability(nominal, level=_EACH, resamples=_RESAMPLES),
        stability(scores, "ordinal", level=_EACH, resamples=_RESAMPLES),
    )
    rows: list[Stability] = [one for part in parts for one in part.judges]
    between = {name: one for part in parts for name, one in part.between.items()}
    wordings = {name: one.raters for name, one in asked.items()}
    return WordingsPart(len(units), wordings, Wordings(tuple(rows), between))


def _of_judge(found: Evidence, name: str, units: list[str]) -> Sheet:
    """Units × wordings of one judge, its own wording first."""
    own = [row["prompt"] for row in found.judges if row["judge"] == name][0]
    others = sheet([row for row in found.reworded if row[1] == name], wordings=True).at(units)
    column = found.panel.raters.index(name)
    first = found.panel.at(units).codes[:, :, [column]]
    # A unit is a sample or a canary, never both.
    known = found.on_canaries.at(units).codes[:, :, [column]]
    first = np.where(first == MISSING, known, first)
    return Sheet(tuple(units), (own, *others.raters), np.concatenate([first, others.codes], axis=2))
