"""What a run finds already there: counted once when it begins, and kept with it.

A resumed run takes what was kept, whatever has become of the files since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..store import progress, reading
from ..taxonomy import Seen, Space
from .measure import Present, present_in
from .sources import beside


@dataclass(slots=True)
class Against:
    """The sources of a recipe, and what was found in them once a space has been asked of."""

    sources: Sequence[str]
    """Data files or runs, as `sources.source_of` takes them."""
    folder: Path
    """What files are relative to."""
    db: Path
    """Where runs are looked for that are named by their id alone."""
    found: list[tuple[str, Present]] = field(default_factory=list)

    def __call__(self, space: Space) -> Seen:
        """Count all sources together. Raises InputError for one that cannot be read or placed."""
        seen = Seen.nothing(space)
        for source in dict.fromkeys(self.sources):
            present = present_in(beside(source, self.folder), space, db=self.db)
            self.found.append((source, present))
            for leaf, labels, count in present.seen.rows(space):
                seen.take(space, leaf, labels, times=count)
        return seen


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run that is resumed had found."""

    db: Path
    run_id: str
    found: tuple[tuple[str, Present], ...] = ()
    """Nothing: it was told when the run began."""

    def __call__(self, space: Space) -> Seen:
        """Read it back."""
        seen = Seen.nothing(space)
        with reading(self.db) as connection:
            for leaf, labels, count in progress.present(connection, self.run_id):
                seen.take(space, leaf, labels, times=count)
        return seen
