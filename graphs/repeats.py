"""Near-duplicates in a run: what a sample must not repeat, and what a wave brought twice.

While a wave runs, its samples are compared with what was accepted before it, which does not change
meanwhile; so it does not matter which of them comes first. When the wave is over, those that were
accepted are compared with one another in the order of their slots. Knows no judge.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..quality.duplicates import Fingerprint, Match, SampleIndex, fingerprints
from ..quality.rules import Finding
from ..recipe import Duplicates
from ..store import fingerprints as prints
from ..store import progress, reading, repeated
from ..store.conversations import conversation
from ..store.writer import Statement
from .checking import DUPLICATE, parts, rows
from .engine import moment
from .sources import beside

STORE = "store"
"""What a recipe names the other runs of the database by."""
Messages = Sequence[Mapping[str, str]]


@dataclass(slots=True)
class Repeats:
    """All that samples of a run may not repeat."""

    asked: Duplicates
    db: Path
    run_id: str
    index: SampleIndex = field(init=False)

    def __post_init__(self) -> None:
        self.index = SampleIndex(self.asked.threshold, self.asked.fields)

    def open(self, folder: Path) -> None:
        """Hold what was there before the run. Raises InputError for a file that cannot be read."""
        for source in self.asked.against:
            if source == STORE:
                for ident, own in self._stored():
                    self.index.add(ident, own)
                continue
            for where, row in rows(beside(source, folder), self.db):
                self.index.add(where, fingerprints(*parts(conversation(row, where))))

    def finding(self, messages: Messages) -> Finding | None:
        """What the messages repeat, if they do."""
        match = self.index.nearest(fingerprints(*parts(messages)))
        return None if match is None else Finding(DUPLICATE, _told(match), match.field)

    def close(self, wave: int) -> tuple[list[Statement], int]:
        """Compare the accepted of a wave; what must be written, and how many are no longer so.

        A wave that was closed before is only held again.
        """
        with reading(self.db) as connection:
            accepted = list(progress.accepted(connection, self.run_id, wave))
            known = prints.known(connection, self.run_id)
        statements: list[Statement] = []
        twice = 0
        for ident, reason, messages in accepted:
            own = fingerprints(*parts(messages))
            if ident in known:
                self.index.add(ident, own)
                continue
            match = self.index.check_and_add(ident, own)
            if match is None:
                statements += prints.written(ident, _printed(own))
            else:
                twice += 1
                statements += repeated.demoted(
                    self.run_id, ident, reason, detail=_told(match), created_at=moment()
                )
        return statements, twice

    def _stored(self) -> Iterator[tuple[str, dict[str, Fingerprint]]]:
        """Accepted samples of the other runs."""
        if not self.db.exists():
            return
        with reading(self.db) as connection:
            for ident, messages in progress.accepted_elsewhere(connection, self.run_id):
                yield ident, fingerprints(*parts(messages))


def _told(match: Match) -> str:
    return f"{match.similarity:.0%} like {match.id} in {match.field}"


def _printed(own: Mapping[str, Fingerprint]) -> dict[str, prints.Print]:
    found = {}
    for name, one in own.items():
        shingles, signature = one.packed() if len(one.shingles) else (b"", b"")
        found[name] = prints.Print(shingles, signature, one.bands)
    return found
