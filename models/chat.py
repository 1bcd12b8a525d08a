"""The one chat model class for OpenAI-compatible endpoints, on langchain-openai.

It posts through the SDK's raw `post`, which keeps LangChain's callbacks and the SDK's timeouts
and authentication and skips the SDK's request and reply transformations (a third of the CPU of
the stock path); it keeps the reasoning that the stock class drops, and turns every failure into
`CallFailed`. Where a private name of langchain-openai is missing, the stock path is taken with
`extra_body`. Importing this module costs more than a second: only `connect.py` does, when an
endpoint is really called.
"""

import json
from typing import Any

import httpx2
import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai.chat_models.base import BaseChatOpenAI

from .failure import CallFailed
from .outcome import Outcome

_PRIVATE = ("_get_request_payload", "_create_chat_result")
_STANDARD = frozenset({"seed", "temperature", "top_p", "max_tokens", "tools", "tool_choice"})
_QUOTA = ("insufficient_quota", "insufficient balance", "exceeded your current quota")
_CONTEXT = ("context_length", "context length", "context size", "maximum context", "too long")
_NO_MODEL = ("model_not_found", "no such model", "does not exist", "not found", "unknown model")


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
        except openai.APIError as error:
            raise _failed(error) from error
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            # What a body that is no chat completion makes langchain-openai raise.
            message = f"not a chat completion: {type(error).__name__}: {error}"
            raise CallFailed(Outcome.server, message) from error

    async def _post(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> ChatResult:
        payload = self._get_request_payload(messages, stop=stop, **kwargs)
        payload.pop("stream", None)
        response = await self.root_async_client.post(
            "/chat/completions", body=payload, cast_to=httpx2.Response
        )
        if response.is_redirect:
            raise CallFailed(Outcome.server, f"redirected (HTTP {response.status_code})")
        data = json.loads(response.content)
        if not isinstance(data, dict) or not data.get("choices"):
            raise CallFailed(Outcome.server, f"not a chat completion: {response.text[:300]}")
        result = self._create_chat_result(data)
        _keep_reasoning(result, data["choices"][0].get("message") or {})
        return result


def _keep_reasoning(result: ChatResult, message: dict[str, Any]) -> None:
    """Servers name it `reasoning_content` or `reasoning`; the stock class drops both."""
    reasoning = message.get("reasoning_content") or message.get("reasoning")
    if isinstance(reasoning, str) and reasoning:
        result.generations[0].message.additional_kwargs["reasoning_content"] = reasoning


def _failed(error: openai.APIError) -> CallFailed:
    if isinstance(error, openai.APITimeoutError):
        return CallFailed(Outcome.deadline, "the endpoint did not answer in time")
    if isinstance(error, openai.APIStatusError):
        body = f"HTTP {error.status_code}: {error.message}"
        outcome = _outcome_of(error.status_code, body.lower())
        return CallFailed(outcome, body, retry_after=_retry_after(error.response.headers))
    if isinstance(error, openai.APIConnectionError):
        cause = error.__cause__ or error
        return CallFailed(Outcome.transport, f"{error.message} ({type(cause).__name__}: {cause})")
    return CallFailed(Outcome.server, f"{type(error).__name__}: {error.message}")


def _outcome_of(status: int, body: str) -> Outcome:
    if status in (401, 403):
        return Outcome.auth
    if status == 402 or (status == 429 and any(word in body for word in _QUOTA)):
        return Outcome.quota
    if status == 429:
        return Outcome.rate_limited
    if status == 404:
        return Outcome.no_model
    if any(word in body for word in _CONTEXT) and 400 <= status < 500:
        return Outcome.context
    if status == 400 and "model" in body and any(word in body for word in _NO_MODEL):
        return Outcome.no_model
    if status in (408, 409) or status >= 500:
        return Outcome.server
    return Outcome.bad_request


def _retry_after(headers: httpx2.Headers) -> float | None:
    """Seconds from `retry-after-ms` or `Retry-After`; None if absent or not a number."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait = float(headers.get(name, ""))
        except ValueError:
            continue
        if 0 <= wait < 86_400:
            return wait * scale
    return None
