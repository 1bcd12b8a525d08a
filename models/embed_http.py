"""One request for vectors over HTTP, through the SDK's raw `post`, and what its reply may be.

Every failure is a `CallFailed`. Importing this module costs more than a second, as `chat.py` does:
only `embed.py` does, when an endpoint is really called.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
from openai import AsyncOpenAI, AsyncStream, DefaultAioHttpClient

from ..errors import EndpointError
from .chat import failure_of
from .connect import TO_CONNECT
from .failure import CallFailed, outcome_of, said, told

if TYPE_CHECKING:
    from .embed import EmbeddingEndpoint, Send

_BYTES_OF_A_TEXT = 500_000
"""Room in a reply for each text: 16,384 numbers as they are written in JSON."""
_HINT = "check that the model is one for embeddings, and that base_url ends in /v1"


@asynccontextmanager
async def sender(endpoint: "EmbeddingEndpoint") -> "AsyncIterator[Send]":
    """A client of the endpoint for as long as it is open."""
    limits = httpx2.Limits(max_connections=endpoint.concurrency + 2, max_keepalive_connections=None)
    # A key goes to the address that the user named and to no other.
    http = DefaultAioHttpClient(limits=limits, follow_redirects=False)
    client = AsyncOpenAI(
        api_key=endpoint.api_key or "none",
        base_url=endpoint.base_url,
        timeout=httpx2.Timeout(endpoint.deadline, connect=TO_CONNECT),
        max_retries=0,
        http_client=http,
    )

    async def send(texts: Sequence[str]) -> Sequence[object]:
        try:
            content = await _post(client, endpoint, texts)
        except (CallFailed, EndpointError):
            raise
        except Exception as error:
            # Three libraries raise here, each in its own way; what they raise may quote the key.
            raise failure_of(error, endpoint.api_key) from None
        return _in_order(content, len(texts), endpoint)

    try:
        yield send
    finally:
        await client.close()


async def _post(client: AsyncOpenAI, endpoint: "EmbeddingEndpoint", texts: Sequence[str]) -> bytes:
    body: dict[str, Any] = {
        "model": endpoint.model,
        "input": list(texts),
        "encoding_format": "float",
    }
    if endpoint.dimensions is not None:
        body["dimensions"] = endpoint.dimensions
    response: httpx2.Response = await client.post(  # type: ignore[assignment]
        "/embeddings",
        body=body,
        cast_to=httpx2.Response,
        stream=True,
        stream_cls=AsyncStream[Any],
    )
    content = bytearray()
    try:
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > len(texts) * _BYTES_OF_A_TEXT:
                raise _refused(endpoint, "its reply does not end")
    finally:
        await response.aclose()
    return bytes(content)


def _in_order(content: bytes, count: int, endpoint: "EmbeddingEndpoint") -> list[object]:
    """The vectors of a reply in the order of the texts, which is that of their `index`."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    rows = data.get("data") if isinstance(data, dict) and not data.get("error") else None
    if not isinstance(rows, list):
        raise _no_vectors(content.decode("utf-8", "replace"), data, endpoint.api_key)
    found: dict[int, object] = {}
    for row in rows:
        place = row.get("index") if isinstance(row, dict) else None
        if not isinstance(place, int) or isinstance(place, bool) or place in found:
            raise _refused(endpoint, f"`index` is missing or stands twice ({place!r})")
        found[place] = row.get("embedding")
    if sorted(found) != list(range(count)):
        raise _refused(
            endpoint, f"{count} texts became {len(found)} vectors, or others than theirs"
        )
    return [found[place] for place in range(count)]


def _no_vectors(text: str, data: object, key: str) -> CallFailed:
    """Routers send a failure of the model behind them with a good status and a code inside."""
    inside = data.get("error") if isinstance(data, dict) else None
    code = str(inside.get("code")) if isinstance(inside, dict) else ""
    status = int(code) if re.fullmatch(r"[45]\d\d", code) else 500
    what = said(text).strip() or "an empty body"
    return CallFailed(outcome_of(status, text), f"not a list of vectors: {what}", key=key)


def _refused(endpoint: "EmbeddingEndpoint", what: str) -> EndpointError:
    where = f"embeddings {endpoint.model!r} at {endpoint.base_url}"
    return EndpointError(f"{where} is of no use: {told(what, endpoint.api_key)}", hint=_HINT)
