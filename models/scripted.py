"""The scripted model: says what its script says, and records what it was asked.

For tests, and for people who write roles. Knows nothing of prompts.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import BaseModel, PrivateAttr

from .asked import Wanted, count_tokens, plain, wanted

Reply = str | Mapping[str, Any] | BaseModel | AIMessage | Exception
Script = Callable[[list[dict[str, str]], str], Reply]


class Asked(NamedTuple):
    """One call as the model got it."""

    messages: list[dict[str, str]]
    """Role and content."""
    kwargs: dict[str, Any]
    """Seed, limits, the form of the reply."""


class ScriptedChat(BaseChatModel):
    """A chat model that follows a script.

    The script is a function of the messages and the name of the asked schema ("" for none), or a
    sequence of replies. A function is safe under concurrency, as its reply cannot depend on the
    order of the calls. From a sequence, a pydantic object answers the next call that asks for
    its class, whatever comes between; all other replies are handed out in order, so use them
    only where calls follow one another.

    A mapping or a pydantic object is sent as JSON, an exception is raised, an `AIMessage` goes
    out as it is.
    """

    _script: Script = PrivateAttr()
    _asked: list[Asked] = PrivateAttr(default_factory=list)

    def __init__(self, script: Script | Iterable[Reply]) -> None:
        if isinstance(script, str | Mapping | BaseModel):
            raise TypeError("a script is a function or a sequence of replies, not one reply")
        super().__init__()
        self._script = script if callable(script) else _in_turn(script)

    @property
    def asked(self) -> list[Asked]:
        """Every call so far, in the order in which they came."""
        return self._asked

    @property
    def _llm_type(self) -> str:
        return "taxoloom-scripted"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model": "scripted"}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        told, form = plain(messages), wanted(kwargs)
        self._asked.append(Asked(told, kwargs))
        message = _message(self._script(told, form.name), told, form)
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return self._generate(messages, stop, None, **kwargs)


def _in_turn(replies: Iterable[Reply]) -> Script:
    left = list(replies)

    def script(messages: list[dict[str, str]], schema: str) -> Reply:
        for index, reply in enumerate(left):
            typed = isinstance(reply, BaseModel) and not isinstance(reply, AIMessage)
            if not typed or type(reply).__name__ == schema:
                return left.pop(index)
        raise LookupError(f"the script has no reply left for {schema or 'a call without a form'}")

    return script


def _message(reply: Reply, told: list[dict[str, str]], form: Wanted) -> AIMessage:
    if isinstance(reply, Exception):
        raise reply
    if isinstance(reply, AIMessage):
        return reply
    text = _text(reply)
    content, extra = form.placed(text)
    asked, given = sum(count_tokens(m["content"]) for m in told), count_tokens(text)
    return AIMessage(
        content=content,
        additional_kwargs=extra,
        response_metadata={"finish_reason": "stop", "model_name": "scripted"},
        usage_metadata={
            "input_tokens": asked,
            "output_tokens": given,
            "total_tokens": asked + given,
        },
    )


def _text(reply: str | Mapping[str, Any] | BaseModel) -> str:
    if isinstance(reply, BaseModel):
        return reply.model_dump_json()
    return reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
