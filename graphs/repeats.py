"""Near-duplicates in a run: what a sample must not repeat, and what a wave brought twice.

While a wave runs, its samples are compared with what was accepted before it, which does not change
meanwhile; so it does not matter which of them comes first. When the wave is over, those that were
accepted are compared with one another in the order of their slots, by their words and, where the
recipe names a model of embeddings, by what they mean. Knows no judge.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..quality.duplicates import Fingerprint, Fingerprints, Match, SampleIndex, fingerprints
from ..quality.rules import Finding, sample_of
from ..recipe import Duplicates
from ..store import fingerprints as prints
from ..store import progress, reading, repeated
from ..store.conversations import conversation
from ..store.writer import Statement
from .checking import DUPLICATE, parts, rows
from .engine import moment
from .semantic_repeats import Meanings
from .sources import StoredRun, beside, source_of
from .vectors import Words, words_of

STORE = "store"
"""What a recipe names the other runs of the database by."""
Messages = Sequence[Mapping[str, str]]


@dataclass(slots=True)
class Repeats:
    """All that samples of a run may not repeat."""

    asked: Duplicates
    db: Path
    run_id: str
    meanings: Meanings | None = None
    """Open while the run lasts, where its recipe asks for it."""
    index: SampleIndex = field(init=False)

    def __post_init__(self) -> None:
        self.index = SampleIndex(self.asked.threshold, self.asked.fields)

    def open(self, folder: Path) -> None:
        """Hold what was there before the run. Raises InputError for a file that cannot be read."""
        for where, _, _, messages in self._before(folder):
            self.index.add(where, fingerprints(*parts(messages)))

    async def open_meanings(self, meanings: Meanings, folder: Path) -> None:
        """The same by what it means. Raises EndpointError, and what closed the gate."""
        self.meanings = meanings
        await meanings.hold(self._words(*one) for one in self._before(folder))

    def finding(self, messages: Messages) -> Finding | None:
        """What the messages repeat, if they do."""
        match = self.index.nearest(fingerprints(*parts(messages)))
        return None if match is None else Finding(DUPLICATE, _told(match), match.field)

    async def close(self, wave: int) -> tuple[list[Statement], int]:
        """Compare the accepted of a wave; what must be written, and how many are no longer so.

        A wave that was closed before is only held again. Raises EndpointError.
        """
        with reading(self.db) as connection:
            accepted = list(progress.accepted(connection, self.run_id, wave))
            known = prints.known(connection, self.run_id)
        if self.meanings is not None:
            words = [self._words(ident, ident, said, told) for ident, _, said, told in accepted]
            await self.meanings.look_at(words)
        statements: list[Statement] = []
        twice = 0
        for ident, reason, _, messages in accepted:
            own = fingerprints(*parts(messages))
            detail = "" if ident in known else self._repeated(ident, own)
            if detail:
                twice += 1
                statements += repeated.demoted(
                    self.run_id, ident, reason, detail=detail, created_at=moment()
                )
                continue
            self._hold(ident, own)
            if ident not in known:
                statements += prints.written(ident, _printed(own))
        return statements, twice

    def _repeated(self, ident: str, own: Fingerprints) -> str:
        """What an accepted sample repeats; "" if nothing."""
        if match := self.index.nearest(own):
            return _told(match)
        if self.meanings is not None and (match := self.meanings.match(ident)):
            return told_by_meaning(match)
        return ""

    def _hold(self, ident: str, own: Fingerprints) -> None:
        self.index.add(ident, own)
        if self.meanings is not None:
            self.meanings.add(ident)

    def _before(self, folder: Path) -> Iterator[tuple[str, str, str, Messages]]:
        """Where, what its vectors are kept under, language and messages of what was there."""
        for source in self.asked.against:
            if source == STORE:
                yield from self._stored()
                continue
            named = beside(source, folder)
            found = source_of(named, self.db)
            own = isinstance(found, StoredRun) and found.db == self.db
            for where, row in rows(named, self.db):
                messages = conversation(row, where)
                language = sample_of({**row, "messages": messages}).language
                yield where, row["id"] if own else "", language, messages

    def _stored(self) -> Iterator[tuple[str, str, str, Messages]]:
        """Accepted samples of the other runs."""
        if not self.db.exists():
            return
        with reading(self.db) as connection:
            for ident, language, messages in progress.accepted_elsewhere(connection, self.run_id):
                yield ident, ident, language, messages

    def _words(self, where: str, key: str, language: str, messages: Messages) -> Words:
        return words_of(where, messages, language=language, key=key, fields=self.asked.fields)


def told_by_meaning(match: Match) -> str:
    """What a sample says in other words."""
    return f"semantic: cosine {match.similarity:.3f} with {match.id} in {match.field}"


def _told(match: Match) -> str:
    return f"{match.similarity:.0%} like {match.id} in {match.field}"


def _printed(own: Mapping[str, Fingerprint]) -> dict[str, prints.Print]:
    found = {}
    for name, one in own.items():
        shingles, signature = one.packed() if len(one.shingles) else (b"", b"")
        found[name] = prints.Print(shingles, signature, one.bands)
    return found
