"""Checks any data set: the rules of generation, near-duplicates and benchmarks, row by row.

Rows come as a stream and go as one, each with what was found; a row that is no conversation is
one finding more and not the end. Calls no model and keeps nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..quality.duplicates import Benchmark, Item, SampleIndex, fingerprints
from ..quality.rules import BUILT_IN, Finding, Rule, Settings, run_rules, sample_of
from ..store import queries, reading
from ..store.conversations import conversation
from ..store.links import made_from_another, with_groups
from .sources import Row, StoredRun, source_of

DUPLICATE, CONTAMINATED, SHAPELESS = "near_duplicate", "contamination", "no_conversation"


@dataclass(frozen=True, slots=True)
class Checked:
    """One row, and what is wrong with it."""

    where: str
    row: Mapping[str, Any]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Checking:
    """What is looked for."""

    rules: Sequence[Rule] = BUILT_IN
    settings: Settings = field(default_factory=lambda: Settings({}))
    language: str = ""
    """zh or en; each row's own, by its field or its script, if left out."""
    as_of: str = ""
    threshold: float | None = 0.5
    """Similarity from which two samples are near-duplicates; None looks for none."""
    against: tuple[str, ...] = ()
    """Files and runs that are there already."""
    benchmarks: tuple[str, ...] = ()
    """Files that no sample may hold."""


def checked(source: str, checking: Checking, *, db: Path | None = None) -> Iterator[Checked]:
    """Every row of a file or run with its findings. Raises InputError for what cannot be read."""
    index = None if checking.threshold is None else SampleIndex(checking.threshold)
    if index is not None:
        for other in checking.against:
            for where, row in rows(other, db):
                _hold(index, where, row)
    benchmark = benchmark_of(checking.benchmarks)
    for where, row in rows(source, db):
        yield Checked(where, row, tuple(_findings(where, row, checking, index, benchmark)))


def rows(source: str, db: Path | None = None) -> Iterator[Row]:
    """The rows of a data file, or the accepted samples of a run."""
    found = source_of(source, db)
    if not isinstance(found, StoredRun):
        yield from found.rows()
        return
    with reading(found.db) as connection:
        chosen = queries.Filter(run=found.id, status="accepted")
        for row in with_groups(connection, queries.samples(connection, chosen)):
            yield f"sample {row['id']}", row


def benchmark_of(files: Iterable[str]) -> Benchmark | None:
    """The items of benchmark files: every text of every row. None without a file."""
    items = [
        Item(where, text, name)
        for file in files
        for where, row in rows(file)
        for name, text in _texts(row)
    ]
    return Benchmark(items) if items else None


def parts(messages: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    """What is asked and what is answered, each as one text."""
    asked = "\n".join(m["content"] for m in messages if m["role"] in ("system", "user"))
    said = "\n".join(m["content"] for m in messages if m["role"] == "assistant")
    return asked, said


def leaked(benchmark: Benchmark, messages: Sequence[Mapping[str, str]]) -> list[Finding]:
    """The benchmark items that messages hold; the worst of each message."""
    found = []
    for number, message in enumerate(messages, 1):
        for leak in benchmark.leaks(message["content"])[:1]:
            share = f"{max(leak.text_share, leak.item_share):.0%} of it"
            detail = f"{leak.item}, {leak.part}: {share}, «{leak.excerpt[:80]}»"
            found.append(Finding(CONTAMINATED, detail, f"message {number}"))
    return found


def _findings(
    where: str,
    row: Mapping[str, Any],
    checking: Checking,
    index: SampleIndex | None,
    benchmark: Benchmark | None,
) -> Iterator[Finding]:
    try:
        messages = conversation(row, where)
    except InputError as error:
        yield Finding(SHAPELESS, error.message)
        return
    sample = sample_of(
        {**row, "messages": messages}, as_of=checking.as_of, language=checking.language
    )
    yield from run_rules(sample, checking.settings, checking.rules)
    if index is not None and not made_from_another(row):
        match = index.check_and_add(where, fingerprints(*parts(messages)))
        if match is not None:
            detail = f"{match.similarity:.0%} like {match.id}"
            yield Finding(DUPLICATE, detail, match.field)
    if benchmark is not None:
        yield from leaked(benchmark, messages)


def _hold(index: SampleIndex, where: str, row: Mapping[str, Any]) -> None:
    index.add(where, fingerprints(*parts(conversation(row, where))))


def _texts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of a row, with the field that has it."""
    for name, value in row.items():
        if isinstance(value, str):
            yield str(name), value
        elif isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, str):
                    yield str(name), one
                elif isinstance(one, Mapping):
                    yield from _texts(one)
