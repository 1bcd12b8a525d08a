"""How many independent votes the panel of a run is worth, and whether judges favour their kin."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..quality import Figure, calibrated, independence, independence_bounds
from ..quality.family import family
from ..quality.ratings import MISSING, Ratings
from ..quality.self_preference import SelfPreference, self_preference
from .report_evidence import Evidence, Flags

_OF_A_RUN = re.compile("sample [0-9a-f]{12}")
"""Origin of a canary that was a sample of a run: who knows which model wrote it."""


@dataclass(frozen=True, slots=True)
class Together:
    """How far the errors of two judges coincide."""

    left: str
    right: str
    correlation: Figure


@dataclass(frozen=True, slots=True)
class Kin:
    """What judges of one writer's family make of its samples."""

    family: str
    samples: int
    own: tuple[str, ...]
    """Judges of that family."""
    measured: SelfPreference | None
    why: str = ""
    """What was missing."""


@dataclass(frozen=True, slots=True)
class IndependencePart:
    """How far the judges are independent, of each other and of the writer."""

    basis: Literal["canaries", "votes", "none"]
    judges: int
    effective: Figure
    """n_eff; an interval from canaries, bounds from votes alone."""
    pairs: tuple[Together, ...]
    defects: Figure
    """Share of defects in the stream, as it is reckoned with; only with canaries."""
    kin: tuple[Kin, ...]
    """A row for each family of writers."""


def independence_part(found: Evidence) -> IndependencePart:
    """Measure it on canaries, else bound it by votes."""
    votes, judges, kin = found.panel.votes, len(found.panel.raters), _kin(found)
    unknown = Figure(None, why="no canaries")
    if judges < 2 or not (votes.codes != MISSING).any():
        nothing = Figure(None, why="no two judges voted")
        return IndependencePart("none", judges, nothing, (), unknown, kin)
    truth = found.truth
    if truth.basis == "canaries":
        defects = defects_of(found)
        measured = independence(truth.votes, truth.good, prevalence=defects.value)
    else:
        # What people settled is mostly what was disputed, where errors exclude each other.
        defects, measured = unknown, independence_bounds(votes)
    basis: Literal["canaries", "votes"] = "canaries" if measured.basis == "truth" else "votes"
    pairs = tuple(Together(*pair, figure) for pair, figure in measured.correlations.items())
    return IndependencePart(basis, judges, measured.effective, pairs, defects, kin)


def defects_of(found: Evidence) -> Figure:
    """The share of defects among the samples: as the run's policy has it, else from the votes."""
    fitted = [row["data"] for row in found.policies if row["name"] == "calibrated" and row["data"]]
    if fitted:
        return Figure(float(fitted[-1]["prevalence"]))
    truth = found.truth
    if truth.basis != "canaries":
        return Figure(None, why="no canaries")
    try:
        guessed = calibrated(truth.votes, truth.good, stream=found.panel.votes)
    except ValueError as error:
        return Figure(None, why=str(error))
    return Figure(guessed.prevalence)


def _kin(found: Evidence) -> tuple[Kin, ...]:
    """The writers' families, that of most samples first."""
    families = {model: family(model) for model in {row["model"] for row in found.samples}}
    writers = [families[row["model"]] for row in found.samples]
    judges = {
        name: {family(row["model"]) for row in found.judges if row["judge"] == name}
        for name in found.panel.raters
    }
    kin = []
    for writer, count in Counter(writers).most_common():
        own = np.asarray([judges[name] == {writer} for name in found.panel.raters], dtype=np.bool_)
        names = tuple(name for name in found.panel.raters if writer in judges[name])
        why = _unmeasurable(writer, judges)
        rows = np.asarray([one == writer for one in writers])
        measured = None if why else _preference(found, rows, own)
        kin.append(Kin(writer, count, names, measured, why))
    return tuple(kin)


def _unmeasurable(writer: str, judges: dict[str, set[str]]) -> str:
    own = [name for name, families in judges.items() if writer in families]
    mixed = [name for name in own if len(judges[name]) > 1]
    if not own:
        return "no judge is of the writer's family"
    if len(own) == len(judges):
        return "all judges are of the writer's family, so there is nobody to compare them with"
    return f"{mixed[0]} answered with models of several families" if mixed else ""


def _preference(found: Evidence, rows: Flags, own: Flags) -> SelfPreference:
    """On the samples of one writer, beside canaries that no run wrote."""
    votes, canaries = found.panel.votes, found.on_canaries.votes
    stream = Ratings(votes.codes[rows], votes.categories, votes.raters)
    foreign = np.asarray([not _OF_A_RUN.fullmatch(row["origin"]) for row in found.canaries])
    if not foreign.any():
        return self_preference(stream, own)
    known = Ratings(canaries.codes[foreign], canaries.categories, canaries.raters)
    good = np.asarray([bool(row["good"]) for row in found.canaries])[foreign]
    return self_preference(stream, own, canaries=known, good=good)
