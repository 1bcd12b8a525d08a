"""Grow a taxonomy: lists that are open or named get proposals, a person decides what joins them.

Prepares, settles the endpoints, opens or resumes the run, walks the levels and says how it ended.
Never writes a taxonomy file.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import InputError
from ..models import Attempt, Endpoint, Gate
from ..recipe import Recipe
from ..store import check_writable, lock, queries, reading, records
from ..store.growth import KIND
from ..taxonomy import Taxonomy, load
from .engine import Engine, engine, now, settled, to_the_end, unless_closed
from .grow_build import build_growth
from .grow_prepare import (
    Asked,
    Prepared,
    Wish,
    fingerprint,
    prepare_growth,
    recipe_of,
    taxonomy_key,
)
from .grow_runner import Grower, GrowListener
from .grown import Growth, read_growth
from .loop import run_to_the_end
from .prepare import Overrides, today
from .recipe_file import load_recipe
from .resume import UNFINISHED, continued


class Silent:
    """A listener that says nothing."""

    def level(self, number: int, lists: int) -> None:
        """See `GrowListener`."""

    def grown(self, path: str, status: str) -> None:
        """See `GrowListener`."""

    def stopping(self, in_flight: int) -> None:
        """See `GrowListener`."""


@dataclass(frozen=True, slots=True)
class GrowOptions:
    """How growing is carried out: nothing here decides what is offered but `asked`."""

    db: Path = Path("grow.db")
    resume: bool = False
    asked: Asked = field(default_factory=Asked)
    listener: GrowListener = field(default_factory=Silent)
    on_attempt: Callable[[Attempt], None] | None = None
    on_start: Callable[[str, Prepared, bool], None] | None = None
    """Told the run's id, what was prepared, and whether the run is resumed."""
    callbacks: Sequence[Any] = ()
    """LangChain callbacks: LangSmith, OpenTelemetry, Langfuse …"""


async def agrow(
    file: Path | str, options: GrowOptions | None = None, *, gate: Gate | None = None
) -> Growth:
    """Grow a taxonomy to the end, or to the point where it has to stop.

    Raises InputError and EndpointError before anything is written; StoreError, EndpointError or
    RunStopped when the run cannot go on; CancelledError when `gate` was closed. Whatever is
    raised, every reply that was paid for is on record.
    """
    options, gate = options or GrowOptions(), gate or Gate()
    with ExitStack() as held:
        check_writable(options.db)
        # A database that is still to be made is locked only then: bad input leaves nothing behind.
        if existed := options.db.exists():
            held.enter_context(lock(options.db))
        task = _task(str(file), options)
        known = task.run
        if known is not None and known["status"] not in UNFINISHED:
            return read_growth(options.db, known["id"])
        prepared = prepare_growth(str(file), task.taxonomy, task.wish, task.recipe)
        endpoints = await unless_closed(gate, settled(prepared.endpoints))
        if not existed:
            held.enter_context(lock(options.db))
        run_id = known["id"] if known else _new_id(options.db, task.fingerprint)
        await _execute(prepared, endpoints, run_id, known is not None, options, gate)
    return read_growth(options.db, run_id)


def grow(
    file: Path | str,
    db: Path | str = "grow.db",
    *,
    nodes: Sequence[str] | None = None,
    attributes: bool | None = None,
    proposals: int | None = None,
    depth: int | None = None,
    width: int | None = None,
    recipe: Path | str | None = None,
    resume: bool = False,
    **overrides: Any,
) -> Growth:
    """Grow a taxonomy and return what is offered; `await agrow(…)` inside an event loop.

    `overrides` are seed, language, model, base_url and concurrency. Ctrl-C stops the run so that
    it can be resumed with `resume=True`, which also brings a finished run back without a call.
    """
    asked = Asked(
        nodes=None if nodes is None else tuple(nodes),
        attributes=attributes,
        proposals=proposals,
        depth=depth,
        width=width,
        recipe=None if recipe is None else Path(recipe),
        overrides=Overrides(**overrides),
    )
    return grow_sync(file, GrowOptions(db=Path(db), resume=resume, asked=asked))


def grow_sync(file: Path | str, options: GrowOptions) -> Growth:
    """`agrow` on a loop of its own. Raises KeyboardInterrupt when a person stopped it."""
    return run_to_the_end(lambda gate: agrow(file, options, gate=gate))


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be done, before it is known whether it can be."""

    taxonomy: Taxonomy
    wish: Wish
    recipe: Recipe
    run: dict[str, Any] | None = None
    """The run to go on with."""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.taxonomy, self.wish, self.recipe)


def _task(file: str, options: GrowOptions) -> _Task:
    """What to begin, or the run to go on with. Raises InputError when that is not clear."""
    taxonomy, asked = load(file), options.asked
    runs = _runs_of(options.db, taxonomy_key(taxonomy))
    unfinished = next((run for run in runs if run["status"] in UNFINISHED), None)
    if not options.resume:
        if unfinished is not None:
            raise InputError(
                f"{options.db} holds an unfinished run of this taxonomy: {unfinished['id']}",
                hint="go on with --resume, or begin anew in another file with --db",
            )
        return _Task(taxonomy, asked.wish(), recipe_of(asked, taxonomy))
    for run in [unfinished] if unfinished else runs:
        stored = run["recipe"]
        base = Wish(**{**stored["wish"], "nodes": tuple(stored["wish"]["nodes"])})
        recipe = _resumed_recipe(Recipe.model_validate(stored["recipe"]), asked)
        task = _Task(taxonomy, asked.wish(base), recipe, run)
        if task.fingerprint == run["fingerprint"]:
            return task
    if unfinished is not None:
        raise InputError(
            f"the unfinished run {unfinished['id']} was begun with other options",
            hint="leave the options out: --resume goes on with those of the run",
        )
    raise InputError(
        f"{options.db} holds no run of {file} with these options",
        hint="leave out --resume to begin one; a taxonomy that was changed is another one",
    )


def _resumed_recipe(stored: Recipe, asked: Asked) -> Recipe:
    """The recipe that a run was begun with, with what may change in between as it is now."""
    if asked.recipe is not None:
        stored = continued(stored, load_recipe(asked.recipe))
    return asked.overrides.apply(stored)


def _runs_of(db: Path, key: str) -> list[dict[str, Any]]:
    if not db.exists():
        return []
    with reading(db) as connection:
        return [run for run in queries.runs(connection, KIND) if run["recipe_key"] == key]


def _new_id(db: Path, fingerprint: str) -> str:
    earlier = 0
    if db.exists():
        with reading(db) as connection:
            known = queries.runs(connection, KIND)
            earlier = sum(run["fingerprint"] == fingerprint for run in known)
    return f"{fingerprint[:8]}-{earlier + 1}"


async def _execute(
    prepared: Prepared,
    endpoints: dict[str, Endpoint],
    run_id: str,
    resumed: bool,
    options: GrowOptions,
    gate: Gate,
) -> None:
    recipe = prepared.recipe
    graph = build_growth(prepared.seats)
    running = engine(options.db, endpoints, gate, resumed=resumed, on_attempt=options.on_attempt)
    async with running as held:
        drawn = graph.get_graph(xray=1).draw_mermaid()
        await _begin(held, prepared, endpoints, run_id, resumed, drawn)
        if options.on_start:
            options.on_start(run_id, prepared, resumed)
        grower = Grower(
            run_id=run_id,
            taxonomy=prepared.taxonomy,
            language=recipe.language,
            wish=prepared.wish,
            seed=recipe.seed,
            fence_key=f"{recipe.seed}:{prepared.taxonomy.fingerprint}",
            graph=graph,
            prompts=prepared.prompts,
            engine=held,
            listener=options.listener,
            stop_after=recipe.run.stop_after_failures,
            callbacks=options.callbacks,
        )
        await to_the_end(_carried_out(grower, prepared), held.writer, run_id)


async def _carried_out(grower: Grower, prepared: Prepared) -> tuple[str, str]:
    """Grow, and say how the run ended."""
    await grower.run(prepared.spots, prepared.full)
    lists = read_growth(grower.engine.db, grower.run_id).lists
    failed = [one for one in lists if one.status == "failed"]
    if failed:
        return "shortfall", f"{len(failed)} of {len(lists)} lists could not be grown"
    return "done", ""


async def _begin(
    held: Engine,
    prepared: Prepared,
    endpoints: dict[str, Endpoint],
    run_id: str,
    resumed: bool,
    drawn: str,
) -> None:
    recipe, prompts = prepared.recipe, prepared.prompts
    used = {name for seat in prepared.seats for name in seat.role.prompts}
    texts = [
        {"hash": prompt.hash, "name": prompt.id, "text": prompt.text}
        for prompt in map(prompts.get, sorted(used))
    ]
    statements = [records.insert("prompts", texts, ignore=True)]
    if resumed:
        statements.append(records.set_status(run_id, "running"))
    else:
        row = {
            "id": run_id,
            "kind": KIND,
            "recipe_key": taxonomy_key(prepared.taxonomy),
            "fingerprint": fingerprint(prepared.taxonomy, prepared.wish, recipe),
            "recipe": prepared.to_dict(),
            "taxonomy": prepared.taxonomy.to_dict(),
            "taxonomy_hash": prepared.taxonomy.fingerprint,
            "graph": drawn,
            "language": recipe.language,
            "seed": recipe.seed,
            "asked": 0,
            "as_of": today(),
            "models": {node: endpoint.model for node, endpoint in endpoints.items()},
            "status": "running",
            "version": __version__,
            "pid": os.getpid(),
            "started_at": now(),
        }
        statements.append(records.insert("runs", [row]))
    await held.write(statements)
