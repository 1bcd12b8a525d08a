import asyncio
import json
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from pydantic import BaseModel

from taxoloom.models import Structured, form
from taxoloom.models.ask import read
from taxoloom.models.failure import CallFailed
from taxoloom.models.outcome import Outcome
from taxoloom.models.scripted import ScriptedChat


class Colour(BaseModel):
    name: str


class Size(BaseModel):
    metres: int


ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Which one?"}]


def ask(
    chat: ScriptedChat,
    output: type[BaseModel] | None = None,
    structured: Structured = "json_schema",
    **kwargs: Any,
) -> AIMessage:
    body = form(output).request(structured) if output else {}
    return asyncio.run(chat.ainvoke(ASK, **body, **kwargs))


def said(message: AIMessage) -> str:
    assert isinstance(message.content, str)
    return message.content


def test_function_gets_messages_and_schema_name() -> None:
    chat = ScriptedChat(lambda messages, schema: {"name": f"{schema} {messages[1]['content']}"})
    message = ask(chat, Colour, seed=3)
    assert json.loads(said(message)) == {"name": "Colour Which one?"}
    assert message.response_metadata["finish_reason"] == "stop"
    assert message.usage_metadata
    assert message.usage_metadata["output_tokens"] > 0


def test_records_what_it_was_asked() -> None:
    chat = ScriptedChat(lambda messages, schema: "yes")
    ask(chat, seed=3, max_tokens=9)
    (call,) = chat.asked
    assert call.messages == ASK
    assert (call.kwargs["seed"], call.kwargs["max_tokens"]) == (3, 9)


def test_two_models_do_not_share_a_record() -> None:
    one, two = (ScriptedChat(lambda messages, schema: "yes") for _ in range(2))
    ask(one)
    assert two.asked == []


def test_sequence_is_handed_out_in_order() -> None:
    chat = ScriptedChat(["first", {"name": "second"}, AIMessage("third")])
    assert [ask(chat).content for _ in range(3)] == ["first", '{"name": "second"}', "third"]


def test_typed_replies_find_their_call_in_any_order() -> None:
    chat = ScriptedChat([Colour(name="red"), Size(metres=2), Colour(name="blue")])
    wanted: list[type[BaseModel]] = [Size, Colour, Colour]
    given = [json.loads(said(ask(chat, output))) for output in wanted]
    assert given == [{"metres": 2}, {"name": "red"}, {"name": "blue"}]


def test_script_that_is_used_up_says_so() -> None:
    chat = ScriptedChat([Colour(name="red")])
    with pytest.raises(LookupError, match="no reply left for Size"):
        ask(chat, Size)


def test_exception_is_raised() -> None:
    chat = ScriptedChat([CallFailed(Outcome.server, "down")])
    with pytest.raises(CallFailed, match="down"):
        ask(chat)


def test_reply_goes_into_a_tool_call_where_a_tool_is_asked_for() -> None:
    chat = ScriptedChat([Colour(name="red")])
    message = ask(chat, Colour, structured="tool")
    assert message.content == ""
    assert read(message).text == '{"name":"red"}'


@pytest.mark.parametrize("one", ["yes", {"name": "red"}, Colour(name="red")])
def test_one_reply_alone_is_no_script(one: Any) -> None:
    with pytest.raises(TypeError, match="a sequence of replies"):
        ScriptedChat(one)


def test_works_without_a_loop() -> None:
    assert ScriptedChat(["yes"]).invoke(ASK).content == "yes"
