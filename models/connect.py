"""Endpoints, and lines to them that last as long as one run and one event loop.

A line is a chat model with its limits. One HTTP client serves all lines of a run: a client that
outlives its event loop cannot be used again. Knows nothing of prompts and replies.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .structured import Structured
from .switch import require_allowed

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TO_CONNECT = 15.0
"""Seconds to wait for a connection: a machine that is there answers sooner."""
OFFLINE = "offline"
"""The name of the model that needs no network."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a role's replies come from, and how they are asked for."""

    model: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    structured: Structured = "json_schema"
    params: Mapping[str, Any] = field(default_factory=dict)
    """Sent with every request: temperature, top_p, and what else the server understands."""
    send_seed: bool = True
    max_tokens: int = 8192
    deadline: float = 300.0
    """Seconds for one attempt, from sending to the last byte."""
    concurrency: int = 16
    """Calls in flight at once."""
    repairs: int = 2
    """How often a model may be told what was wrong with its reply, per call."""
    price_input: float | None = None
    """Per million tokens."""
    price_output: float | None = None

    @property
    def offline(self) -> bool:
        """Whether no request leaves the process."""
        return not self.base_url

    @property
    def token_limit(self) -> str:
        """OpenAI's own API refuses `max_tokens` for newer models, others ignore the new name."""
        host = urlsplit(self.base_url).hostname or ""
        own = host == "api.openai.com" or host.endswith(".openai.azure.com")
        return "max_completion_tokens" if own else "max_tokens"


@dataclass(slots=True)
class Line:
    """An open endpoint."""

    endpoint: Endpoint
    chat: "BaseChatModel"
    limit: asyncio.Semaphore
    resume_at: float = 0.0
    """Time of the asker's clock before which no call is sent, after the endpoint asked to wait."""


ChatFactory = Callable[[Endpoint], "BaseChatModel"]
"""Makes the chat model of an endpoint that is not called over HTTP."""


@asynccontextmanager
async def connect(
    endpoints: Mapping[str, Endpoint], local: ChatFactory | None = None
) -> AsyncIterator[dict[str, Line]]:
    """Open a line per name; equal endpoints share one.

    `local` makes the model of endpoints without a base URL; the default is the offline model.
    """
    remote = [endpoint for endpoint in endpoints.values() if not endpoint.offline]
    for endpoint in remote:
        require_allowed(endpoint.base_url)
    client = _http_client(sum(e.concurrency for e in remote)) if remote else None
    limits: dict[str, asyncio.Semaphore] = {}
    for endpoint in endpoints.values():
        allowed = [e.concurrency for e in endpoints.values() if e.base_url == endpoint.base_url]
        limits.setdefault(endpoint.base_url, asyncio.Semaphore(max(allowed)))
    lines: list[Line] = []
    named: dict[str, Line] = {}
    for name, endpoint in endpoints.items():
        line = next((line for line in lines if line.endpoint == endpoint), None)
        if line is None:
            chat = _local(endpoint, local) if endpoint.offline else _remote(endpoint, client)
            line = Line(endpoint, chat, limits[endpoint.base_url])
            lines.append(line)
        named[name] = line
    try:
        yield named
    finally:
        if client is not None:
            await client.aclose()


def _local(endpoint: Endpoint, local: ChatFactory | None) -> "BaseChatModel":
    if local is not None:
        return local(endpoint)
    from .offline.chat import OfflineChat

    return OfflineChat()


def _http_client(concurrency: int) -> Any:
    import httpx2
    from openai import DefaultAioHttpClient

    limits = httpx2.Limits(max_connections=concurrency + 8, max_keepalive_connections=None)
    # A key goes to the address that the user named and to no other.
    return DefaultAioHttpClient(limits=limits, follow_redirects=False)


def _remote(endpoint: Endpoint, client: Any) -> "BaseChatModel":
    import httpx2
    from pydantic import SecretStr

    from .chat import EndpointChat

    return EndpointChat(
        model_name=endpoint.model,
        openai_api_base=endpoint.base_url,
        openai_api_key=SecretStr(endpoint.api_key or "none"),
        request_timeout=httpx2.Timeout(endpoint.deadline, connect=TO_CONNECT),
        max_retries=0,
        use_responses_api=False,
        http_async_client=client,
    )
