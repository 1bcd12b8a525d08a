"""Many samples at once: workers over an iterator, waves that refill what was not accepted.

Memory is flat in the number of samples. What a wave plans depends only on the decisions of
earlier waves, so that concurrency never changes the data; a resumed run walks the same waves and
skips what is decided. Knows the store only through statements and questions.
"""

from collections import Counter, deque
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Protocol

from ..agents import Draft, World, request_of
from ..errors import RunStopped
from ..prompts import PromptSet
from ..quality import difference
from ..store import progress, reading, records
from ..taxonomy import PATH_SEPARATOR, Blueprint, Plan
from .build import Compiled
from .engine import Engine, each
from .spec import GraphSpec
from .state import Context, State

_OPENINGS = 8
_FOR_ONE = 4
"""How often more than on average one slot may be tried: what never succeeds must not cost all."""
_CHUNK = 500
_MOSTLY = 0.8
"""Share of failures among the last samples at which a run stops."""


class Listener(Protocol):
    """Who is told how a run goes."""

    def wave(self, number: int, size: int) -> None:
        """A wave of that many blueprints begins."""

    def sample(self, status: str) -> None:
        """A sample was decided."""

    def stopping(self, in_flight: int) -> None:
        """The run was asked to stop and waits for that many calls."""


@dataclass(slots=True)
class Runner:
    """One run of a recipe, from its first wave to its last."""

    run_id: str
    plan: Plan
    graph: Compiled
    spec: GraphSpec
    world: World
    prompts: PromptSet
    engine: Engine
    listener: Listener
    fence_key: str
    stop_after: int
    callbacks: Sequence[Any] = ()
    recent: deque[str] = field(init=False)
    failures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.recent = deque(maxlen=self.stop_after)

    async def run(self, *, attempts: float, wave_size: int) -> None:
        """Try until every slot of the plan has an accepted sample or the attempts are spent.

        Raises what closed the gate: EndpointError, StoreError, RunStopped, or asyncio's
        CancelledError when a person stopped it.
        """
        number = 0
        stream = self.plan.blueprints()
        while first := list(islice(stream, wave_size)):
            await self._wave(number, first)
            number += 1
        budget = int(len(self.plan) * (attempts - 1))
        for attempt in range(1, int(_FOR_ONE * attempts)):
            for slots in _chunks(self._open_slots(number), wave_size):
                tried = slots[:budget]
                budget -= len(tried)
                if tried:
                    await self._wave(number, self._again(tried, attempt))
                    number += 1

    def _open_slots(self, before_wave: int) -> Sequence[int]:
        with reading(self.engine.db) as db:
            filled = progress.accepted_slots(db, self.run_id, before_wave)
        return [slot for slot in range(len(self.plan)) if slot not in filled]

    def _again(self, slots: Sequence[int], attempt: int) -> list[Blueprint]:
        """Another try at each of some slots, which know their cell from the first."""
        found: list[Blueprint] = []
        with reading(self.engine.db) as db:
            for chunk in _chunks(slots, _CHUNK):
                rows = progress.first_tries(db, self.run_id, chunk)
                found += [self.plan.again(Blueprint.from_dict(row), attempt) for row in rows]
        return found

    async def _wave(self, number: int, blueprints: Sequence[Blueprint]) -> None:
        for chunk in _chunks(blueprints, _CHUNK):
            rows = [_blueprint_row(self.run_id, number, blueprint) for blueprint in chunk]
            await self.engine.write([records.insert("blueprints", rows, ignore=True)])
        with reading(self.engine.db) as db:
            decided = progress.decided_ids(db, self.run_id, number)
            openings = progress.openings(db, self.run_id, number, _OPENINGS)
        todo = [blueprint for blueprint in blueprints if blueprint.id not in decided]
        self.listener.wave(number, len(todo))
        await each(
            self._jobs(todo, openings),
            self.engine.gate,
            # Twice as many samples as calls, so that no call waits for a sample to get ready.
            at_once=2 * self.engine.in_flight,
            on_stopping=self.listener.stopping,
        )

    def _jobs(
        self, blueprints: Iterable[Blueprint], openings: Mapping[str, list[str]]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        for blueprint in blueprints:
            leaf = PATH_SEPARATOR.join(blueprint.path)
            yield self._sample(blueprint, openings.get(leaf, ()))

    async def _sample(self, blueprint: Blueprint, openings: Sequence[str]) -> None:
        sample_id = records.sample_id(self.run_id, blueprint.id)
        context = Context(
            world=self.world,
            blueprint=blueprint,
            request=request_of(self.world, blueprint),
            run_id=self.run_id,
            sample_id=sample_id,
            fence_key=self.fence_key,
            asker=self.engine.asker,
            lines=self.engine.lines,
            prompts=self.prompts,
            recalled=await self.engine.journal.recall(sample_id),
            openings=openings,
        )
        state = await self.graph.ainvoke(
            {"slot": blueprint.slot, "round": 0},
            {
                "recursion_limit": self.spec.recursion_limit,
                "callbacks": list(self.callbacks),
                "metadata": {"sample_id": sample_id, "run_id": self.run_id},
            },
            context=context,
        )
        await self._decide(blueprint, sample_id, state)  # type: ignore[arg-type]

    async def _decide(self, blueprint: Blueprint, sample_id: str, state: State) -> None:
        ending = state["ending"]
        rank = {seat.node: place for place, seat in enumerate(self.spec.judges)}
        verdicts = sorted(state.get("verdicts", []), key=lambda verdict: rank[verdict["judge"]])
        sample = self._sample_row(blueprint, sample_id, state)
        differs = difference(verdicts) if verdicts else None
        rows = [_verdict_row(verdict) for verdict in verdicts]
        await self.engine.write(records.decided(sample, rows, differs))
        self.listener.sample(ending["status"])
        self._watch(ending["status"], f"{ending['reason']}: {ending['detail'][:200]}")

    def _sample_row(self, blueprint: Blueprint, sample_id: str, state: State) -> dict[str, Any]:
        draft = Draft.model_validate(state["draft"]) if state.get("draft") else None
        ending = state["ending"]
        return {
            "id": sample_id,
            "run_id": self.run_id,
            "blueprint_id": blueprint.id,
            "slot": blueprint.slot,
            "attempt": blueprint.attempt,
            "leaf": PATH_SEPARATOR.join(blueprint.path),
            "labels": dict(blueprint.labels),
            "language": blueprint.language,
            "messages": draft.messages() if draft else [],
            "reasoning": draft.reasoning if draft else "",
            "final_answer": draft.final_answer if draft else "",
            "status": ending["status"],
            "reason": ending["reason"],
            "detail": ending["detail"],
            "artifacts": state.get("artifacts", {}),
            "model": self.engine.lines["writer"].endpoint.model,
            "as_of": self.world.as_of,
            "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }

    def _watch(self, status: str, why: str) -> None:
        """Stop a run that mostly fails: it costs money and brings nothing."""
        self.recent.append(status)
        if status == "failed":
            self.failures[why] += 1
        failed = self.recent.count("failed")
        if len(self.recent) == self.stop_after and failed >= _MOSTLY * self.stop_after:
            reason, _ = self.failures.most_common(1)[0]
            self.engine.gate.close(
                RunStopped(
                    f"{failed} of the last {self.stop_after} samples failed, mostly {reason}",
                    hint="`taxoloom doctor` tries the endpoint; then go on with --resume",
                )
            )


def _blueprint_row(run_id: str, wave: int, blueprint: Blueprint) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "id": blueprint.id,
        "wave": wave,
        "slot": blueprint.slot,
        "attempt": blueprint.attempt,
        "leaf": PATH_SEPARATOR.join(blueprint.path),
        "labels": dict(blueprint.labels),
        "language": blueprint.language,
        "seed": blueprint.seed,
        "content": blueprint.to_dict(),
    }


def _verdict_row(verdict: Mapping[str, Any]) -> dict[str, Any]:
    unscored = verdict["unscored"]
    return {
        "judge": verdict["judge"],
        "model": verdict["model"],
        "prompt": verdict["prompt"],
        "accept": None if unscored else int(verdict["accept"]),
        "score": None if unscored else verdict["score"],
        "criteria": verdict.get("criteria", {}),
        "rationale": verdict.get("rationale", ""),
        "unscored": unscored,
    }


def _chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
