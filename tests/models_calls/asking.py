"""A small question, a chat that answers by a script, and time that passes only when slept."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from langchain_core.messages import AIMessage
from pydantic import BaseModel, ConfigDict

from taxoloom.models import (
    Answer,
    Asker,
    Attempt,
    Endpoint,
    Failure,
    Gate,
    Identity,
    Journal,
    Line,
    MemoryJournal,
    Question,
    Structured,
    form,
)
from taxoloom.models.connect import connect
from taxoloom.models.failure import CallFailed


class Vote(BaseModel):
    """A reply as strict as those of the built-in roles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accept: bool
    score: Literal[0, 1, 2, 3, 4, 5]
    why: str = ""


YES = '{"accept": true, "score": 4, "why": "good"}'
SHAPE = form(Vote)
Step = str | AIMessage | Exception | Callable[[], Any]


def message(content: Any = YES, finish: str = "stop", **more: Any) -> AIMessage:
    usage = {"input_tokens": 1000, "output_tokens": 500, "total_tokens": 1500}
    given = {"response_metadata": {"finish_reason": finish}, "usage_metadata": usage, **more}
    return AIMessage(content=content, **given)


class Chat:
    """Says the next of its lines, each once; remembers what it was asked."""

    def __init__(self, *script: Step) -> None:
        self.script = list(script)
        self.asked: list[tuple[list[dict[str, str]], dict[str, Any]]] = []

    async def ainvoke(self, messages: list[dict[str, str]], **kwargs: Any) -> Any:
        self.asked.append((messages, kwargs))
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, str):
            return message(step)
        return step if isinstance(step, AIMessage) else await step()


class Time:
    """A clock that goes on only when all who sleep have nothing else to wait for."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._until: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        until = self.now + seconds
        self._until.append(until)
        while self.now < until:
            for _ in range(20):
                await asyncio.sleep(0)
            if until == min(self._until):
                self.now = max(self.now, until)
        self._until.remove(until)


def endpoint(**given: Any) -> Endpoint:
    return Endpoint(
        **{"model": "m", "base_url": "http://127.0.0.1:9/v1", "max_tokens": 100, **given}
    )


def line(chat: Any, at: Endpoint | None = None, in_flight: int = 4) -> Line:
    return Line(at or endpoint(), chat, asyncio.Semaphore(in_flight))


def question(**given: Any) -> Question[Vote]:
    told: dict[str, Any] = {
        "identity": Identity("run", "sample", "judge", "examiner", "judge_examiner"),
        "messages": [{"role": "system", "content": "judge"}, {"role": "user", "content": "this"}],
        "output": Vote,
        "form": SHAPE,
        "prompt": "judge_examiner.en",
        "prompt_hash": "0123456789abcdef",
        "seed": 7,
        "ask_again": lambda problem: f"again, since: {problem}",
    }
    return Question(**{**told, **given})


def asker(journal: Journal, time: Time, gate: Gate | None = None, **given: Any) -> Asker:
    return Asker(journal, gate or Gate(), sleep=time.sleep, clock=time.clock, **given)


def ask(
    *script: Step,
    at: Endpoint | None = None,
    recalled: Mapping[str, Attempt] | None = None,
    time: Time | None = None,
    **given: Any,
) -> tuple[Answer[Vote] | Failure, list[Attempt], Chat]:
    """Ask once, with a chat that follows the script to its end."""
    chat, journal = Chat(*script), MemoryJournal()

    async def main() -> Answer[Vote] | Failure:
        one = asker(journal, time or Time())
        return await one.ask(line(chat, at), question(**given), recalled or {})

    result = asyncio.run(main())
    assert not chat.script, "the script was not played to its end"
    return result, journal.attempts, chat


async def call(on: Line, way: Structured = "json_schema") -> Any:
    """One call as the asker makes it: the message, or the failure that was raised."""
    try:
        return await on.chat.ainvoke(
            [{"role": "user", "content": "hello"}], max_tokens=100, seed=1, **SHAPE.request(way)
        )
    except CallFailed as failed:
        return failed


def post(url: str, way: Structured = "json_schema", **given: Any) -> Any:
    """The same, on a line that is opened for it."""

    async def main() -> Any:
        async with connect({"it": endpoint(base_url=url, **given)}) as lines:
            return await call(lines["it"], way)

    return asyncio.run(main())


def outcomes(attempts: Sequence[Attempt]) -> list[str]:
    return [attempt.outcome.value for attempt in attempts]


def sent(attempt: Attempt) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = json.loads(attempt.messages)
    return messages
