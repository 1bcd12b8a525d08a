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
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel

from ..errors import EndpointError, StoreError
from .clean import LIMIT, clean, count
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

MAX_WAIT = 120.0
"""Longest wait in seconds that an endpoint can ask for."""
_BY_MORE_THAN_TEXT = (Outcome.refused, Outcome.filtered, Outcome.too_large)
"""Outcomes that the kept text of a reply does not show."""
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
    value: BaseModel | None = None
    """A valid reply that was asked for again and still contradicts what was asked."""


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
        repairs = 0
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
                await self._gate.park()
            if policy.widen and not used[outcome]:
                limit *= 2
            elif used[outcome] < policy.repair and repairs < line.endpoint.repairs:
                repairs += 1
                messages = _repair(messages, attempt.reply, question.ask_again(parsed.error))
            else:
                return Failure(outcome, parsed.error, attempt.model, parsed.contradicting)
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
            return known, _reparse(known, question)
        failures: Counter[Outcome] = Counter()
        while True:
            number += 1
            attempt, parsed, wait = await self._attempt(line, question, request, number)
            failures[parsed.outcome] += 1
            if parsed.outcome in REPLIED or failures[parsed.outcome] > POLICY[parsed.outcome].again:
                return attempt, parsed
            await self._sleep(backoff(request.key, number, wait))

    async def _attempt(
        self, line: Line, question: Question[T], request: _Request, number: int
    ) -> tuple[Attempt, Parsed[T], float | None]:
        raw, wait = Raw(""), None
        # The gate is passed last: who waits for the limit while it closes must not pass.
        async with AsyncExitStack() as call:
            async with line.limit:
                await self._respect_pause(line)
                await call.enter_async_context(self._gate.passage())
                start = self._clock()
                try:
                    raw = await _send(line, question, request)
                    parsed = parse(raw, question.output, question.check)
                except CallFailed as failed:
                    parsed, wait = Parsed(failed.outcome, error=failed.message), failed.retry_after
                    if POLICY[failed.outcome].fatal:
                        self._gate.close(_unusable(line, failed.outcome, failed.message))
                latency = (self._clock() - start) * 1000
            if wait is not None:
                line.resume_at = max(line.resume_at, self._clock() + min(wait, MAX_WAIT))
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
        # While one call waits, another may be told to wait longer.
        while (pause := line.resume_at - self._clock()) > 0:
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
            reply=raw.text[:LIMIT],
            reasoning=raw.reasoning[:LIMIT],
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
    # How the form is asked for may be found out anew on resume: what was paid for still counts.
    del params["structured"]
    deciding = json.dumps(params, ensure_ascii=False, sort_keys=True)
    text = "\x1f".join((*call, deciding, messages_json))
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
    usage: Mapping[str, Any] = getattr(message, "usage_metadata", None) or {}
    said = message.additional_kwargs
    raw = Raw(
        text=clean(_arguments(message) or _text(message.content)),
        reasoning=clean(str(said.get("reasoning_content") or "")),
        refusal=clean(str(said.get("refusal") or "")),
        finish_reason=clean(str(message.response_metadata.get("finish_reason") or ""))[:100],
        input_tokens=count(usage.get("input_tokens")),
        output_tokens=count(usage.get("output_tokens")),
        cached_tokens=count((usage.get("input_token_details") or {}).get("cache_read")),
    )
    return split_thinking(raw)


def _text(content: object) -> str:
    """The text of a content that may also be a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") if isinstance(part, dict) else part for part in parts]
    return "".join(text for text in texts if isinstance(text, str))


def _arguments(message: "AIMessage") -> str:
    """The arguments of the first tool call, as they came; "" if there is none."""
    calls = message.additional_kwargs.get("tool_calls")
    call = calls[0] if isinstance(calls, list) and calls else None
    function = call.get("function") if isinstance(call, dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    # A few servers send them parsed.
    return json.dumps(arguments) if isinstance(arguments, dict) else str(arguments or "")


def _reparse(known: Attempt, question: Question[T]) -> Parsed[T]:
    if known.outcome in _BY_MORE_THAN_TEXT:
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


def backoff(key: str, number: int, wait: float | None) -> float:
    """Seconds: 0.5 doubled per attempt up to 30, ±50 %; never earlier than the endpoint asked."""
    jitter = random.Random(f"{key}{number}").uniform(0.5, 1.5)
    pause: float = min(30.0, 0.5 * 2 ** (number - 1)) * jitter
    return max(pause, min(wait or 0.0, MAX_WAIT))


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
        Outcome.no_model: "check the model's name, which `taxoloom doctor` lists, and base_url, "
        "which usually ends in /v1",
    }
    where = f"model {line.endpoint.model!r} at {line.endpoint.base_url or 'offline'}"
    return EndpointError(f"{where} cannot be used: {error}", hint=hints[outcome])
