"""The one chat model class for OpenAI-compatible endpoints, on langchain-openai.

It posts through the SDK's raw `post`, which keeps LangChain's callbacks and the SDK's timeouts
and authentication and skips the SDK's request and reply transformations (a third of the CPU of
the stock path); it keeps what the stock class drops of a reply, and turns every failure into
`CallFailed`. Where a private name of langchain-openai is missing, the stock path is taken with
`extra_body`. Importing this module costs more than a second: only `connect.py` does, when an
endpoint is really called.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import httpx2
import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai.chat_models.base import BaseChatOpenAI
from openai import AsyncStream
from pydantic import SecretStr

from .clean import count
from .failure import CallFailed, outcome_of, said
from .outcome import Outcome

_PRIVATE = ("_get_request_payload", "_create_chat_result")
_STANDARD = frozenset({"seed", "temperature", "top_p", "max_tokens", "tools", "tool_choice"})
_MAX_BYTES = 8_000_000
"""Longest body that is read: a server that never ends must not fill the memory."""
_BUSY = frozenset({429, 502, 503, 504, 529})
_PASSING = (Outcome.rate_limited, Outcome.server)
_LATE = (TimeoutError, httpx2.TimeoutException)
_NEVER_REACHED = (aiohttp.ConnectionTimeoutError, httpx2.ConnectTimeout)
_ON_THE_WAY = (
    openai.APIConnectionError,
    httpx2.TransportError,
    httpx2.DecodingError,
    aiohttp.ClientError,
    OSError,
    EOFError,
)


class NotACompletion(Exception):
    """A body that came with a good status and holds no chat completion."""

    def __init__(self, text: str, data: object = None) -> None:
        super().__init__(text)
        self.data = data


class EndpointChat(BaseChatOpenAI):
    """A chat model behind `POST {base_url}/chat/completions`."""

    @property
    def _llm_type(self) -> str:
        return "taxoloom-endpoint"

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        try:
            if all(hasattr(BaseChatOpenAI, name) for name in _PRIVATE):
                return await self._post(messages, stop, kwargs)
            body = {key: kwargs.pop(key) for key in list(kwargs) if key not in _STANDARD}
            return await super()._agenerate(messages, stop, run_manager, extra_body=body, **kwargs)
        except Exception as error:
            # Three libraries raise here, each in its own way, and not all that they raise is
            # documented. What they raise may quote the key, so that it is not passed on.
            raise failure_of(error, self._key()) from None

    def _key(self) -> str:
        key = self.openai_api_key
        return key.get_secret_value() if isinstance(key, SecretStr) else ""

    async def _post(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        payload.pop("stream", None)
        response = await self.root_async_client.post(
            "/chat/completions",
            body=payload,
            cast_to=httpx2.Response,
            stream=True,
            stream_cls=AsyncStream[Any],
        )
        content = await _whole(response)
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict) or data.get("error") or not data.get("choices"):
            raise NotACompletion(content.decode("utf-8", "replace"), data)
        return self._create_chat_result(data)

    def _create_chat_result(
        self, response: "dict[str, Any] | openai.BaseModel", generation_info: Any = None
    ) -> ChatResult:
        data = response
        if isinstance(response, openai.BaseModel):
            data = response.model_dump(warnings=False)
        if not isinstance(data, dict) or data.get("error") or not data.get("choices"):
            raise NotACompletion(str(data), data)
        message = data["choices"][0]["message"]
        # Whatever a server calls the one who speaks, it is the model.
        message["role"] = "assistant"
        data["usage"] = _usage(data.get("usage"))
        result = super()._create_chat_result(data, generation_info)
        result.generations[0].message.additional_kwargs.update(_kept(message))
        return result


async def _whole(response: httpx2.Response) -> bytes:
    """The body, read in pieces so that it can be given up."""
    content = bytearray()
    try:
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > _MAX_BYTES:
                raise NotACompletion(f"the body is longer than {_MAX_BYTES} bytes")
    finally:
        await response.aclose()
    return bytes(content)


def _usage(given: object) -> dict[str, Any] | None:
    """What a server says of tokens, without what cannot be a number of tokens."""
    if not isinstance(given, dict):
        return None
    read, written = count(given.get("prompt_tokens")), count(given.get("completion_tokens"))
    details = given.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    # The second name is DeepSeek's.
    cached = count(cached if cached is not None else given.get("prompt_cache_hit_tokens"))
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def _kept(message: dict[str, Any]) -> dict[str, Any]:
    """What langchain-openai drops of a message: reasoning by either name, refusal, raw calls."""
    kept: dict[str, Any] = {
        "reasoning_content": message.get("reasoning_content") or message.get("reasoning"),
        "refusal": message.get("refusal"),
    }
    kept = {name: text for name, text in kept.items() if isinstance(text, str) and text}
    calls = message.get("tool_calls")
    if isinstance(calls, list) and calls:
        # The arguments as they came: what is wrong in them is for our own parser to see.
        kept["tool_calls"] = calls
    return kept


def failure_of(error: Exception, key: str = "") -> CallFailed:
    """The typed failure that an exception of a request is, without the key in its message."""
    if isinstance(error, openai.APIStatusError):
        return _refused(error, key)
    if isinstance(error, NotACompletion):
        return _not_a_completion(error, key)
    causes = list(_causes(error))
    # The innermost decides: the transport under the SDK reports a lost connection as a time-out.
    first = causes[-1]
    what = f"{type(first).__name__}: {first}"
    reached = not any(isinstance(cause, _NEVER_REACHED) for cause in causes)
    if isinstance(first, _LATE) and reached:
        return CallFailed(Outcome.deadline, f"the endpoint did not answer in time ({what})")
    if any(isinstance(cause, _ON_THE_WAY) for cause in causes):
        return CallFailed(Outcome.transport, f"no connection, or a broken one ({what})", key=key)
    return CallFailed(Outcome.server, f"not a chat completion ({what})", key=key)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception, what it came of, and so on."""
    current: BaseException | None = error
    for _ in range(20):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def _refused(error: openai.APIStatusError, key: str) -> CallFailed:
    status, headers = error.status_code, error.response.headers
    text = _text(error.response)
    if 300 <= status < 400:
        # Not followed: a key goes to the address that the user named and to no other.
        text = f"redirected to {headers.get('location', 'nowhere')}: correct base_url"
    outcome = outcome_of(status, text)
    return CallFailed(
        outcome,
        f"HTTP {status}: {said(text).strip() or 'an empty body'}",
        retry_after=_retry_after(headers),
        busy=status in _BUSY and outcome in _PASSING,
        key=key,
    )


def _text(response: httpx2.Response) -> str:
    try:
        return response.text
    except httpx2.StreamError:
        return ""


def _not_a_completion(error: NotACompletion, key: str) -> CallFailed:
    """Routers send a failure of the model behind them with a good status and a code inside."""
    text = str(error)
    inside = error.data.get("error") if isinstance(error.data, dict) else None
    code = str(inside.get("code")) if isinstance(inside, dict) else ""
    status = int(code) if re.fullmatch(r"[45]\d\d", code) else 500
    what = said(text).strip() or "an empty body"
    return CallFailed(outcome_of(status, text), f"not a chat completion: {what}", key=key)


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds that the endpoint asks to wait, by either header and either format."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait = float(headers.get(name, ""))
        except ValueError:
            continue
        if wait >= 0:
            return wait * scale
    try:
        until = parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        # No date either, or one without a time zone.
        return None
