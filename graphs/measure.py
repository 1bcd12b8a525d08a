"""Coverage of what is kept or lies in files: reads it, places it on a space and has it measured.

Calls no model: a row stands where its own words put it. Nothing is passed over in silence; a row
that cannot be placed is counted with its reason.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InputError
from ..recipe import Recipe
from ..store import queries, reading
from ..taxonomy import PATH_SEPARATOR, Seen, Space, Taxonomy
from ..taxonomy.measuring.coverage import measure
from ..taxonomy.measuring.covered import Coverage
from ..taxonomy.measuring.place import Placer
from ..taxonomy.measuring.places import Unplaced
from ..taxonomy.measuring.sieve import Sieve, Stray
from .planning import space_of
from .sources import Row, Source, StoredRun, source_of

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Missed:
    """Rows that stand at no leaf, for one reason."""

    reason: str
    count: int
    examples: tuple[str, ...]
    """The first few: where, and what they give as their category."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Coverage, and what of the sources it does not speak of."""

    coverage: Coverage
    unplaced: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """What is there already, for a plan to subtract."""

    seen: Seen
    placed: int
    unplaced: tuple[Missed, ...]
    strays: tuple[Stray, ...]
    """Labels that the plan does not count, as they cannot occur where they were found."""


def coverage_of_run(db: Path, run_id: str, status: str = "accepted", *, least: int = 1) -> Coverage:
    """Coverage of the space of a run by its samples of one decision."""
    run = StoredRun(db, run_id)
    found = coverage_of([run], space_of_run(run), status=status, least=least)
    return found.coverage


def coverage_of(
    sources: Sequence[Source],
    space: Space,
    *,
    status: str = "accepted",
    least: int = 1,
    leaf_field: str | None = None,
) -> Measured:
    """Coverage by all samples of the sources together. `status` is of runs, `leaf_field` of files.

    A source that is named twice counts once. Raises InputError when there are rows, and none of
    them could be placed.
    """
    sources = list(dict.fromkeys(sources))
    gathering = _Gathering(space, leaf_field)
    coverage = measure(
        space, gathering.samples(sources, status), least=least, target=_target(sources, space)
    )
    gathering.refuse_nothing()
    return Measured(coverage, gathering.missed)


def present_in(
    source: str | Path, space: Space, *, leaf_field: str | None = None, db: Path | None = None
) -> Present:
    """Count what a data file holds, or the accepted samples of a run.

    `source` is a path, `other.db` or `other.db#RUN`, or the id of a run in `db`. Raises InputError
    when it cannot be read, and when it has rows of which none could be placed.
    """
    gathering, sieve = _Gathering(space, leaf_field), Sieve(space)

    def sifted() -> Iterator[tuple[str, Mapping[str, str]]]:
        for leaf, labels in gathering.samples([source_of(str(source), db)], "accepted"):
            sieve.columns(leaf, labels)
            yield leaf, labels

    seen = Seen.of(space, sifted())
    gathering.refuse_nothing()
    return Present(seen, gathering.placed, gathering.missed, sieve.strays)


def space_of_run(run: StoredRun) -> Space:
    """All that a sample of a stored run could be."""
    with reading(run.db) as connection:
        recipe = Recipe.model_validate(queries.run(connection, run.id)["recipe"])
        taxonomy = Taxonomy.from_dict(queries.taxonomy(connection, run.id))
    return space_of(recipe, taxonomy)


def space_of_runs(runs: Sequence[StoredRun]) -> Space:
    """The space that runs have in common. Raises InputError when each has one of its own."""
    first, *others = (space_of_run(run) for run in runs)
    for run, space in zip(runs[1:], others, strict=True):
        if space.taxonomy != first.taxonomy:
            raise InputError(
                f"{runs[0]} and {run} have different taxonomies",
                hint="measure them one by one, or place both on one: --taxonomy FILE",
            )
        if (space.axes, space.constraints) != (first.axes, first.constraints):
            raise InputError(
                f"{runs[0]} and {run} have different axes or constraints",
                hint="measure them one by one, or by one recipe: --recipe FILE",
            )
    return first


def _target(sources: Sequence[Source], space: Space) -> dict[str, int] | None:
    """What was asked of each leaf, where all sources are runs over the taxonomy of the space.

    Slots are counted that the runs have planned so far, which in the end are all.
    """
    ids = {PATH_SEPARATOR.join(leaf.path): leaf.id for leaf in space.leaves}
    found = dict.fromkeys(ids.values(), 0)
    for source in sources:
        if not isinstance(source, StoredRun):
            return None
        with reading(source.db) as connection:
            if queries.run(connection, source.id)["taxonomy_hash"] != space.taxonomy.fingerprint:
                return None
            for leaf, slots in queries.asked(connection, source.id).items():
                found[ids[leaf]] += slots
    return found


@dataclass(slots=True)
class _Gathering:
    """Rows on their way to a space; keeps count of those that do not arrive."""

    space: Space
    leaf_field: str | None
    placed: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def samples(
        self, sources: Sequence[Source], status: str
    ) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Id of the leaf and labels of every row that can be placed."""
        for source in sources:
            if isinstance(source, StoredRun):
                yield from self._through(Placer(self.space), source.rows(status))
            else:
                placer = Placer(self.space, leaf_field=self.leaf_field)
                yield from self._through(placer, source.rows())

    def _through(
        self, placer: Placer, rows: Iterator[Row]
    ) -> Iterator[tuple[str, Mapping[str, str]]]:
        for where, row in rows:
            found = placer.place(row)
            if isinstance(found, Unplaced):
                self._miss(where, found)
            else:
                self.placed += 1
                yield found.leaf, found.labels

    def _miss(self, where: str, unplaced: Unplaced) -> None:
        reason = unplaced.reason
        self.counts[reason] = self.counts.get(reason, 0) + 1
        examples = self.examples.setdefault(reason, [])
        if len(examples) < _EXAMPLES:
            examples.append(f"{where}: {unplaced.written!r}" if unplaced.written else where)

    @property
    def missed(self) -> tuple[Missed, ...]:
        """What did not arrive, the commonest reason first."""
        ranked = sorted(self.counts, key=lambda reason: (-self.counts[reason], reason))
        return tuple(Missed(r, self.counts[r], tuple(self.examples[r])) for r in ranked)

    def refuse_nothing(self) -> None:
        """Raise InputError if no row arrived although there were some."""
        if self.placed or not self.counts:
            return
        first = self.missed[0]
        raise InputError(
            f"none of the {sum(self.counts.values())} rows names a leaf: {first.reason}, "
            f"as in {first.examples[0]}",
            hint="say with --leaf-field which field names it, as a path, a name or an id",
        )
