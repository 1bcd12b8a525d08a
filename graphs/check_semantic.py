"""Rows of a data set that say in other words what an earlier row says, by vectors of a model.

Rows go by as a stream, some hundred at a time, behind the other checks: a row that repeats another
one word by word is no longer asked for. Keeps nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from ..models.embed import EmbeddingEndpoint, embedder
from ..quality.duplicates import SemanticSamples
from ..quality.duplicates.semantic import Vector
from ..quality.rules import Finding, sample_of
from ..store.conversations import conversation
from ..store.links import made_from_another
from .checking import DUPLICATE, SHAPELESS, Checked, rows
from .loop import fast_loop
from .repeats import told_by_meaning
from .vectors import VectorSource, Words, words_of

T = TypeVar("T")
Fields = dict[str, Vector]
_AT_ONCE = 500
_FIELDS = ("instruction", "both")
_NOT_COMPARED = {DUPLICATE, SHAPELESS}


@dataclass(frozen=True, slots=True)
class ByMeaning:
    """What is looked for."""

    endpoint: EmbeddingEndpoint
    threshold: float
    """Cosine from which two rows of one language say the same."""
    language: str = ""
    """zh or en; each row's own, by its field or its script, if left out."""
    against: tuple[str, ...] = ()
    """Files and runs that are there already."""


def checked_by_meaning(
    found: Iterator[Checked], asked: ByMeaning, *, db: Path | None = None
) -> Iterator[Checked]:
    """The same rows with what this check finds. Raises EndpointError, and InputError for a source.

    Not within an event loop: it has one of its own for as long as rows go by.
    """
    index = SemanticSamples(asked.threshold)
    with _asking(asked.endpoint) as vectors:
        for other in asked.against:
            before = (_words(where, row, asked.language) for where, row in rows(other, db))
            for some in _chunks(before):
                for words, own in zip(some, vectors(some), strict=True):
                    index.add(words.id, words.language, own)
        for checks in _chunks(found):
            to_compare = [one for one in checks if _is_compared(one)]
            texts = [_words(one.where, one.row, asked.language) for one in to_compare]
            samples = [
                (words.id, words.language, own)
                for words, own in zip(texts, vectors(texts), strict=True)
            ]
            index.look_ahead(samples)
            waiting = iter(samples)
            for one in checks:
                yield _with_findings(one, *next(waiting), index) if _is_compared(one) else one


def _with_findings(
    one: Checked, ident: str, language: str, own: Fields, index: SemanticSamples
) -> Checked:
    match = index.nearest(ident, language, own)
    if match is None:
        index.add(ident, language, own)
        return one
    found = Finding(DUPLICATE, told_by_meaning(match), match.field)
    return replace(one, findings=(*one.findings, found))


@contextmanager
def _asking(endpoint: EmbeddingEndpoint) -> Iterator[Any]:
    """A function from texts to their vectors, on one loop and with one client."""
    with fast_loop() as loop:
        opened = embedder(endpoint)
        source = VectorSource(loop.run(opened.__aenter__()))

        def vectors(some: Sequence[Words]) -> list[Fields]:
            return loop.run(source.of(some))

        try:
            yield vectors
        finally:
            loop.run(opened.__aexit__(None, None, None))


def _is_compared(one: Checked) -> bool:
    if made_from_another(one.row):
        return False
    return not _NOT_COMPARED & {finding.code for finding in one.findings}


def _words(where: str, row: Any, language: str) -> Words:
    messages = conversation(row, where)
    known = sample_of({**row, "messages": messages}, language=language)
    return words_of(where, messages, language=known.language, fields=_FIELDS)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(items)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
