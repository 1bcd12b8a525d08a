"""Many samples at once: workers over an iterator, waves that refill what was not accepted.

Memory is flat in the number of samples. What a wave plans depends only on the decisions of
earlier waves, so that concurrency never changes the data; a resumed run walks the same waves and
skips what is decided. A policy that is fitted to votes decides a wave when all of it is judged.
Knows the store only through statements and questions.
"""

import random
from collections import Counter, deque
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig

from ..agents import request_of
from ..errors import RunStopped
from ..quality import Policy, differences, plain
from ..quality import policy as read_policy
from ..quality.diversity import Reading, Watch
from ..recipe import Panel
from ..store import panel, progress, queries, reading, records
from ..taxonomy import PATH_SEPARATOR, Blueprint, Plan
from .build import Compiled, counted, ending, ordered
from .canaries import Planting, shown
from .engine import Engine, each, moment
from .fitting import fitted
from .label_check import elsewhere
from .linked import Link, beginning
from .rows import blueprint_row, link_row, policy_row, sample_row, verdict_row
from .screening import Screen
from .spec import GraphSpec, writer_of
from .state import Context, State, Tongue

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

    def judged(self) -> None:
        """A sample was judged, and is decided when its wave is over."""

    def repeated(self, count: int) -> None:
        """That many accepted samples of a wave repeat others, and are no longer accepted."""

    def collapsing(self, reading: Reading) -> None:
        """Accepted samples have begun to repeat one another's words. Told once."""

    def stopping(self, in_flight: int) -> None:
        """The run was asked to stop and waits for that many calls."""


@dataclass(slots=True)
class Runner:
    """One run of a recipe, from its first wave to its last."""

    run_id: str
    plan: Plan
    graph: Compiled
    judges: Compiled
    """The judges alone, for canaries."""
    spec: GraphSpec
    settings: Panel
    policy: Policy | None
    """None for one that is fitted to each wave."""
    screen: Screen
    planting: Planting | None
    tongues: Mapping[str, Tongue]
    """By language; a linked sample may be in another one than the recipe's."""
    links: Sequence[Link]
    """Further samples that are made from accepted ones."""
    engine: Engine
    listener: Listener
    seed: int
    fence_key: str
    stop_after: int
    openings: int
    """How many openings of earlier samples of its leaf a planner is shown."""
    callbacks: Sequence[Any] = ()
    waiting: list[tuple[Blueprint, str, State]] = field(default_factory=list)
    """Judged, and decided when the wave is over."""
    words: Watch = field(default_factory=Watch)
    collapsed: bool = False
    """Whether it has been told that samples repeat one another."""
    recent: deque[str] = field(init=False)
    failures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.recent = deque(maxlen=self.stop_after)

    @property
    def reworded(self) -> float:
        """Share of the samples that judges see in their other wordings as well."""
        return self.settings.variants.share if self.settings.variants else 0.0

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
        # What is planned is planned: people may have settled samples of earlier waves since.
        while planned := self._planned(number):
            budget -= len(planned)
            await self._wave(number, planned)
            number += 1
        for attempt in range(1, int(_FOR_ONE * attempts)):
            for slots in _chunks(self._open_slots(number, attempt), wave_size):
                tried = slots[:budget]
                budget -= len(tried)
                if tried:
                    await self._wave(number, self._again(tried, attempt))
                    number += 1
        await self._link(number, attempts=attempts, wave_size=wave_size)

    async def _link(self, number: int, *, attempts: float, wave_size: int) -> None:
        """Make the further samples of linked groups from what was accepted."""
        with reading(self.engine.db) as db:
            budget = int(len(self.links) * attempts) - progress.tries(
                db, self.run_id, len(self.plan)
            )
        for attempt in range(int(_FOR_ONE * attempts)):
            for chunk in _chunks(self._open_links(number, attempt), min(wave_size, _CHUNK)):
                tried = self._joined(chunk[:budget], attempt, number)
                budget -= len(tried)
                if tried:
                    await self._wave(number, tried)
                    number += 1

    def _open_links(self, before_wave: int, attempt: int) -> Sequence[Link]:
        with reading(self.engine.db) as db:
            done = progress.accepted_slots(db, self.run_id, before_wave)
            tried = progress.tried_slots(db, self.run_id, attempt)
        return [
            link
            for link in self.links
            if link.head in done and link.slot not in done and link.slot not in tried
        ]

    def _joined(self, chunk: Sequence[Link], attempt: int, before_wave: int) -> list[Blueprint]:
        """A try at each of some links, made from the sample that was accepted first."""
        with reading(self.engine.db) as db:
            heads = progress.firsts(db, self.run_id, [link.head for link in chunk], before_wave)
        return [
            link.blueprint(
                Blueprint.from_dict(heads[link.head]),
                attempt=attempt,
                seed=self.plan.seed_of(link.slot, attempt),
            )
            for link in chunk
        ]

    def _planned(self, wave: int) -> list[Blueprint]:
        """The blueprints of a wave that an earlier process has planned."""
        with reading(self.engine.db) as db:
            rows = progress.planned(db, self.run_id, wave)
        return [Blueprint.from_dict(row) for row in rows]

    def _open_slots(self, before_wave: int, attempt: int) -> Sequence[int]:
        """Slots without an accepted sample that have not been tried so often."""
        with reading(self.engine.db) as db:
            done = progress.accepted_slots(db, self.run_id, before_wave)
            done |= progress.tried_slots(db, self.run_id, attempt)
        return [slot for slot in range(len(self.plan)) if slot not in done]

    def _again(self, slots: Sequence[int], attempt: int) -> list[Blueprint]:
        """Another try at each of some slots, which know their cell from the first."""
        found: list[Blueprint] = []
        with reading(self.engine.db) as db:
            for chunk in _chunks(slots, _CHUNK):
                rows = progress.first_tries(db, self.run_id, chunk)
                found += [self.plan.again(Blueprint.from_dict(row), attempt) for row in rows]
        return found

    async def _wave(self, number: int, blueprints: Sequence[Blueprint]) -> None:
        rows = [blueprint_row(self.run_id, number, blueprint) for blueprint in blueprints]
        # In one transaction: a wave that is there is there as a whole.
        await self.engine.write([records.insert("blueprints", rows, ignore=True)])
        canaries = await self._canaries(number, len(blueprints))
        with reading(self.engine.db) as db:
            decided = progress.decided_ids(db, self.run_id, number)
            openings = progress.openings(db, self.run_id, number, self.openings)
        todo = [blueprint for blueprint in blueprints if blueprint.id not in decided]
        self.listener.wave(number, len(todo))
        await each(
            self._mixed(number, todo, openings, canaries),
            self.engine.gate,
            # Twice as many samples as calls, so that no call waits for a sample to get ready.
            at_once=2 * self.engine.in_flight,
            on_stopping=self.listener.stopping,
        )
        await self._decide_waiting(number)
        await self._compare(number)

    async def _compare(self, number: int) -> None:
        """Take back what a wave accepted twice."""
        repeats = self.screen.repeats
        if repeats is not None:
            statements, twice = await repeats.close(number)
            if statements:
                await self.engine.write(statements)
            self.listener.repeated(twice)

    async def _canaries(self, number: int, size: int) -> list[dict[str, Any]]:
        """The canaries of a wave that have not been judged, planted if the wave is new."""
        if self.planting is None:
            return []
        with reading(self.engine.db) as db:
            rows, before = panel.canaries(db, self.run_id, number), panel.truth(db, self.run_id)
            judged = panel.judged_canaries(db, self.run_id)
        if not rows:
            rows = list(self.planting.rows(self.run_id, number, size, before=len(before)))
            if rows:
                await self.engine.write([records.insert("canaries", rows)])
        return [row for row in rows if row["id"] not in judged]

    def _mixed(
        self,
        number: int,
        blueprints: Sequence[Blueprint],
        openings: Mapping[str, list[str]],
        canaries: Sequence[dict[str, Any]],
    ) -> Iterator[Coroutine[Any, Any, None]]:
        """Samples in their order, with canaries strewn among them."""
        every = len(blueprints) + len(canaries)
        strewn = random.Random(f"{self.seed}:strewn:{number}").sample(range(every), len(canaries))
        places, left, samples = set(strewn), iter(canaries), iter(blueprints)
        for place in range(every):
            if place in places:
                yield self._canary(next(left))
            else:
                blueprint = next(samples)
                leaf = PATH_SEPARATOR.join(blueprint.path)
                yield self._sample(blueprint, openings.get(leaf, ()))

    async def _sample(self, blueprint: Blueprint, openings: Sequence[str]) -> None:
        sample_id = records.sample_id(self.run_id, blueprint.id)
        world = self.tongues[blueprint.language].world
        context = await self._context(sample_id, blueprint, request_of(world, blueprint))
        chance = random.Random(blueprint.seed).random()
        context = replace(
            context,
            openings=openings,
            policy=self.policy,
            reworded=chance < self.reworded,
        )
        start = State(slot=blueprint.slot, round=0)
        if blueprint.source:
            with reading(self.engine.db) as db:
                first = queries.sample(db, records.sample_id(self.run_id, blueprint.source))
            start |= beginning(first, blueprint.link)
        state = await self.graph.ainvoke(start, self._config(sample_id), context=context)
        if "ending" in state:
            await self._decide(blueprint, sample_id, state)  # type: ignore[arg-type]
        else:
            self.waiting.append((blueprint, sample_id, state))  # type: ignore[arg-type]
            self.listener.judged()

    async def _canary(self, row: dict[str, Any]) -> None:
        blueprint, request, draft = shown(row)
        context = await self._context(row["id"], blueprint, request)
        start = State(draft=draft, round=0)
        state = await self.judges.ainvoke(start, self._config(row["id"]), context=context)
        stamp = {"sample_id": row["id"], "run_id": self.run_id, "source": "agent"}
        verdicts = ordered(state, self.spec)  # type: ignore[arg-type]
        rows = [{**stamp, **verdict_row(one), "created_at": moment()} for one in verdicts]
        await self.engine.write([records.insert("verdicts", rows)])

    async def _context(
        self, sample_id: str, blueprint: Blueprint, request: dict[str, Any]
    ) -> Context:
        tongue = self.tongues[blueprint.language]
        return Context(
            world=tongue.world,
            blueprint=blueprint,
            request=request,
            run_id=self.run_id,
            sample_id=sample_id,
            fence_key=self.fence_key,
            asker=self.engine.asker,
            lines=self.engine.lines,
            prompts=tongue.prompts,
            screen=self.screen,
            recalled=await self.engine.journal.recall(sample_id),
        )

    def _config(self, sample_id: str) -> RunnableConfig:
        return {
            "recursion_limit": self.spec.recursion_limit,
            "callbacks": list(self.callbacks),
            "metadata": {"sample_id": sample_id, "run_id": self.run_id},
        }

    async def _decide_waiting(self, number: int) -> None:
        """Decide what has waited for the policy of its wave, in the order of the slots."""
        if not self.waiting:
            return
        # Before the policy is fitted: sums of floats hang on their order.
        self.waiting.sort(key=lambda one: (one[0].slot, one[0].attempt))
        policy = await self._policy_of(number)
        for blueprint, sample_id, state in self.waiting:
            state["ending"] = ending(state, self.spec, policy)
            await self._decide(blueprint, sample_id, state)
        self.waiting.clear()

    async def _policy_of(self, number: int) -> Policy:
        """The policy that was fitted for a wave, or is now, to all votes there are."""
        with reading(self.engine.db) as db:
            stored = panel.policy(db, self.run_id, number)
            stream = list(panel.votes(db, self.run_id))
            votes, truth = list(panel.canary_votes(db, self.run_id)), panel.truth(db, self.run_id)
        if stored is not None:
            return read_policy(stored["data"])
        for _, sample_id, state in self.waiting:
            for verdict in counted(ordered(state, self.spec)):
                said = None if verdict["unscored"] else bool(verdict["accept"])
                stream.append((sample_id, verdict["judge"], said))
        found = fitted(self.settings, stream, canaries=votes, truth=truth)
        await self.engine.write([policy_row(self.run_id, number, found.policy, plain(found))])
        return found

    async def _decide(self, blueprint: Blueprint, sample_id: str, state: State) -> None:
        decision, verdicts = state["ending"], ordered(state, self.spec)
        world = self.tongues[blueprint.language].world
        sample = sample_row(
            self.run_id,
            sample_id,
            blueprint,
            state=state,
            model=self.engine.lines[writer_of(self.spec, blueprint)].endpoint.model,
            as_of=world.as_of,
        )
        found = differences(counted(verdicts), spread=self.settings.spread)
        found += elsewhere(blueprint, state.get("artifacts", {}), world.taxonomy)
        statements = records.decided(sample, map(verdict_row, verdicts), map(asdict, found))
        if blueprint.source:
            statements.append(
                records.insert("links", [link_row(self.run_id, sample_id, blueprint)])
            )
        await self.engine.write(statements)
        self.listener.sample(decision["status"])
        # What is made from another sample repeats its words on purpose.
        if decision["status"] == "accepted" and not blueprint.source:
            self._listen(sample["messages"])
        self._watch(decision["status"], f"{decision['reason']}: {decision['detail'][:200]}")

    def _listen(self, messages: Sequence[Mapping[str, str]]) -> None:
        """Warn of a run whose samples become alike, while stopping it still saves money."""
        reading = self.words.add("\n".join(message["content"] for message in messages))
        if reading is not None and reading.collapsed and not self.collapsed:
            self.collapsed = True
            self.listener.collapsing(reading)

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


def _chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
