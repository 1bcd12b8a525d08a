"""A judged run whose truth is known: samples, canaries, other wordings and people, as the store
has them. What judges say is drawn; what they are worth is planted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from taxoloom.graphs.report_evidence import CRITERIA
from taxoloom.store import records
from taxoloom.tests.store.plant import blueprint, plant, run, sample, verdict

Row = dict[str, Any]
LEAVES = ("根 > 售前 > 咨询", "根 > 售后 > 退货", "根 > 售后 > 换货")
KINDS = ("wrong_number", "truncated")
BEGIN = "2026-11-22T10:"


@dataclass(frozen=True, slots=True)
class Judge:
    """What is planted in one judge."""

    good: float = 0.9
    """P(accept | good)."""
    defective: float = 0.15
    """P(accept | defective)."""
    later: float = 0.0
    """Share of what it would reject that it accepts in the later half of the run."""
    model: str = "judge-model"
    favour: float = 0.0
    """Share of the samples it would reject that it accepts, of samples and not of canaries."""
    flip: float = 0.0
    """Share of its answers that another wording changes."""


@dataclass(slots=True)
class Planting:
    """What a run is made of."""

    judges: Mapping[str, Judge]
    samples: int = 300
    canaries: int = 0
    defects: float = 0.25
    writer: str = "writer-model"
    wordings: Sequence[str] = ()
    people: Mapping[str, float] = field(default_factory=dict)
    """Person to the share of samples they give a true verdict on."""
    disputed_only: bool = False
    """People settle nothing but what the judges differ on."""
    policies: Sequence[Row] = ()
    seed: int = 1
    recipe: Row = field(default_factory=lambda: {"taxonomy": "t.yaml"})


def planted(path: Path, what: Planting) -> Path:
    """Write it into a new database."""
    rng = np.random.default_rng([31, what.seed])
    tables: dict[str, list[Row]] = {
        name: [] for name in ("runs", "blueprints", "samples", "canaries", "verdicts", "reviews")
    }
    tables["runs"].append(run(recipe=what.recipe))
    for place in range(what.samples):
        _sample(tables, what, rng, place)
    for place in range(what.canaries):
        _canary(tables, what, rng, place)
    tables["policies"] = [{"run_id": "r1", "created_at": _at(0), **row} for row in what.policies]
    return plant(path, [records.insert(name, rows) for name, rows in tables.items() if rows])


def _sample(
    tables: dict[str, list[Row]], what: Planting, rng: np.random.Generator, place: int
) -> None:
    good = bool(rng.random() >= what.defects)
    leaf, wave = LEAVES[place % len(LEAVES)], int(place >= what.samples // 2)
    of = blueprint(f"b{place}", slot=place, leaf=leaf, wave=wave)
    votes = {
        name: _vote(judge, good, rng, judge.favour + judge.later * wave)
        for name, judge in what.judges.items()
    }
    kinds = set(votes.values())
    status = "disputed" if len(kinds) > 1 else "accepted" if True in kinds else "rejected"
    row = sample(of, status, model=what.writer, created_at=_at(place))
    tables["blueprints"].append(of)
    tables["samples"].append(row)
    _verdicts(tables, what, rng, row["id"], votes, _at(place))
    for person, share in what.people.items():
        if rng.random() < share and (len(kinds) > 1 or not what.disputed_only):
            _person(tables, person, row, good)


def _canary(
    tables: dict[str, list[Row]], what: Planting, rng: np.random.Generator, place: int
) -> None:
    good = place % 2 == 0
    row: Row = {
        "id": f"c{place}",
        "run_id": "r1",
        "wave": 0,
        "place": place,
        "leaf": LEAVES[0],
        "labels": {},
        "language": "zh",
        "request": {},
        "messages": [],
        "final_answer": "",
        "good": int(good),
        "defect": "" if good else KINDS[place // 2 % len(KINDS)],
        "detail": "",
        "origin": "built-in:unit_price",
        "created_at": _at(place),
    }
    tables["canaries"].append(row)
    votes = {name: _vote(judge, good, rng, 0.0) for name, judge in what.judges.items()}
    _verdicts(tables, what, rng, row["id"], votes, _at(place))


def _verdicts(
    tables: dict[str, list[Row]],
    what: Planting,
    rng: np.random.Generator,
    unit: str,
    votes: Mapping[str, bool],
    at: str,
) -> None:
    common = {"sample_id": unit, "run_id": "r1", "source": "agent", "created_at": at}
    for name, vote in votes.items():
        judge = what.judges[name]
        own = said(name, vote, model=judge.model, variant="")
        tables["verdicts"].append(common | own)
        for wording in what.wordings:
            other = vote ^ bool(rng.random() < judge.flip)
            row = said(name, other, model=judge.model, prompt=f"{wording}.zh", variant=wording)
            tables["verdicts"].append(common | row)


def _person(tables: dict[str, list[Row]], name: str, row: Row, good: bool) -> None:
    common = {"sample_id": row["id"], "run_id": "r1", "created_at": row["created_at"]}
    verdict = said(name, good, model="", prompt="", variant="", source=f"person:{name}")
    tables["verdicts"].append(common | verdict)
    became = "accepted" if good else "rejected"
    history = {"was": row["status"], "was_reason": row["reason"], "became": became}
    rest = {"became_reason": f"person:{became}", "criterion": "", "comment": ""}
    tables["reviews"].append({**common, "source": f"person:{name}", **history, **rest})
    row["status"] = became


def said(judge: str, accept: bool, **changed: Any) -> Row:
    """A verdict in which every criterion goes with the vote."""
    finding = "met" if accept else "not_met"
    criteria = {name: {"finding": finding, "quote": ""} for name in CRITERIA}
    return verdict(judge, accept, **{"criteria": criteria, "score": 4 if accept else 1} | changed)


def _vote(judge: Judge, good: bool, rng: np.random.Generator, favour: float) -> bool:
    accept = bool(rng.random() < (judge.good if good else judge.defective))
    return accept or bool(rng.random() < favour)


def _at(place: int) -> str:
    return f"{BEGIN}{place // 60 % 60:02}:{place % 60:02}.000+00:00"
