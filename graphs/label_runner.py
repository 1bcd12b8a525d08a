"""Text by text: each goes through the graph, and what became of it is written in one transaction.

Texts are read as they are taken up, so that memory does not grow with the data. Knows the store
only through statements and questions.
"""

import sqlite3
from collections import Counter, deque
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..errors import RunStopped
from ..prompts import PromptSet
from ..store import labelling, reading, records
from ..taxonomy import Taxonomy
from .engine import Engine, each, now
from .label_build import Compiled
from .label_prepare import Text
from .label_state import LabelContext

_MOSTLY = 0.8
"""Share of failures among the last texts at which a run stops."""


class LabelListener(Protocol):
    """Who is told how labelling goes."""

    def known(self) -> None:
        """What became of a text was found out by an earlier process."""

    def settled(self, status: str) -> None:
        """A text has come home."""

    def stopping(self, in_flight: int) -> None:
        """The run was asked to stop and waits for that many calls."""


@dataclass(slots=True)
class Labeller:
    """One run, from its first text to its last."""

    run_id: str
    taxonomy: Taxonomy
    seed: int
    fence_key: str
    graph: Compiled
    prompts: PromptSet
    engine: Engine
    listener: LabelListener
    stop_after: int
    callbacks: Sequence[Any] = ()
    recent: deque[bool] = field(init=False)
    failures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.recent = deque(maxlen=self.stop_after)

    async def run(self, texts: Iterator[Text]) -> None:
        """Label what is not yet labelled."""
        with reading(self.engine.db) as db:
            await each(
                self._jobs(texts, db),
                self.engine.gate,
                at_once=2 * self.engine.in_flight,
                on_stopping=self.listener.stopping,
            )

    def _jobs(
        self, texts: Iterator[Text], db: sqlite3.Connection
    ) -> Iterator[Coroutine[Any, Any, None]]:
        for text in texts:
            item_id = labelling.PREFIX + records.sample_id(self.run_id, text.ident)
            if labelling.is_settled(db, item_id):
                self.listener.known()
            else:
                yield self._label(text, item_id)

    async def _label(self, text: Text, item_id: str) -> None:
        recalled = await self.engine.journal.recall(item_id)
        context = LabelContext(
            taxonomy=self.taxonomy,
            ident=text.ident,
            item_id=item_id,
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
            "metadata": {"run_id": self.run_id, "item_id": item_id},
        }
        state = await self.graph.ainvoke({"messages": text.messages}, config, context=context)
        item = {
            "id": item_id,
            "run_id": self.run_id,
            "place": text.place,
            "source": text.source,
            "row": text.row,
            "messages": text.messages,
            **state["item"],
            "created_at": now(),
        }
        await self.engine.write(labelling.settled(item, state["annotations"], state["differences"]))
        self.listener.settled(item["status"])
        # What an earlier process was told already says nothing of the model now.
        if not recalled:
            self._watch(item)

    def _watch(self, item: Mapping[str, Any]) -> None:
        """Stop a run that mostly fails: it costs money and brings nothing."""
        failed = item["status"] == "failed"
        self.recent.append(failed)
        if failed:
            self.failures[item["reason"]] += 1
        if len(self.recent) == self.stop_after and sum(self.recent) >= _MOSTLY * self.stop_after:
            reason, _ = self.failures.most_common(1)[0]
            self.engine.gate.close(
                RunStopped(
                    f"{sum(self.recent)} of the last {self.stop_after} texts failed, "
                    f"mostly {reason}",
                    hint="`taxoloom doctor` tries the endpoint; then go on with --resume",
                )
            )
