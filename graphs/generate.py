"""The main job: a recipe in, accepted samples and disagreements out, in one database.

Prepares, settles the endpoints, opens or resumes the run, walks the waves and says how it ended.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import RecipeError
from ..models import Attempt, Endpoint, Gate
from ..models.embed import try_out
from ..quality.diversity import Reading
from ..recipe import Recipe
from ..store import check_writable, count_shortfall, lock, progress, reading, records
from ..store.writer import Statement
from ..taxonomy import Plan
from .build import build, build_judges
from .canaries import Planting
from .checking import benchmark_of
from .engine import Engine, engine, now, settled, to_the_end, unless_closed
from .loop import run_to_the_end
from .prepare import Overrides, Prepared, prepare, read, today
from .present import Against, Kept
from .recipe_file import line_naming
from .repeats import Repeats
from .resume import (
    UNFINISHED,
    continued,
    new_id,
    refuse_other_taxonomy,
    refuse_second,
    resumable,
    runs_of,
)
from .rows import policy_row
from .run import Run
from .runner import Listener, Runner
from .screening import Screen
from .semantic_repeats import meanings
from .sources import beside
from .trusted import trusted


class Quiet:
    """A listener that says nothing."""

    def wave(self, number: int, size: int) -> None:
        """See `Listener`."""

    def sample(self, status: str) -> None:
        """See `Listener`."""

    def judged(self) -> None:
        """See `Listener`."""

    def repeated(self, count: int) -> None:
        """See `Listener`."""

    def collapsing(self, reading: Reading) -> None:
        """See `Listener`."""

    def stopping(self, in_flight: int) -> None:
        """See `Listener`."""


_OPENINGS = 8


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is carried out: nothing here decides the data but `overrides`."""

    db: Path = Path("taxoloom.db")
    resume: bool = False
    overrides: Overrides = field(default_factory=Overrides)
    listener: Listener = field(default_factory=Quiet)
    on_attempt: Callable[[Attempt], None] | None = None
    on_start: Callable[[str, Prepared, bool], None] | None = None
    """Told the run's id, what was prepared, and whether the run is resumed."""
    callbacks: Sequence[Any] = ()
    """LangChain callbacks: LangSmith, OpenTelemetry, Langfuse …"""


async def agenerate(
    recipe: Path | str, options: Options | None = None, *, gate: Gate | None = None
) -> Run:
    """Run a recipe to its end, or to the point where it has to stop.

    Raises InputError and EndpointError before anything is written; StoreError, EndpointError or
    RunStopped when the run cannot go on; CancelledError when `gate` was closed. Whatever is
    raised, every reply that was paid for is on record.
    """
    options, gate = options or Options(), gate or Gate()
    path = Path(recipe)
    effective, key = read(path, options.overrides)
    with ExitStack() as held:
        check_writable(options.db)
        # A database that is still to be made is locked only then: bad input leaves nothing behind.
        if existed := options.db.exists():
            held.enter_context(lock(options.db))
        known = _known(path, effective, key, options)
        if known is not None and known["status"] not in UNFINISHED:
            return Run(known["id"], options.db)
        if known is not None:
            effective = continued(Recipe.model_validate(known["recipe"]), effective)
        present = _present(effective, path, options.db, known)
        as_of = known["as_of"] if known else effective.as_of or today()
        prepared = _prepared(effective, path, key, present, as_of=as_of)
        if known is not None:
            refuse_other_taxonomy(known, prepared.taxonomy)
        endpoints = await unless_closed(gate, settled(prepared.endpoints))
        if prepared.embeddings is not None:
            await unless_closed(gate, try_out(prepared.embeddings))
        if not existed:
            held.enter_context(lock(options.db))
        run_id = known["id"] if known else new_id(options.db, effective)
        await _execute(prepared, endpoints, run_id, as_of, known is not None, options, gate)
    return Run(run_id, options.db)


def generate(recipe: Path | str, db: Path | str = "taxoloom.db", **overrides: Any) -> Run:
    """Run a recipe and return when it is done; `await agenerate(…)` inside an event loop.

    `overrides` are the options of the command line: samples, seed, language, model, base_url,
    concurrency, plugins, against, flat. Ctrl-C stops the run, and `resume=True` goes on with it.
    """
    resume = bool(overrides.pop("resume", False))
    options = Options(db=Path(db), resume=resume, overrides=Overrides(**overrides))
    return run_sync(recipe, options)


def run_sync(recipe: Path | str, options: Options) -> Run:
    """`agenerate` on a loop of its own. Raises KeyboardInterrupt when a person stopped it."""
    return run_to_the_end(lambda gate: agenerate(recipe, options, gate=gate))


def _present(
    recipe: Recipe, path: Path, db: Path, known: dict[str, Any] | None
) -> Against | Kept | None:
    """What counts samples that are there already, if there may be any."""
    if not recipe.against:
        return None
    if known is not None:
        return Kept(db, known["id"])
    return Against(recipe.against, path.parent, db)


def _prepared(
    recipe: Recipe, path: Path, key: str, present: Against | Kept | None, *, as_of: str
) -> Prepared:
    """Prepare, and say of a fault of the recipe in which line of the file it stands."""
    try:
        return prepare(recipe, path.parent, key=key, as_of=as_of, against=present)
    except RecipeError as error:
        place = line_naming(path, error.message)
        raise RecipeError(f"{path}{place}: {error.message}", error.hint) from error


def _known(path: Path, effective: Recipe, key: str, options: Options) -> dict[str, Any] | None:
    """The run to go on with, or None to begin one. Raises InputError when that is not clear."""
    runs = runs_of(options.db, key)
    if options.resume:
        return resumable(options.db, path, effective, options.overrides, runs)
    refuse_second(options.db, runs)
    return None


async def _execute(
    prepared: Prepared,
    endpoints: dict[str, Endpoint],
    run_id: str,
    as_of: str,
    resumed: bool,
    options: Options,
    gate: Gate,
) -> None:
    recipe = prepared.recipe
    graph = build(prepared.spec)
    planting = _planting(prepared, as_of, options.db)
    screen = _screen(prepared, run_id, options.db)
    async with engine(
        options.db, endpoints, gate, resumed=resumed, on_attempt=options.on_attempt
    ) as running:
        await _begin(running, prepared, endpoints, run_id, as_of, resumed, graph)
        if options.on_start:
            options.on_start(run_id, prepared, resumed)
        runner = Runner(
            run_id=run_id,
            plan=prepared.plan,
            graph=graph,
            judges=build_judges(prepared.spec),
            spec=prepared.spec,
            settings=recipe.panel,
            policy=prepared.policy,
            planting=planting,
            screen=screen,
            tongues=prepared.tongues(as_of),
            links=prepared.links,
            engine=running,
            listener=options.listener,
            seed=recipe.seed,
            fence_key=f"{recipe.seed}:{prepared.taxonomy.fingerprint}",
            stop_after=recipe.run.stop_after_failures,
            openings=0 if recipe.flat else _OPENINGS,
            callbacks=options.callbacks,
        )

        async def work() -> tuple[str, str]:
            async with AsyncExitStack() as held:
                await _mean(prepared, screen, running, held, options.listener.stopping)
                await runner.run(attempts=recipe.run.attempts, wave_size=recipe.run.wave)
            return await _end(running, run_id, prepared.size)

        await to_the_end(work(), running.writer, run_id)


async def _mean(
    prepared: Prepared,
    screen: Screen,
    running: Engine,
    held: AsyncExitStack,
    on_stopping: Callable[[int], None],
) -> None:
    """Open what compares samples by their meaning, if the recipe wants that."""
    repeats, endpoint = screen.repeats, prepared.embeddings
    if repeats is not None and repeats.asked.semantic is not None and endpoint is not None:
        opened = meanings(endpoint, repeats.asked.semantic, running, on_stopping)
        await repeats.open_meanings(await held.enter_async_context(opened), prepared.folder)


def _planting(prepared: Prepared, as_of: str, db: Path) -> Planting | None:
    """How canaries are made, if the recipe wants any. Raises InputError for unfit sources."""
    asked = prepared.recipe.panel.canaries
    if asked is None:
        return None
    world = prepared.world(as_of)
    space, folder = prepared.plan.space, prepared.folder
    known = trusted(asked.sources, space, world, folder=folder, db=db) if asked.sources else ()
    return Planting(asked, prepared.recipe.seed, world.language, as_of, known)


def _screen(prepared: Prepared, run_id: str, db: Path) -> Screen:
    """The checks of a run. Raises InputError for a file that cannot be read."""
    asked, folder = prepared.recipe.duplicates, prepared.folder
    repeats = None
    if asked is not None:
        repeats = Repeats(asked, db, run_id)
        repeats.open(folder)
    files = [beside(file, folder) for file in prepared.recipe.benchmarks]
    return Screen(prepared.rules, prepared.settings, repeats, benchmark_of(files))


async def _end(running: Engine, run_id: str, asked: int) -> tuple[str, str]:
    """Status and reason of a run that has tried what it may."""
    with reading(running.db) as connection:
        # Not the accepted samples: people may accept one whose slot has been filled since.
        short = asked - len(progress.filled_slots(connection, run_id))
    if not short:
        return "done", ""
    await running.write(count_shortfall(run_id))
    return "shortfall", f"{short} of {asked} samples could not be filled"


async def _begin(
    running: Engine,
    prepared: Prepared,
    endpoints: dict[str, Endpoint],
    run_id: str,
    as_of: str,
    resumed: bool,
    graph: Any,
) -> None:
    recipe = prepared.recipe
    names = [name for seat in prepared.spec.seats for name in seat.role.prompts]
    sets = (prepared.prompts, *prepared.other_prompts.values())
    used = [prompts.get(name) for prompts in sets for name in (*names, *prepared.spec.wordings)]
    texts = [{"hash": p.hash, "name": p.id, "text": p.text} for p in used]
    statements = [records.insert("prompts", texts, ignore=True)]
    if resumed:
        statements.append(records.set_status(run_id, "running"))
    else:
        row = {
            "id": run_id,
            "recipe_key": prepared.recipe_key,
            "fingerprint": recipe.fingerprint(),
            "recipe": recipe.model_dump(mode="json"),
            "taxonomy": prepared.taxonomy.to_dict(),
            "taxonomy_hash": prepared.taxonomy.fingerprint,
            "graph": graph.get_graph().draw_mermaid(),
            "language": recipe.language,
            "seed": recipe.seed,
            "asked": prepared.size,
            "as_of": as_of,
            "models": {node: endpoint.model for node, endpoint in endpoints.items()},
            "status": "running",
            "version": __version__,
            "pid": os.getpid(),
            "started_at": now(),
        }
        statements.append(records.insert("runs", [row]))
        if prepared.policy is not None:
            statements.append(policy_row(run_id, 0, recipe.panel.policy, {}))
        statements += _present_rows(run_id, prepared.plan)
    await running.write(statements)


def _present_rows(run_id: str, plan: Plan) -> list[Statement]:
    rows = [
        {"run_id": run_id, "leaf_id": leaf, "labels": labels, "count": count}
        for leaf, labels, count in plan.seen.rows(plan.space)
    ]
    return [records.insert("present", rows)] if rows else []
