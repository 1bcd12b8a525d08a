"""Label existing data: annotators place every text on a taxonomy, and agree or do not.

Prepares, settles the endpoints, opens or resumes the run, labels and says how it ended. Never
writes a data file by itself.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import BudgetSpent, InputError
from ..models import Attempt, Endpoint, Gate
from ..recipe import Recipe
from ..store import check_writable, labelling, lock, queries, reading, records
from ..taxonomy import Taxonomy, load
from .engine import Engine, engine, now, settled, to_the_end, unless_closed
from .label_build import build_label
from .label_prepare import (
    Data,
    LabelAsked,
    LabelPrepared,
    LabelWish,
    data_key,
    fingerprint,
    prepare_label,
    survey,
    texts,
)
from .label_runner import Labeller, LabelListener
from .labelled import LabelledData, read_labelled
from .loop import run_to_the_end
from .prepare import Overrides, today
from .recipe_file import load_recipe
from .resume import UNFINISHED, continued


class Silent:
    """A listener that says nothing."""

    def known(self) -> None:
        """See `LabelListener`."""

    def settled(self, status: str) -> None:
        """See `LabelListener`."""

    def stopping(self, in_flight: int) -> None:
        """See `LabelListener`."""


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """How labelling is carried out: nothing here decides where texts are placed but `asked`."""

    db: Path = Path("label.db")
    resume: bool = False
    asked: LabelAsked = field(default_factory=LabelAsked)
    budget: int | None = None
    """Tokens that may be spent from now on; calls in flight when it is reached come on top."""
    listener: LabelListener = field(default_factory=Silent)
    on_attempt: Callable[[Attempt], None] | None = None
    on_start: Callable[[str, LabelPrepared, bool], None] | None = None
    """Told the run's id, what was prepared, and whether the run is resumed."""
    callbacks: Sequence[Any] = ()
    """LangChain callbacks: LangSmith, OpenTelemetry, Langfuse …"""


async def alabel(
    data: Path | str,
    taxonomy: Path | str,
    options: LabelOptions | None = None,
    *,
    gate: Gate | None = None,
) -> LabelledData:
    """Label a data file to its end, or to the point where the run has to stop.

    Raises InputError and EndpointError before anything is written; StoreError, EndpointError or
    RunStopped (BudgetSpent) when the run cannot go on; CancelledError when `gate` was closed.
    Whatever is raised, every reply that was paid for is on record.
    """
    options, gate = options or LabelOptions(), gate or Gate()
    with ExitStack() as held:
        check_writable(options.db)
        # A database that is still to be made is locked only then: bad input leaves nothing behind.
        if existed := options.db.exists():
            held.enter_context(lock(options.db))
        task = _task(str(data), load(taxonomy), options)
        known = task.run
        if known is not None and known["status"] not in UNFINISHED:
            return read_labelled(options.db, known["id"])
        prepared = prepare_label(task.data, task.taxonomy, task.wish, task.recipe)
        endpoints = await unless_closed(gate, settled(prepared.endpoints))
        if not existed:
            held.enter_context(lock(options.db))
        run_id = known["id"] if known else _new_id(options.db, task.fingerprint)
        await _execute(prepared, endpoints, run_id, known is not None, options, gate)
    return read_labelled(options.db, run_id)


def label(
    data: Path | str,
    taxonomy: Path | str,
    db: Path | str = "label.db",
    *,
    annotators: int | None = None,
    beam: int | None = None,
    multi: int | None = None,
    attributes: bool | None = None,
    limit: int | None = None,
    text_field: str | None = None,
    recipe: Path | str | None = None,
    budget: int | None = None,
    resume: bool = False,
    **overrides: Any,
) -> LabelledData:
    """Label a data file and return what came of it; `await alabel(…)` inside an event loop.

    `overrides` are seed, language, model, base_url and concurrency. Ctrl-C stops the run so that
    it can be resumed with `resume=True`, which also brings a finished run back without a call.
    """
    asked = LabelAsked(
        annotators=annotators,
        beam=beam,
        multi=multi,
        attributes=attributes,
        limit=limit,
        text_field=text_field,
        recipe=None if recipe is None else Path(recipe),
        overrides=Overrides(**overrides),
    )
    options = LabelOptions(db=Path(db), resume=resume, asked=asked, budget=budget)
    return label_sync(data, taxonomy, options)


def label_sync(data: Path | str, taxonomy: Path | str, options: LabelOptions) -> LabelledData:
    """`alabel` on a loop of its own. Raises KeyboardInterrupt when a person stopped it."""
    return run_to_the_end(lambda gate: alabel(data, taxonomy, options, gate=gate))


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be done, before it is known whether it can be."""

    data: Data
    taxonomy: Taxonomy
    wish: LabelWish
    recipe: Recipe
    run: dict[str, Any] | None = None
    """The run to go on with."""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.data, self.taxonomy, self.wish, self.recipe)


def _task(file: str, taxonomy: Taxonomy, options: LabelOptions) -> _Task:
    """What to begin, or the run to go on with. Raises InputError when that is not clear."""
    asked = options.asked
    if not options.resume:
        wish = asked.wish()
        data = survey(file, wish)
        for run in _runs(options.db):
            if run["status"] in UNFINISHED and run["recipe_key"] == data_key(data, taxonomy):
                raise InputError(
                    f"{options.db} holds an unfinished run of this data: {run['id']}",
                    hint="go on with --resume, or begin anew in another file with --db",
                )
        return _Task(data, taxonomy, wish, asked.settings(taxonomy))
    runs = [run for run in _runs(options.db) if run["taxonomy_hash"] == taxonomy.fingerprint]
    # The unfinished ones first: going on comes before looking again.
    for run in sorted(runs, key=lambda run: run["status"] not in UNFINISHED):
        stored = run["recipe"]
        wish = asked.wish(LabelWish(**stored["wish"]))
        recipe = _resumed_recipe(Recipe.model_validate(stored["recipe"]), asked)
        data = survey(file, wish)
        task = _Task(data, taxonomy, wish, recipe, run)
        if task.fingerprint == run["fingerprint"]:
            return task
    raise InputError(
        f"{options.db} holds no run of {file} on this taxonomy with these options",
        hint="leave out --resume to begin one; data or a taxonomy that was changed is another one",
    )


def _resumed_recipe(stored: Recipe, asked: LabelAsked) -> Recipe:
    """The recipe that a run was begun with, with what may change in between as it is now."""
    if asked.recipe is not None:
        stored = continued(stored, load_recipe(asked.recipe))
    return asked.overrides.apply(stored)


def _runs(db: Path) -> list[dict[str, Any]]:
    if not db.exists():
        return []
    with reading(db) as connection:
        return queries.runs(connection, labelling.KIND)


def _new_id(db: Path, fingerprint: str) -> str:
    earlier = sum(run["fingerprint"] == fingerprint for run in _runs(db))
    return f"{fingerprint[:8]}-{earlier + 1}"


@dataclass(slots=True)
class _Purse:
    """Counts tokens, and closes the gate when they are spent."""

    gate: Gate
    budget: int | None
    tell: Callable[[Attempt], None] | None
    spent: int = 0

    def __call__(self, attempt: Attempt) -> None:
        if self.tell is not None:
            self.tell(attempt)
        self.spent += attempt.input_tokens + attempt.output_tokens
        if self.budget is not None and self.spent >= self.budget:
            self.gate.close(
                BudgetSpent(
                    f"{self.spent:,} tokens are spent, and {self.budget:,} were allowed",
                    hint="go on with --resume and another --budget",
                )
            )


async def _execute(
    prepared: LabelPrepared,
    endpoints: dict[str, Endpoint],
    run_id: str,
    resumed: bool,
    options: LabelOptions,
    gate: Gate,
) -> None:
    recipe = prepared.recipe
    graph = build_label(prepared.seats)
    purse = _Purse(gate, options.budget, options.on_attempt)
    async with engine(options.db, endpoints, gate, resumed=resumed, on_attempt=purse) as held:
        await _begin(held, prepared, endpoints, run_id, resumed, graph.get_graph().draw_mermaid())
        if options.on_start:
            options.on_start(run_id, prepared, resumed)
        labeller = Labeller(
            run_id=run_id,
            taxonomy=prepared.taxonomy,
            seed=recipe.seed,
            fence_key=f"{recipe.seed}:{prepared.taxonomy.fingerprint}",
            graph=graph,
            prompts=prepared.prompts,
            engine=held,
            listener=options.listener,
            stop_after=recipe.run.stop_after_failures,
            callbacks=options.callbacks,
        )
        await to_the_end(_carried_out(labeller, prepared), held.writer, run_id)


async def _carried_out(labeller: Labeller, prepared: LabelPrepared) -> tuple[str, str]:
    """Label, and say how the run ended."""
    await labeller.run(texts(prepared.data.file, prepared.wish))
    with reading(labeller.engine.db) as db:
        counts = labelling.counts(db, labeller.run_id)
    if counts["failed"]:
        return "shortfall", f"{counts['failed']} of {sum(counts.values())} texts got no answer"
    return "done", ""


async def _begin(
    held: Engine,
    prepared: LabelPrepared,
    endpoints: dict[str, Endpoint],
    run_id: str,
    resumed: bool,
    drawn: str,
) -> None:
    recipe, prompts = prepared.recipe, prepared.prompts
    used = {name for seat in prepared.seats for name in seat.role.prompts}
    told = [
        {"hash": prompt.hash, "name": prompt.id, "text": prompt.text}
        for prompt in map(prompts.get, sorted(used))
    ]
    statements = [records.insert("prompts", told, ignore=True)]
    if resumed:
        statements.append(records.set_status(run_id, "running"))
    else:
        row = {
            "id": run_id,
            "kind": labelling.KIND,
            "recipe_key": data_key(prepared.data, prepared.taxonomy),
            "fingerprint": fingerprint(prepared.data, prepared.taxonomy, prepared.wish, recipe),
            "recipe": prepared.to_dict(),
            "taxonomy": prepared.taxonomy.to_dict(),
            "taxonomy_hash": prepared.taxonomy.fingerprint,
            "graph": drawn,
            "language": recipe.language,
            "seed": recipe.seed,
            "asked": prepared.data.count,
            "as_of": today(),
            "models": {node: endpoint.model for node, endpoint in endpoints.items()},
            "status": "running",
            "version": __version__,
            "pid": os.getpid(),
            "started_at": now(),
        }
        statements.append(records.insert("runs", [row]))
    await held.write(statements)
