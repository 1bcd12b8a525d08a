"""Good samples of the user's own, as canaries need them: placed on the taxonomy, with a request.

They come from data files or from the accepted samples of runs. A row without a place, or that is
no dialogue, is refused: what is taken for true must be whole. Calls no model.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..agents import World, request_of
from ..errors import InputError
from ..quality.canaries import Trusted
from ..store import Filter, queries, reading
from ..store.conversations import conversation
from ..taxonomy import Blueprint, Space, Taxonomy
from ..taxonomy.measuring.place import Placed, Placer
from ..taxonomy.measuring.places import Unplaced
from .sources import Row, StoredRun, beside, source_of


def trusted(
    sources: Sequence[str], space: Space, world: World, *, folder: Path, db: Path
) -> list[Trusted]:
    """The samples of some files and runs. Raises InputError for a row that cannot be used."""
    placer = Placer(space)
    return [
        _sample(where, row, placer, space, world)
        for source in dict.fromkeys(sources)
        for where, row in _rows(beside(source, folder), db)
    ]


def _rows(source: str, db: Path) -> Iterator[Row]:
    found = source_of(source, db)
    if not isinstance(found, StoredRun):
        yield from found.rows()
        return
    with reading(found.db) as connection:
        for row in queries.samples(connection, Filter(run=found.id, status="accepted")):
            yield f"sample {row['id']}", row


def _sample(where: str, row: Any, placer: Placer, space: Space, world: World) -> Trusted:
    placed = placer.place(row)
    if isinstance(placed, Unplaced):
        hint = "a trusted sample says its leaf in `leaf`, as a path, an id or a name"
        raise InputError(f"{where}: {placed.reason} {placed.written!r}", hint=hint)
    messages = conversation(row, where)
    roles = [message["role"] for message in messages if message["role"] != "system"]
    if not roles or roles != ["user", "assistant"] * (len(roles) // 2):
        hint = "a trusted sample has user and assistant in turn, the assistant last"
        raise InputError(f"{where}: its messages are in no legal order", hint=hint)
    request = _request(row, placed, space, world)
    return Trusted(
        path=tuple((node["name"], node["definition"]) for node in request["path"]),
        labels=tuple((one["name"], one["value"], one["guidance"]) for one in request["labels"]),
        language=str(row.get("language") or request["language"]),
        as_of=str(row.get("as_of") or request["as_of"]),
        messages=tuple((message["role"], message["content"]) for message in messages),
        final_answer=str(row.get("final_answer") or ""),
        origin=where,
        elsewhere=_elsewhere(placed.leaf, space.taxonomy),
    )


def _elsewhere(leaf: str, taxonomy: Taxonomy) -> tuple[tuple[str, str], ...]:
    """A leaf of another branch below the root, where the sample does not belong; () for none."""
    own = taxonomy.lineage(leaf)[:2]
    others = [one for one in taxonomy.leaves() if taxonomy.lineage(one.id)[:2] != own]
    if not others:
        return ()
    # A place that hangs on the leaf alone, and seldom the same for two of them.
    chosen = others[sum(leaf.encode()) % len(others)]
    return tuple((node.name, node.definition) for node in taxonomy.lineage(chosen.id))


def _request(row: Any, placed: Placed, space: Space, world: World) -> dict[str, Any]:
    """What judges are told; labels that the taxonomy does not know at the leaf are left out."""
    frame = space.frames[space.frame_of[space.place[placed.leaf]]]
    known = {dimension.name: set(dimension.values) for dimension in frame.dimensions}
    labels = [(n, v) for n, v in placed.labels.items() if v in known.get(n, ())]
    blueprint = Blueprint(
        slot=0,
        attempt=0,
        leaf=placed.leaf,
        path=space.taxonomy.node(placed.leaf).path,
        labels=tuple(labels),
        language=world.language,
        seed=0,
    )
    return request_of(world, blueprint)
