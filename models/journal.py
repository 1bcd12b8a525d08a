"""The record of every model call, as the one who calls sees it: a row per attempt.

A `Journal` keeps the rows; `store/` has the one that writes SQLite. A reply is used only after
`record` has returned, so that nothing that was paid for can be lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .outcome import Outcome


@dataclass(frozen=True, slots=True)
class Identity:
    """Which call of which sample this is."""

    run_id: str
    sample_id: str
    role: str
    node: str
    """Node of the graph; for judges, the judge's name."""
    ask: str
    """Name of the prompt: tells apart several calls of one node in one round."""
    round: int = 0
    """Round of the critic loop."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a model call: a row of the table `calls`."""

    run_id: str
    sample_id: str
    role: str
    node: str
    round: int
    attempt: int
    """1-based within the call."""
    request_key: str
    """SHA-256 over all that decides the reply; resume finds replies by it."""
    model: str
    params: str
    """JSON of what was sent beside the messages."""
    prompt: str
    """Prompt name and language, e.g. `writer.zh`."""
    prompt_hash: str
    messages: str
    """JSON of the messages as sent."""
    reply: str
    reasoning: str
    finish_reason: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost: float | None
    """In the currency of the recipe's prices; None when no price is known."""
    latency_ms: float
    outcome: Outcome
    error: str
    created_at: str


class Journal(Protocol):
    """Where attempts are kept."""

    async def recall(self, sample_id: str) -> Mapping[str, Attempt]:
        """Attempts of a sample that a model answered, by request key."""
        ...

    async def record(self, attempt: Attempt) -> None:
        """Keep an attempt; returns when it is committed."""
        ...


class MemoryJournal:
    """A journal that lasts as long as the process: for tests, probes and single samples."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []

    async def recall(self, sample_id: str) -> Mapping[str, Attempt]:
        """Nothing is recalled: a process that ended has no memory."""
        return {}

    async def record(self, attempt: Attempt) -> None:
        """Keep an attempt in the list."""
        self.attempts.append(attempt)
