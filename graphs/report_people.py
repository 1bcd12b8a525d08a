"""How far people, and the adjudicator, agree with the panel of a run and with each other."""

from dataclasses import dataclass

import numpy as np

from ..quality import Figure, Ratings
from ..quality.figure import share
from ..quality.ratings import MISSING
from .report_agreement import Pair, pairs
from .report_evidence import Evidence

PANEL = "panel"
"""The panel's decision, as one that people are compared with."""


@dataclass(frozen=True, slots=True)
class Person:
    """One who gave verdicts after the panel."""

    name: str
    """person:NAME or agent:adjudicator."""
    verdicts: int
    accepted: Figure
    unblinded: int
    """Verdicts given after seeing those of the judges: that these agree says little."""
    disputed: int
    """Verdicts on samples that the panel had left disputed."""
    against_panel: Pair
    """On samples that the panel had decided."""
    against_judges: tuple[Pair, ...]
    against_people: tuple[Pair, ...]


def people_part(found: Evidence) -> tuple[Person, ...]:
    """Compare everybody with the panel, each judge and each other."""
    votes = found.panel.at(found.settled.units).votes
    decision = dict(zip(found.panel.units, found.decisions.tolist(), strict=True))
    panel = np.asarray([decision.get(unit, MISSING) for unit in found.settled.units])
    judged = np.asarray([unit in decision for unit in found.settled.units], dtype=np.bool_)
    people = found.settled.votes
    everybody = Ratings(
        np.column_stack([panel, votes.codes, people.codes]),
        votes.categories,
        # A judge may be called like the panel, or like a person.
        (PANEL, *(f"judge:{name}" for name in votes.raters), *people.raters),
    )
    compared = {frozenset((pair.left, pair.right)): pair for pair in pairs(everybody)}
    found_people = []
    for place, name in enumerate(people.raters):
        codes = people.codes[:, place]
        given = codes != MISSING
        found_people.append(
            Person(
                name=name,
                verdicts=int(given.sum()),
                accepted=share(int((codes == 1).sum()), int(given.sum())),
                unblinded=found.unblinded.get(name, 0),
                disputed=int((given & judged & (panel == MISSING)).sum()),
                against_panel=compared[frozenset((name, PANEL))],
                against_judges=tuple(
                    compared[frozenset((name, f"judge:{judge}"))] for judge in votes.raters
                ),
                against_people=tuple(
                    compared[frozenset((name, other))] for other in people.raters if other != name
                ),
            )
        )
    return tuple(found_people)
