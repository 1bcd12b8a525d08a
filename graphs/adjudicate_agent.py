"""Lets the adjudicator rule on what people left open: disputed samples, one call each.

Works on a stored run with the models of its recipe. A ruling settles its sample as a person's vote
does; one that cannot be had leaves it open. Calls stand in the journal under the sample, so that
whoever goes on after an end of any kind pays nothing twice.
"""

import os
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..agents import Caller, World, request_of
from ..agents.adjudicator import ADJUDICATOR, SEES, RulingScene, adjudicator, opinions_of
from ..errors import RunStopped
from ..models import Attempt, Endpoint, Gate, Identity
from ..prompts import PromptSet
from ..quality import phrases
from ..store import lock, queries, reading, records, review_rows, reviews, upgrade
from ..store.review_rows import Chosen
from ..store.reviews import Vote
from ..taxonomy import Blueprint, Taxonomy
from .adjudicate import recounted
from .afterwards import prompts_for, recipe_for
from .endpoints import endpoint_of
from .engine import Engine, each, engine, moment, settled, unless_closed
from .loop import run_to_the_end
from .planning import axes_of
from .prepare import Overrides

SOURCE = f"agent:{ADJUDICATOR}"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to rule on, and how."""

    chosen: Chosen = field(default_factory=Chosen)
    limit: int | None = None
    overrides: Overrides = field(default_factory=Overrides)
    on_start: Callable[[str, int], None] = lambda run_id, count: None
    """Told the run and how many rulings are wanted."""
    on_ruling: Callable[[str], None] = lambda became: None
    """Told `accepted`, `rejected` or `open` for each sample."""
    on_attempt: Callable[[Attempt], None] | None = None
    on_stopping: Callable[[int], None] = lambda in_flight: None


@dataclass(slots=True)
class Rulings:
    """What came of it."""

    run_id: str
    accepted: int = 0
    rejected: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """Rulings that could not be had, by why."""
    left: int = 0
    """Disputed samples that are still open."""


async def aadjudicate(
    db: Path, run_id: str | None = None, asked: Asked | None = None, *, gate: Gate | None = None
) -> Rulings:
    """Rule on the open decisions of a run.

    Raises InputError and EndpointError before anything is asked; StoreError, EndpointError or
    RunStopped when it cannot go on; CancelledError when `gate` was closed.
    """
    asked, gate = asked or Asked(), gate or Gate()
    upgrade(db)
    with lock(db):
        with reading(db) as connection:
            run = queries.run(connection, run_id)
            taxonomy = Taxonomy.from_dict(queries.taxonomy(connection, run["id"]))
            todo = _open(connection, run["id"], asked.chosen)[: asked.limit]
        recipe = recipe_for(ADJUDICATOR, run, asked.overrides)
        prompts = prompts_for(ADJUDICATOR, recipe, SEES)
        endpoint = endpoint_of(recipe.settings(ADJUDICATOR), os.environ)
        asked.on_start(run["id"], len(todo))
        if not todo:
            return Rulings(run["id"])
        found = await unless_closed(gate, settled({ADJUDICATOR: endpoint}))
        language, as_of = recipe.language, run["as_of"]
        world = World(taxonomy, axes_of(recipe), language, as_of, phrases(language))
        bench = _Bench(run, world, prompts, f"{recipe.seed}:{taxonomy.fingerprint}", asked)
        return await bench.sit(db, found, gate, todo, stop_after=recipe.run.stop_after_failures)


def adjudicate_sync(db: Path, run_id: str | None, asked: Asked) -> Rulings:
    """`aadjudicate` on a loop of its own. Raises KeyboardInterrupt when a person stopped it."""
    return run_to_the_end(lambda gate: aadjudicate(db, run_id, asked, gate=gate))


@dataclass(slots=True)
class _Bench:
    """One sitting: the run, and what all its rulings have in common."""

    run: Row
    world: World
    prompts: PromptSet
    fence_key: str
    asked: Asked
    made: Rulings = field(init=False)
    in_a_row: int = 0
    """Rulings that could not be had, since the last one that could."""

    def __post_init__(self) -> None:
        self.made = Rulings(self.run["id"])

    async def sit(
        self,
        db: Path,
        endpoints: Mapping[str, Endpoint],
        gate: Gate,
        todo: list[str],
        *,
        stop_after: int,
    ) -> Rulings:
        """Rule on samples, some of them at once; a finished run is counted anew at the end."""
        opening = engine(db, endpoints, gate, resumed=True, on_attempt=self.asked.on_attempt)
        async with opening as running:
            prompt = self.prompts.get(ADJUDICATOR)
            text = {"hash": prompt.hash, "name": prompt.id, "text": prompt.text}
            await running.write([records.insert("prompts", [text], ignore=True)])
            try:
                await each(
                    self._jobs(running, todo, stop_after),
                    gate,
                    at_once=2 * running.in_flight,
                    on_stopping=self.asked.on_stopping,
                )
            finally:
                await running.write(recounted(db, self.run))
        with reading(db) as connection:
            self.made.left = len(_open(connection, self.run["id"], Chosen()))
        return self.made

    def _jobs(
        self, running: Engine, todo: list[str], stop_after: int
    ) -> Iterator[Coroutine[Any, Any, None]]:
        return (self._rule(running, sample_id, stop_after) for sample_id in todo)

    async def _rule(self, running: Engine, sample_id: str, stop_after: int) -> None:
        with reading(running.db) as connection:
            sample = review_rows.sample(connection, self.run["id"], sample_id)
            votes = review_rows.votes(connection, sample_id)
            row = queries.blueprint(connection, self.run["id"], sample["blueprint_id"])
        blueprint = Blueprint.from_dict(row["content"])
        scene = RulingScene(
            id=blueprint.id,
            seed=blueprint.seed,
            request=request_of(self.world, blueprint),
            candidate={name: sample[name] for name in ("messages", "final_answer")},
            opinions=opinions_of(votes, blueprint.seed),
        )
        call = Caller(
            asker=running.asker,
            line=running.lines[ADJUDICATOR],
            prompts=self.prompts,
            scene=scene,
            identity=Identity(self.run["id"], sample_id, ADJUDICATOR, ADJUDICATOR, ADJUDICATOR),
            fence_key=self.fence_key,
            recalled=await running.journal.recall(sample_id),
        )
        result = await adjudicator.run(scene, call)
        if result.failure is not None:
            failure = result.failure
            self._miss(running.gate, f"{failure.outcome}", failure.error, stop_after)
            return
        await self._settle(running, sample, dict(result.verdict or {}))

    async def _settle(self, running: Engine, sample: Row, said: Row) -> None:
        vote = Vote(
            source=SOURCE,
            accept=said["accept"],
            criterion=said["criterion"],
            finding=said["finding"],
            quote=said["quote"],
            comment=said["rationale"],
            model=said["model"],
            prompt=self.prompts.get(ADJUDICATOR).id,
        )
        await running.write(reviews.voted(sample, vote, moves=True, created_at=moment()))
        self.in_a_row = 0
        self.made.accepted += vote.accept
        self.made.rejected += not vote.accept
        self.asked.on_ruling(vote.status)

    def _miss(self, gate: Gate, outcome: str, error: str, stop_after: int) -> None:
        """Count a ruling that could not be had, and stop when none can."""
        self.made.failed[outcome] += 1
        self.in_a_row += 1
        self.asked.on_ruling("open")
        if self.in_a_row == stop_after:
            gate.close(
                RunStopped(
                    f"{self.in_a_row} rulings in a row could not be had, last {outcome}: "
                    f"{error[:200]}",
                    hint="`taxoloom doctor` tries the endpoint; then call this again",
                )
            )


def _open(connection: Any, run_id: str, chosen: Chosen) -> list[str]:
    """Disputed samples whose decision is open, in the order of their slots."""
    wanted = Chosen(("decision",), None, chosen.leaf, "open")
    return review_rows.to_settle(connection, run_id, wanted, sample_status="disputed")
