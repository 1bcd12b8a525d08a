"""Level by level: every list of a level is grown, then what was added gets lists of its own.

What a level offers depends on the replies alone: lists are settled in one order after all of them
have come home, so that neither concurrency nor a crash changes what is offered. Knows the store
only through statements and questions.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from ..errors import RunStopped
from ..prompts import PromptSet
from ..store import growth as questions
from ..store import reading, records
from ..taxonomy import Taxonomy
from ..taxonomy.growing.growth import (
    Addition,
    Entry,
    Spot,
    entries_of,
    grown,
    label,
    level_id,
    spot_id,
)
from ..taxonomy.growing.kinship import Kinship
from ..taxonomy.growing.pool import Offer, Pooled, offered
from ..taxonomy.growing.screen import Ground
from .engine import Engine, each, now
from .grow_build import Compiled
from .grow_prepare import Wish
from .grow_state import GrowContext, Values

_MOSTLY = 0.8
"""Share of failures among the last lists at which a run stops."""


class GrowListener(Protocol):
    """Who is told how growing goes."""

    def level(self, number: int, lists: int) -> None:
        """So many lists of one level are grown now."""

    def grown(self, path: str, status: str) -> None:
        """A list has come home."""

    def stopping(self, in_flight: int) -> None:
        """The run was asked to stop and waits for that many calls."""


@dataclass(slots=True)
class Grower:
    """One run, from its first level to its last."""

    run_id: str
    taxonomy: Taxonomy
    """With all that the levels so far have added."""
    language: str
    wish: Wish
    seed: int
    fence_key: str
    graph: Compiled
    prompts: PromptSet
    engine: Engine
    listener: GrowListener
    stop_after: int
    callbacks: Sequence[Any] = ()
    recent: deque[bool] = field(init=False)
    failures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.recent = deque(maxlen=self.stop_after)

    async def run(self, spots: Sequence[Spot], full: Sequence[Spot]) -> None:
        """Grow the lists, and then those of what was added, as deep as wished."""
        for number in range(self.wish.depth):
            rows = self._known(number) or await self._level(number, spots, full)
            additions = [
                Addition(Spot(row["kind"], row["node"], row["attribute"]), Entry.from_dict(entry))
                for row in rows
                for entry in (item["entry"] for item in row["additions"])
            ]
            before = self.taxonomy
            self.taxonomy = grown(before, additions, language=self.language)
            new = [node for node in self.taxonomy.walk() if node.id not in before]
            spots, full = [Spot("children", node.id) for node in new], ()
            if not spots:
                return

    def _known(self, number: int) -> list[Values]:
        """The lists of a level that an earlier process has settled."""
        with reading(self.engine.db) as db:
            return questions.lists(db, self.run_id, number)

    async def _level(
        self, number: int, spots: Sequence[Spot], full: Sequence[Spot]
    ) -> list[Values]:
        self.listener.level(number, len(spots))
        found: dict[Spot, Values] = {}
        kinship = Kinship(self.taxonomy)
        await each(
            self._groups(spots, kinship, found),
            self.engine.gate,
            at_once=2 * self.engine.in_flight,
            on_stopping=self.listener.stopping,
        )
        rows = [
            self._row(number, place, row)
            for place, row in enumerate(self._settled(spots, found, kinship))
        ]
        rows += [self._row(number, len(rows) + n, self._full(spot)) for n, spot in enumerate(full)]
        await self.engine.write([records.insert("growths", rows)])
        return rows

    def _groups(
        self, spots: Sequence[Spot], kinship: Kinship, found: dict[Spot, Values]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        """One job for the lists of each level under one parent."""
        groups: defaultdict[str, list[Spot]] = defaultdict(list)
        for spot in spots:
            groups[level_id(self.taxonomy, spot)].append(spot)
        for ident, group in groups.items():
            yield self._group(ident, group, kinship, found)

    async def _group(
        self, ident: str, group: Sequence[Spot], kinship: Kinship, found: dict[Spot, Values]
    ) -> None:
        ids = [self._id(spot) for spot in group]
        level = f"l-{records.sample_id(self.run_id, ident)}"
        known = {one: await self.engine.journal.recall(one) for one in (level, *ids)}
        recalled = {
            key: attempt for attempts in known.values() for key, attempt in attempts.items()
        }
        context = GrowContext(
            taxonomy=self.taxonomy,
            kinship=kinship,
            language=self.language,
            spots=group,
            ids=ids,
            level_id=level,
            run_id=self.run_id,
            seed=self.seed,
            fence_key=self.fence_key,
            asker=self.engine.asker,
            lines=self.engine.lines,
            prompts=self.prompts,
            recalled=recalled,
        )
        config: Any = {
            "callbacks": list(self.callbacks),
            # A level may have thousands of lists: prompts that would only wait are not yet made.
            "max_concurrency": max(2 * self.engine.in_flight, 8),
            "metadata": {"run_id": self.run_id, "level_id": level},
        }
        state = await self.graph.ainvoke({}, config, context=context)
        for item in state["grown"]:
            spot, ending = group[item["place"]], item["ending"]
            found[spot] = {**item, "level_id": level}
            self.listener.grown(label(self.taxonomy, spot), ending["status"])
            # What an earlier process was told already says nothing of the model now.
            if not known[ids[item["place"]]]:
                self._watch(ending)

    def _settled(
        self, spots: Sequence[Spot], found: Mapping[Spot, Values], kinship: Kinship
    ) -> Iterator[dict[str, Any]]:
        """What each list is offered once it is known what the lists before it got."""
        joined: dict[Spot, list[str]] = {}
        for spot in spots:
            item, ending = found[spot], found[spot]["ending"]
            ground = Ground.of(self.taxonomy, spot, self.language, kinship=kinship, joined=joined)
            offer = self._offer(spot, item, ground)
            joined[spot] = [one.entry.name for one in offer.entries]
            if spot.kind == "children":
                kinship.join(spot.node, joined[spot])
            failed = ending["status"] == "failed"
            yield {
                **self._common(spot, item["level_id"]),
                "level": item["level"],
                "proposals": item["proposals"],
                "counted": item["counted"],
                "cuts": [*item["cuts"], *(asdict(cut) for cut in offer.cuts)],
                "changes": item["changes"],
                "additions": [one.to_dict() for one in offer.entries],
                "estimate": asdict(offer.estimate) if offer.estimate and not failed else {},
                "status": "failed" if failed else "grown" if offer.entries else "complete",
                "reason": ending["reason"],
                "detail": ending["detail"],
            }

    def _offer(self, spot: Spot, item: Values, ground: Ground) -> Offer:
        return offered(
            [Pooled.from_dict(one) for one in item["entries"]],
            ground,
            lists=item["counted"],
            known=len(entries_of(self.taxonomy, spot)),
            width=self.wish.width,
        )

    def _full(self, spot: Spot) -> dict[str, Any]:
        """The row of a list that nobody was asked about."""
        empty: dict[str, Any] = dict.fromkeys(
            ("proposals", "counted", "cuts", "changes", "additions"), []
        )
        detail = f"it holds {len(entries_of(self.taxonomy, spot))} of {self.wish.width}"
        return {
            **self._common(spot, ""),
            **empty,
            "level": {},
            "estimate": {},
            "status": "full",
            "reason": "width",
            "detail": detail,
        }

    def _common(self, spot: Spot, level: str) -> dict[str, Any]:
        return {
            "id": self._id(spot),
            "run_id": self.run_id,
            "level_id": level,
            "node": spot.node,
            "path": label(self.taxonomy, spot),
            "kind": spot.kind,
            "attribute": spot.attribute,
            "known": len(entries_of(self.taxonomy, spot)),
        }

    def _row(self, wave: int, place: int, row: Mapping[str, Any]) -> dict[str, Any]:
        return {**row, "wave": wave, "place": place, "created_at": now()}

    def _id(self, spot: Spot) -> str:
        return f"g-{records.sample_id(self.run_id, spot_id(self.taxonomy, spot))}"

    def _watch(self, ending: Mapping[str, str]) -> None:
        """Stop a run that mostly fails: it costs money and brings nothing."""
        failed = ending["status"] == "failed"
        self.recent.append(failed)
        if failed:
            self.failures[f"{ending['reason']}: {ending['detail'][:200]}"] += 1
        if len(self.recent) == self.stop_after and sum(self.recent) >= _MOSTLY * self.stop_after:
            reason, _ = self.failures.most_common(1)[0]
            self.engine.gate.close(
                RunStopped(
                    f"{sum(self.recent)} of the last {self.stop_after} lists failed, "
                    f"mostly {reason}",
                    hint="`taxoloom doctor` tries the endpoint; then go on with --resume",
                )
            )
