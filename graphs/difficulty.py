"""Measures how hard the samples of a stored run are: small batches, a ranker, ratings of all.

Works with the models of the run's recipe. Each batch is asked once and its calls stand in the
journal under the batch, so that whoever goes on after an end of any kind pays nothing twice.
Ratings are written together, when every batch has been asked.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..agents import Caller
from ..agents.ranker import RANKER, SEES, RankScene, ranker, requests_of
from ..errors import InputError, RunStopped
from ..models import Attempt, Endpoint, Gate, Identity
from ..prompts import PromptSet
from ..quality.difficulty import MOST, Ranking, Scale, batches, rated
from ..store import difficulties, lock, queries, reading, records, upgrade
from ..store.writer import Statement
from ..taxonomy import Taxonomy
from .afterwards import prompts_for, recipe_for
from .endpoints import endpoint_of
from .engine import Engine, each, engine, moment, settled, unless_closed
from .loop import run_to_the_end
from .prepare import Overrides

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure, and how."""

    each: int = 4
    """Batches that every sample is in."""
    batch: int = 5
    """Samples in a batch, at most."""
    status: str = "accepted"
    limit: int | None = None
    """Samples at most, drawn by the run's seed."""
    overrides: Overrides = field(default_factory=Overrides)
    on_start: Callable[[str, int, int], None] = lambda run_id, samples, batches: None
    """Told the run, how many samples are measured and in how many batches."""
    on_batch: Callable[[str], None] = lambda outcome: None
    """Told `ranked` or `failed` for each batch."""
    on_attempt: Callable[[Attempt], None] | None = None
    on_stopping: Callable[[int], None] = lambda in_flight: None


@dataclass(slots=True)
class Measuring:
    """What came of it."""

    run_id: str
    samples: int
    batches: int
    failed: Counter[str] = field(default_factory=Counter)
    """Batches that could not be ranked, by why."""
    rated: int = 0
    """Samples that have a rating now; none if no batch could be ranked."""
    pools: int = 0
    """Sets of samples with a scale of their own; more than one only where batches failed."""


async def ameasure(
    db: Path, run_id: str | None = None, asked: Asked | None = None, *, gate: Gate | None = None
) -> Measuring:
    """Measure the samples of a run, and write their ratings in the place of earlier ones.

    Raises InputError and EndpointError before anything is asked; StoreError, EndpointError or
    RunStopped when it cannot go on; CancelledError when `gate` was closed.
    """
    asked, gate = asked or Asked(), gate or Gate()
    upgrade(db)
    with lock(db):
        with reading(db) as connection:
            run = queries.run(connection, run_id)
            fingerprint = Taxonomy.from_dict(queries.taxonomy(connection, run["id"])).fingerprint
            ids = difficulties.to_measure(connection, run["id"], asked.status)
        recipe = recipe_for(RANKER, run, asked.overrides)
        planned = _planned(run, ids, recipe.seed, asked)
        prompts = prompts_for(RANKER, recipe, SEES)
        endpoint = endpoint_of(recipe.settings(RANKER), os.environ)
        asked.on_start(run["id"], len({id_ for one in planned for id_ in one}), len(planned))
        found = await unless_closed(gate, settled({RANKER: endpoint}))
        key = f"{recipe.seed}:{fingerprint}"
        table = _Table(run, recipe.seed, prompts, key, asked, recipe.run.stop_after_failures)
        return await table.sit(db, found, gate, planned)


def measure_sync(db: Path, run_id: str | None, asked: Asked) -> Measuring:
    """`ameasure` on a loop of its own. Raises KeyboardInterrupt when a person stopped it."""
    return run_to_the_end(lambda gate: ameasure(db, run_id, asked, gate=gate))


@dataclass(slots=True)
class _Table:
    """One measuring: the run, and what all its batches have in common."""

    run: Row
    seed: int
    prompts: PromptSet
    fence_key: str
    asked: Asked
    stop_after: int
    rankings: dict[tuple[str, ...], Ranking] = field(default_factory=dict)
    """By batch."""
    failed: Counter[str] = field(default_factory=Counter)
    in_a_row: int = 0
    """Batches that could not be ranked, since the last one that could."""

    async def sit(
        self,
        db: Path,
        endpoints: Mapping[str, Endpoint],
        gate: Gate,
        planned: Sequence[tuple[str, ...]],
    ) -> Measuring:
        """Have all batches ranked, some of them at once, and write down what they say."""
        opening = engine(db, endpoints, gate, resumed=True, on_attempt=self.asked.on_attempt)
        async with opening as running:
            prompt = self.prompts.get(RANKER)
            text = {"hash": prompt.hash, "name": prompt.id, "text": prompt.text}
            await running.write([records.insert("prompts", [text], ignore=True)])
            await each(
                self._jobs(running, planned),
                gate,
                at_once=2 * running.in_flight,
                on_stopping=self.asked.on_stopping,
            )
            scale = rated(self.rankings.values())
            if scale.ratings:
                await running.write(self._written(scale, endpoints[RANKER].model))
        return Measuring(
            run_id=self.run["id"],
            samples=len({id_ for one in planned for id_ in one}),
            batches=len(planned),
            failed=self.failed,
            rated=len(scale.ratings),
            pools=len(scale.groups),
        )

    def _jobs(
        self, running: Engine, planned: Sequence[tuple[str, ...]]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        return (self._rank(running, ids) for ids in planned)

    async def _rank(self, running: Engine, ids: tuple[str, ...]) -> None:
        with reading(running.db) as connection:
            dialogues = difficulties.messages(connection, ids)
        batch_id = difficulties.batch_id(self.run["id"], ids)
        scene = RankScene(
            id=batch_id,
            seed=random.Random(f"{self.seed}:{batch_id}").randrange(2**31),
            requests=requests_of(dialogues),
        )
        call = Caller(
            asker=running.asker,
            line=running.lines[RANKER],
            prompts=self.prompts,
            scene=scene,
            identity=Identity(self.run["id"], batch_id, RANKER, RANKER, RANKER),
            fence_key=self.fence_key,
            recalled=await running.journal.recall(batch_id),
        )
        result = await ranker.run(scene, call)
        if result.failure is not None:
            self._miss(running.gate, f"{result.failure.outcome}", result.failure.error)
            return
        groups = (result.artifact or {})["groups"]
        self.rankings[ids] = [[ids[number - 1] for number in group] for group in groups]
        self.in_a_row = 0
        self.asked.on_batch("ranked")

    def _miss(self, gate: Gate, outcome: str, error: str) -> None:
        """Count a batch that could not be ranked, and stop when none can."""
        self.failed[outcome] += 1
        self.in_a_row += 1
        self.asked.on_batch("failed")
        if self.in_a_row == self.stop_after:
            gate.close(
                RunStopped(
                    f"{self.in_a_row} batches in a row could not be ranked, last {outcome}: "
                    f"{error[:200]}",
                    hint="`taxoloom doctor` tries the endpoint; then call this again",
                )
            )

    def _written(self, scale: Scale, model: str) -> list[Statement]:
        run_id, now = self.run["id"], moment()
        pool = {id_: at for at, group in enumerate(scale.groups) for id_ in group}
        rankings = [
            {
                "id": difficulties.batch_id(run_id, ids),
                "run_id": run_id,
                "samples": ids,
                "ranks": ranks,
                "created_at": now,
            }
            for ids, ranks in sorted(self.rankings.items())
        ]
        ratings = [
            {
                "sample_id": one.id,
                "run_id": run_id,
                "rating": one.rating,
                "error": one.error,
                "comparisons": one.comparisons,
                "pool": pool[one.id],
                "model": model,
                "prompt": self.prompts.get(RANKER).id,
                "created_at": now,
            }
            for one in scale.ratings
        ]
        return difficulties.replaced(run_id, rankings, ratings)


def _planned(run: Row, ids: Sequence[str], seed: int, asked: Asked) -> list[tuple[str, ...]]:
    """The batches. Raises InputError where there is too little or too much to be ranked."""
    if asked.limit is not None and asked.limit < len(ids):
        ids = random.Random(f"measured:{seed}").sample(sorted(ids), asked.limit)
    if len(ids) < 2:
        raise InputError(
            f"run {run['id']} has {len(ids)} {asked.status} samples to be ranked, and wanted are "
            "two at least",
            hint="`taxoloom samples` lists them; --status names another decision",
        )
    if len(ids) > MOST:
        raise InputError(
            f"run {run['id']} has {len(ids):,} {asked.status} samples, and {MOST:,} is the most "
            "that can be put on one scale",
            hint=f"--limit {MOST} draws so many of them",
        )
    return batches(ids, each=asked.each, size=asked.batch, seed=seed)
