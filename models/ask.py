"""Ask a model until there is a typed reply or a reason why there is none. The one place where
calls are limited, retried, repaired and journaled.

Knows nothing of roles: it gets messages and an output type, and gives an answer or a failure.
A model or parse failure is a value, never an exception.
"""

import asyncio
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel

from ..errors import EndpointError, StoreError
from .clean import clean
from .connect import Line
from .failure import CallFailed
from .gate import Gate
from .journal import Attempt, Identity, Journal
from .outcome import POLICY, REPLIED, Outcome
from .parse import Parsed, Raw, parse, split_thinking
from .structured import Form

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

T = TypeVar("T", bound=BaseModel)
Chat = list[dict[str, str]]

_MAX_WAIT = 120.0
"""Longest wait in seconds that an endpoint can ask for."""
_QUOTED = 6000
"""Characters of a faulty reply that are shown back to the model."""


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One call: what is asked, of which form the reply must be, and how to ask again."""

    identity: Identity
    messages: Chat
    output: type[T]
    form: Form
    prompt: str
    prompt_hash: str
    seed: int
    ask_again: Callable[[str], str]
    """From what was wrong to the message that asks once more."""
    check: Callable[[T], str] | None = None
    """From a valid reply to what contradicts itself in it, or ""."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A reply that holds."""

    value: T
    model: str
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """No reply that holds, and why."""

    outcome: Outcome
    error: str
    model: str


@dataclass(frozen=True, slots=True)
class _Request:
    """One form of the question: the messages and limits of a try."""

    messages: Chat
    max_tokens: int
    key: str
    messages_json: str
    params_json: str


class Asker:
    """Asks on behalf of one run."""

    def __init__(
        self,
        journal: Journal,
        gate: Gate,
        *,
        on_attempt: Callable[[Attempt], None] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._journal = journal
        self._gate = gate
        self._on_attempt = on_attempt or (lambda attempt: None)
        self._sleep = sleep
        self._clock = clock
        self._now = now

    async def ask(
        self, line: Line, question: Question[T], recalled: Mapping[str, Attempt]
    ) -> Answer[T] | Failure:
        """Ask, and ask again as the table of outcomes allows."""
        messages, limit = question.messages, line.endpoint.max_tokens
        used: Counter[Outcome] = Counter()
        number = 0
        while True:
            request = _request(line, question, messages, limit)
            attempt, parsed = await self._reach(line, question, request, recalled, number)
            number = attempt.attempt
            if parsed.value is not None:
                return Answer(parsed.value, attempt.model, attempt.reasoning)
            outcome = parsed.outcome
            policy = POLICY[outcome]
            if policy.fatal:
                self._gate.close(_unusable(line, outcome, parsed.error))
                await self._gate.park()
            if policy.widen and not used[outcome]:
                limit *= 2
            elif used[outcome] < policy.repair and used.total() < line.endpoint.repairs:
                messages = _repair(messages, attempt.reply, question.ask_again(parsed.error))
            else:
                return Failure(outcome, parsed.error, attempt.model)
            used[outcome] += 1

    async def _reach(
        self,
        line: Line,
        question: Question[T],
        request: _Request,
        recalled: Mapping[str, Attempt],
        number: int,
    ) -> tuple[Attempt, Parsed[T]]:
        """Send one request until a model answers it or its outcome may not be retried."""
        known = recalled.get(request.key)
        if known is not None:
            return replace(known, attempt=number + 1), _reparse(known, question)
        failures: Counter[Outcome] = Counter()
        while True:
            number += 1
            attempt, parsed, wait = await self._attempt(line, question, request, number)
            failures[parsed.outcome] += 1
            if parsed.outcome in REPLIED or failures[parsed.outcome] > POLICY[parsed.outcome].again:
                return attempt, parsed
            await self._sleep(_backoff(request.key, number, wait))

    async def _attempt(
        self, line: Line, question: Question[T], request: _Request, number: int
    ) -> tuple[Attempt, Parsed[T], float | None]:
        raw, wait = Raw(""), None
        async with self._gate.passage():
            async with line.limit:
                await self._respect_pause(line)
                start = self._clock()
                try:
                    raw = await _send(line, question, request)
                    parsed = parse(raw, question.output, question.check)
                except CallFailed as failed:
                    parsed, wait = Parsed(failed.outcome, error=failed.message), failed.retry_after
                latency = (self._clock() - start) * 1000
            if wait is not None:
                line.resume_at = asyncio.get_running_loop().time() + min(wait, _MAX_WAIT)
            attempt = self._row(line, question, request, number, raw, parsed, latency)
            kept = await self._keep(attempt)
        if not kept:
            await self._gate.park()
        self._on_attempt(attempt)
        return attempt, parsed, wait

    async def _keep(self, attempt: Attempt) -> bool:
        """Record, or stop the run: a reply that is not on record is not used."""
        try:
            await self._journal.record(attempt)
        except StoreError as error:
            self._gate.close(error)
            return False
        return True

    async def _respect_pause(self, line: Line) -> None:
        pause = line.resume_at - asyncio.get_running_loop().time()
        if pause > 0:
            await self._sleep(pause)

    def _row(
        self,
        line: Line,
        question: Question[T],
        request: _Request,
        number: int,
        raw: Raw,
        parsed: Parsed[T],
        latency: float,
    ) -> Attempt:
        identity = question.identity
        return Attempt(
            run_id=identity.run_id,
            sample_id=identity.sample_id,
            role=identity.role,
            node=identity.node,
            round=identity.round,
            attempt=number,
            request_key=request.key,
            model=line.endpoint.model,
            params=request.params_json,
            prompt=question.prompt,
            prompt_hash=question.prompt_hash,
            messages=request.messages_json,
            reply=raw.text,
            reasoning=raw.reasoning,
            finish_reason=raw.finish_reason,
            input_tokens=raw.input_tokens,
            output_tokens=raw.output_tokens,
            cached_tokens=raw.cached_tokens,
            cost=_cost(line, raw),
            latency_ms=round(latency, 1),
            outcome=parsed.outcome,
            error=parsed.error,
            created_at=self._now().isoformat(timespec="milliseconds"),
        )


def _request(line: Line, question: Question[T], messages: Chat, limit: int) -> _Request:
    endpoint, identity = line.endpoint, question.identity
    params = {
        **endpoint.params,
        endpoint.token_limit: limit,
        "seed": question.seed,
        "structured": endpoint.structured,
        "form": f"{question.form.name}:{question.form.fingerprint}",
    }
    params_json = json.dumps(params, ensure_ascii=False, sort_keys=True)
    messages_json = json.dumps(messages, ensure_ascii=False)
    call = (identity.role, identity.node, identity.ask, str(identity.round), endpoint.model)
    text = "\x1f".join((*call, params_json, messages_json))
    key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _Request(messages, limit, key, messages_json, params_json)


async def _send(line: Line, question: Question[T], request: _Request) -> Raw:
    endpoint = line.endpoint
    kwargs: dict[str, Any] = {**endpoint.params, endpoint.token_limit: request.max_tokens}
    if endpoint.send_seed:
        kwargs["seed"] = question.seed
    kwargs.update(question.form.request(endpoint.structured))
    try:
        async with asyncio.timeout(endpoint.deadline):
            message = await line.chat.ainvoke(request.messages, **kwargs)
    except TimeoutError as error:
        message_text = f"no complete reply within {endpoint.deadline:g} s"
        raise CallFailed(Outcome.deadline, message_text) from error
    return read(message)


def read(message: "AIMessage") -> Raw:
    """What of a LangChain message matters here, cleaned for storage."""
    usage = message.usage_metadata
    cached = (usage.get("input_token_details") or {}).get("cache_read") if usage else 0
    content = message.content if isinstance(message.content, str) else ""
    arguments = (message.additional_kwargs.get("tool_calls") or [{}])[0].get("function", {})
    raw = Raw(
        text=clean(arguments.get("arguments") or content),
        reasoning=clean(str(message.additional_kwargs.get("reasoning_content") or "")),
        refusal=clean(str(message.additional_kwargs.get("refusal") or "")),
        finish_reason=str(message.response_metadata.get("finish_reason") or ""),
        input_tokens=max(0, usage["input_tokens"]) if usage else 0,
        output_tokens=max(0, usage["output_tokens"]) if usage else 0,
        cached_tokens=max(0, cached or 0),
    )
    return split_thinking(raw)


def _reparse(known: Attempt, question: Question[T]) -> Parsed[T]:
    if known.outcome in (Outcome.refused, Outcome.filtered):
        return Parsed(known.outcome, error=known.error)
    raw = Raw(known.reply, finish_reason=known.finish_reason, output_tokens=known.output_tokens)
    return parse(raw, question.output, question.check)


def _repair(messages: Chat, reply: str, ask_again: str) -> Chat:
    if not reply.strip():
        # An empty assistant turn is refused by many chat templates: ask within the same turn.
        *head, last = messages
        return [*head, {**last, "content": f"{last['content']}\n\n{ask_again}"}]
    said = {"role": "assistant", "content": reply[:_QUOTED]}
    return [*messages, said, {"role": "user", "content": ask_again}]


def _backoff(key: str, number: int, wait: float | None) -> float:
    """Seconds: 0.5 doubled per attempt up to 30, ±50 %; never earlier than the endpoint asked."""
    jitter = random.Random(f"{key}{number}").uniform(0.5, 1.5)
    pause: float = min(30.0, 0.5 * 2 ** (number - 1)) * jitter
    return max(pause, min(wait or 0.0, _MAX_WAIT))


def _cost(line: Line, raw: Raw) -> float | None:
    endpoint = line.endpoint
    if endpoint.price_input is None or endpoint.price_output is None:
        return None
    paid: float = (
        raw.input_tokens * endpoint.price_input + raw.output_tokens * endpoint.price_output
    )
    return paid / 1_000_000


def _unusable(line: Line, outcome: Outcome, error: str) -> EndpointError:
    hints = {
        Outcome.auth: "check the key: OPENAI_API_KEY, or api_key_env in the recipe",
        Outcome.quota: "add credit or choose another endpoint, then go on with --resume",
        Outcome.no_model: "check the model's name; `taxoloom doctor` lists what there is",
    }
    where = f"model {line.endpoint.model!r} at {line.endpoint.base_url or 'offline'}"
    return EndpointError(f"{where} cannot be used: {error}", hint=hints[outcome])
