"""A run as its user holds it: counts, samples, traces, exports. Everything is read from SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..quality import Agreement, agreement
from ..store import FORMATS, Filter, export, queries, reading, shortfall
from ..store.links import with_groups
from ..store.planned import with_planned
from ..taxonomy.measuring.covered import Coverage
from .measure import coverage_of_run
from .report import Report, report
from .stale import with_expiry
from .trace import Trace, trace


@dataclass(frozen=True, slots=True)
class Sample:
    """One decided sample."""

    id: str
    leaf: str
    labels: dict[str, str]
    language: str
    messages: list[dict[str, str]]
    reasoning: str
    final_answer: str
    status: str
    reason: str
    detail: str
    model: str


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended."""

    run: dict[str, Any]
    """The row of the run, with its counts."""
    coverage: Coverage
    agreement: Agreement
    usage: list[dict[str, Any]]
    """Calls, tokens and cost by role."""
    reasons: list[dict[str, Any]]
    """Why samples were not accepted."""
    shortfall: list[dict[str, Any]]
    """Cells that got fewer accepted samples than were asked of them, and why; leaves first."""

    @property
    def tokens(self) -> tuple[int, int]:
        """Input and output tokens."""
        return sum(r["input_tokens"] for r in self.usage), sum(
            r["output_tokens"] for r in self.usage
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One run in a database."""

    id: str
    path: Path

    @property
    def status(self) -> str:
        """running, done, shortfall, interrupted or stopped."""
        with reading(self.path) as db:
            status: str = queries.run(db, self.id)["status"]
        return status

    def samples(self, status: str | None = None) -> Iterator[Sample]:
        """Samples in the order of their slots, of one decision if one is given."""
        with reading(self.path) as db:
            for row in queries.samples(db, Filter(run=self.id, status=status)):
                yield Sample(**{key: row[key] for key in Sample.__dataclass_fields__})

    def trace(self, sample_id: str) -> Trace:
        """The whole way of one sample; printing it shows every agent call in order."""
        with reading(self.path) as db:
            return trace(db, sample_id)

    def export(self, format: str, folder: Path | str, status: str = "accepted") -> Path:
        """Write `<folder>/<format>.jsonl`; the format is messages, sharegpt or alpaca."""
        if format not in FORMATS:
            raise ValueError(f"unknown format {format!r}; known: {', '.join(FORMATS)}")
        target = Path(folder) / f"{format}.jsonl"
        target.parent.mkdir(parents=True, exist_ok=True)
        with reading(self.path) as db:
            samples = queries.samples(db, Filter(run=self.id, status=status))
            rows = with_planned(db, self.id, with_expiry(db, self.id, with_groups(db, samples)))
            export(rows, format, target)
        return target

    def coverage(self, status: str = "accepted", *, least: int = 1) -> Coverage:
        """What its samples of one decision cover, of all that they could be."""
        return coverage_of_run(self.path, self.id, status, least=least)

    def report(self, *, level: int | None = None) -> Report:
        """How far its judges can be trusted; branches are the nodes of a level below the root."""
        return report(self.path, self.id, level=level)

    def summary(self) -> Summary:
        """Counts, coverage, agreement, usage and reasons."""
        with reading(self.path) as db:
            row = queries.run(db, self.id)
            return Summary(
                run=row,
                coverage=self.coverage(),
                agreement=agreement(queries.votes(db, self.id)),
                usage=queries.usage(db, self.id),
                reasons=queries.reasons(db, self.id),
                shortfall=shortfall(db, self.id),
            )
