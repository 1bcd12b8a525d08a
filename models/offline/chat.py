"""The offline model: a chat model without network and weights, for trying the machine out.

Its reply is a pure function of messages, schema and seed; nothing is kept between calls, so
neither order nor concurrency can change a reply. For the built-in roles it writes readable text
from the blueprint, with flaws at known rates (`write.FATES`) that its critic and judges
find or overlook; any other schema is filled in generically. It is a stand-in, and understands
nothing.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool

from ..asked import Wanted, count_tokens, plain, wanted
from .edit import repair, rewrite
from .fill import fill
from .grow import grain, merge, proposal
from .label import annotation
from .plan import plan
from .rank import rank
from .read import Sheet, read_sheet
from .review import CRITERIA, critique, verdict
from .rework import deepened, reworded, rework
from .ruling import ruling
from .setting import Setting, setting
from .simulate import response, utterance
from .write import Refusal, draft

_NAME = "offline"
_PLAIN = {
    "zh": "这是离线模型的回复，没有调用任何真实模型。",
    "en": "This is the offline model's reply; no real model was called.",
}


class OfflineChat(BaseChatModel):
    """`model: offline`. Understands `response_format` and `tools` as OpenAI's endpoint does."""

    @property
    def _llm_type(self) -> str:
        return "taxoloom-offline"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model": _NAME}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = _answer(plain(messages), wanted(kwargs), kwargs.get("seed"))
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        # The inherited method would hand the work to a thread, which costs more than the work.
        return self._generate(messages, stop, None, **kwargs)

    def bind_tools(
        self,
        tools: Sequence[Any],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer tools; the reply fills the arguments of the chosen one, or of the first."""
        shown = [convert_to_openai_tool(tool) for tool in tools]
        return self.bind(tools=shown, tool_choice=tool_choice, **kwargs)


def _answer(messages: Sequence[Mapping[str, str]], form: Wanted, seed: object) -> AIMessage:
    sheet = read_sheet(messages)
    reply = _reply(sheet, messages, form, seed)
    if isinstance(reply, Refusal):
        content, extra = "", {"refusal": reply.text}
    else:
        content, extra = form.placed(reply)
    asked = sum(count_tokens(message["content"]) for message in messages)
    given = count_tokens(reply.text if isinstance(reply, Refusal) else reply)
    return AIMessage(
        content=content,
        additional_kwargs=extra,
        response_metadata={"finish_reason": "stop", "model_name": _NAME},
        usage_metadata={
            "input_tokens": asked,
            "output_tokens": given,
            "total_tokens": asked + given,
        },
    )


def _reply(
    sheet: Sheet, messages: Sequence[Mapping[str, str]], form: Wanted, seed: object
) -> str | Refusal:
    if form.schema is None:
        return _PLAIN["zh" if sheet.language == "zh" else "en"]
    properties = form.schema.get("properties", {})
    made = _written(form.name, sheet, properties, seed)
    if isinstance(made, Refusal):
        return made
    if made is None or set(made) != set(properties):
        # A role of the user's own may have the name of a built-in one and a form of its own.
        told = "\x1f".join(message["content"] for message in messages)
        filled = fill(form.schema, f"{seed}\x1f{told}", sheet.language)
        made = filled if made is None else {k: made.get(k, filled[k]) for k in filled}
    return json.dumps(_ordered(made, form.schema), ensure_ascii=False)


def _written(
    name: str, sheet: Sheet, properties: Mapping[str, Any], seed: object
) -> dict[str, Any] | Refusal | None:
    """What a built-in role says, or None."""
    if name not in _ROLES:
        return None
    return _ROLES[name](sheet, properties, seed)


def _verdict(sheet: Sheet, properties: Mapping[str, Any], seed: object) -> dict[str, Any] | None:
    order = tuple(properties.get("criteria", {}).get("properties", CRITERIA))
    if set(order) != set(CRITERIA):
        return None
    return verdict(sheet, setting(sheet, seed), seed, order)


def _rewrite(sheet: Sheet, scene: Setting) -> dict[str, Any] | None:
    return deepened(sheet, scene) or reworded(sheet, scene) or rewrite(sheet, scene)


_ROLES: Mapping[
    str, Callable[[Sheet, Mapping[str, Any], object], dict[str, Any] | Refusal | None]
] = {
    "Plan": lambda sheet, _, seed: plan(sheet, setting(sheet, seed)),
    "Draft": lambda sheet, _, seed: draft(sheet, setting(sheet, seed)),
    "Utterance": lambda sheet, _, seed: utterance(sheet, setting(sheet, seed), seed),
    "Response": lambda sheet, _, seed: response(sheet, setting(sheet, seed)),
    "Rewrite": lambda sheet, _, seed: _rewrite(sheet, setting(sheet, seed)),
    "Rework": lambda sheet, _, seed: rework(sheet, setting(sheet, seed)),
    "Repair": lambda sheet, _, seed: repair(sheet, setting(sheet, seed)),
    "Critique": lambda sheet, _, seed: critique(sheet, setting(sheet, seed), seed),
    "Verdict": _verdict,
    "Ruling": lambda sheet, _, seed: ruling(sheet, setting(sheet, seed), seed),
    "Grain": lambda sheet, _, seed: grain(sheet),
    "Proposal": lambda sheet, _, seed: proposal(sheet, seed),
    "AttributeProposal": lambda sheet, _, seed: proposal(sheet, seed),
    "Merge": lambda sheet, _, seed: merge(sheet),
    "AttributeMerge": lambda sheet, _, seed: merge(sheet),
    "Annotation": lambda sheet, _, seed: annotation(sheet, seed),
    "Order": lambda sheet, _, seed: rank(sheet, seed),
}


def _ordered(value: Any, schema: Any) -> Any:
    """A value with its keys in the schema's order, in which a real model would write them."""
    if isinstance(value, list):
        return [_ordered(item, schema.get("items", {})) for item in value]
    known = schema.get("properties") if isinstance(value, dict) else None
    if not known:
        return value
    names = [*(n for n in known if n in value), *(n for n in value if n not in known)]
    return {name: _ordered(value[name], known.get(name, {})) for name in names}
