"""Vectors of texts, from an OpenAI-compatible endpoint or from the offline stand-in.

Limits and retries follow the same table of outcomes as `ask.py`. A batch that cannot be had is an
EndpointError: no single text is to blame, and what compares vectors cannot do without one. An
embedder belongs to one event loop. Knows nothing of samples, and keeps nothing.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EndpointError
from .ask import MAX_WAIT, backoff
from .clean import clean
from .failure import CallFailed
from .gate import Gate
from .outcome import POLICY, Outcome
from .switch import require_allowed

Vectors = NDArray[np.float32]
"""One row for each text."""
Send = Callable[[Sequence[str]], Awaitable[Sequence[object]]]
"""From texts to what stands for their vectors in the reply, in order. Raises CallFailed."""
Keep = Callable[[int, Vectors], Awaitable[None]]
"""Told the place of the first text of a batch, and its vectors, before the call counts as over."""

_SHORTEST = 200
"""Characters to which a text is cut for a model that takes no longer one; no further."""
_TOO_LONG = re.compile(
    r"must have less than \d+ tokens|too large to process|range of input length|input[^.]* too long"
)
"""What servers say of a long text where their words are no others' for a long prompt."""
_OTHER = "check that the model is one for embeddings, and that base_url ends in /v1"


@dataclass(frozen=True, slots=True)
class EmbeddingEndpoint:
    """Where vectors come from, and how they are asked for."""

    model: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    batch: int = 64
    """Texts in one request."""
    concurrency: int = 4
    """Requests in flight at once."""
    deadline: float = 60.0
    """Seconds for one request, from sending to the last byte."""
    dimensions: int | None = None
    """Length of the vectors that is asked for; the model's own if left out."""

    @property
    def offline(self) -> bool:
        """Whether no request leaves the process."""
        return not self.base_url

    @property
    def name(self) -> str:
        """What its vectors are kept under: those of another length are others."""
        return f"{self.model}:{self.dimensions}" if self.dimensions else self.model


class Embedder:
    """Asks one endpoint, for as long as its client is open."""

    def __init__(
        self,
        endpoint: EmbeddingEndpoint,
        send: Send,
        gate: Gate,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.endpoint = endpoint
        self._send, self._gate = send, gate
        self._sleep, self._clock = sleep, clock
        self._limit = asyncio.Semaphore(endpoint.concurrency)
        self._resume_at = 0.0
        self._size = endpoint.dimensions

    async def embed(self, texts: Sequence[str], keep: Keep | None = None) -> Vectors:
        """A vector for each text, none of which may be blank. Raises EndpointError.

        Then the gate is closed, and calls in flight come home before it is raised.
        """
        size = self.endpoint.batch
        tasks = [
            asyncio.create_task(self._batch(texts[start : start + size], start, keep))
            for start in range(0, len(texts), size)
        ]
        if not tasks:
            return np.empty((0, 0), dtype=np.float32)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            if failed := next((task.exception() for task in tasks if task in done), None):
                self._gate.close(failed if isinstance(failed, Exception) else None)
                await self._gate.idle()
                raise failed
            return np.concatenate([task.result() for task in tasks])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _batch(self, texts: Sequence[str], start: int, keep: Keep | None) -> Vectors:
        failures: Counter[Outcome] = Counter()
        while True:
            found = await self._attempt(texts, start, keep)
            if not isinstance(found, CallFailed):
                return found
            if _is_too_long(found) and (len(texts) > 1 or len(texts[0]) > _SHORTEST):
                return await self._shorter(texts, start, keep)
            failures[found.outcome] += 1
            if failures[found.outcome] > POLICY[found.outcome].again:
                raise _unusable(self.endpoint, found)
            number = failures.total()
            await self._sleep(backoff(f"{texts[0]}{start}", number, found.retry_after))

    async def _attempt(
        self, texts: Sequence[str], start: int, keep: Keep | None
    ) -> Vectors | CallFailed:
        # The gate is passed last: who waits for the limit while it closes must not pass.
        async with self._limit:
            while (pause := self._resume_at - self._clock()) > 0:
                await self._sleep(pause)
            async with self._gate.passage():
                try:
                    async with asyncio.timeout(self.endpoint.deadline):
                        given = await self._send([clean(text) for text in texts])
                except TimeoutError:
                    late = f"no complete reply within {self.endpoint.deadline:g} s"
                    return CallFailed(Outcome.deadline, late)
                except CallFailed as failed:
                    wait = min(failed.retry_after or 0.0, MAX_WAIT)
                    self._resume_at = max(self._resume_at, self._clock() + wait)
                    return failed
                vectors = self._checked(given, len(texts))
                if keep is not None:
                    await keep(start, vectors)
                return vectors

    async def _shorter(self, texts: Sequence[str], start: int, keep: Keep | None) -> Vectors:
        """Ask for half as much at once, a single text that is too long by its beginning alone."""
        if len(texts) == 1:
            return await self._batch([texts[0][: len(texts[0]) // 2]], start, keep)
        middle = len(texts) // 2
        first = await self._batch(texts[:middle], start, keep)
        return np.concatenate([first, await self._batch(texts[middle:], start + middle, keep)])

    def _checked(self, given: Sequence[object], wanted: int) -> Vectors:
        """The vectors, if they can be compared with one another and with those before."""
        if len(given) != wanted:
            raise self._refused(f"{wanted} texts became {len(given)} vectors")
        lengths = {len(one) if isinstance(one, list | np.ndarray) else 0 for one in given}
        if len(lengths) != 1 or not all(lengths):
            raise self._refused(
                "what it sends for a text is no list of numbers, or of several sizes"
            )
        (size,) = lengths
        if self._size not in (None, size):
            raise self._refused(f"vectors have {size} numbers, not {self._size}")
        try:
            with np.errstate(over="ignore"):
                vectors = np.array(given, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise self._refused(f"a vector holds what is no number ({error})") from error
        norms = np.linalg.norm(vectors, axis=1) if vectors.ndim == 2 else np.zeros(1)
        if not np.isfinite(norms).all() or not norms.all():
            raise self._refused("a vector is zero or not finite")
        self._size = size
        return vectors

    def _refused(self, what: str) -> EndpointError:
        return EndpointError(f"{_where(self.endpoint)} is of no use: {what}", hint=_OTHER)


@asynccontextmanager
async def embedder(
    endpoint: EmbeddingEndpoint, gate: Gate | None = None
) -> AsyncIterator[Embedder]:
    """Open an endpoint. Raises EndpointError where requests to it are forbidden."""
    gate = gate or Gate()
    if endpoint.offline:
        from .offline.embed import vector

        async def made(texts: Sequence[str]) -> list[Any]:
            return [vector(text, endpoint.dimensions) for text in texts]

        yield Embedder(endpoint, made, gate)
        return
    require_allowed(endpoint.base_url)
    from .embed_http import sender

    async with sender(endpoint) as send:
        yield Embedder(endpoint, send, gate)


@dataclass(frozen=True, slots=True)
class Tried:
    """An endpoint that answers."""

    model: str
    base_url: str
    numbers: int
    """In a vector."""
    latency_ms: float


async def try_out(endpoint: EmbeddingEndpoint, gate: Gate | None = None) -> Tried:
    """Ask for the vector of one short text. Raises EndpointError for one that is of no use."""
    async with embedder(endpoint, gate) as opened:
        start = time.perf_counter()
        vectors = await opened.embed(["Are you ready?"])
        latency = (time.perf_counter() - start) * 1000
    return Tried(endpoint.model, endpoint.base_url, vectors.shape[1], round(latency, 1))


def _is_too_long(failed: CallFailed) -> bool:
    return failed.outcome == Outcome.context or bool(_TOO_LONG.search(failed.message.lower()))


def _where(endpoint: EmbeddingEndpoint) -> str:
    return f"embeddings {endpoint.model!r} at {endpoint.base_url or 'offline'}"


def _unusable(endpoint: EmbeddingEndpoint, failed: CallFailed) -> EndpointError:
    hints = {
        Outcome.auth: "check the key: OPENAI_API_KEY, or `embeddings: {api_key_env: …}`",
        Outcome.quota: "add credit, or choose another endpoint",
        Outcome.no_model: f"check the model's name; {_OTHER}",
        Outcome.bad_request: "a smaller `batch:` may help, and `dimensions:` left out",
        Outcome.transport: "start the server, or correct base_url (it usually ends in /v1)",
    }
    return EndpointError(
        f"{_where(endpoint)} cannot be used ({failed.outcome}): {failed.message}",
        hint=hints.get(failed.outcome, "try again later; `batch:` and `timeout:` may matter"),
    )
