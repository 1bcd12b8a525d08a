"""What a chat model of ours was asked for: plain messages, the form of the reply, token counts.

Shared by the models that need no network. Knows LangChain's message shape, not its classes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Schema = dict[str, Any]
_ROLES = {"human": "user", "ai": "assistant"}


class Said(Protocol):
    """As much of a LangChain message as is read here."""

    type: str
    content: Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """The form that a call asks for."""

    name: str = ""
    """Name of the schema; "" when none was asked for."""
    schema: Schema | None = None
    by_tool: bool = False
    """Whether the reply goes into the arguments of a tool call."""

    def placed(self, text: str) -> tuple[str, dict[str, Any]]:
        """Content and additional_kwargs of a message that carries this reply."""
        if not self.by_tool:
            return text, {}
        function = {"name": self.name, "arguments": text}
        return "", {"tool_calls": [{"id": "call_0", "type": "function", "function": function}]}


def wanted(kwargs: Mapping[str, Any]) -> Wanted:
    """The form asked for by `response_format`, or by `tools` and `tool_choice`."""
    response_format = kwargs.get("response_format")
    if isinstance(response_format, Mapping) and response_format.get("type") == "json_schema":
        spec = response_format["json_schema"]
        return Wanted(str(spec.get("name", "")), spec.get("schema"))
    functions = [tool["function"] for tool in kwargs.get("tools") or () if "function" in tool]
    choice = kwargs.get("tool_choice")
    if not functions or choice == "none":
        return Wanted()
    if isinstance(choice, Mapping):
        choice = choice.get("function", {}).get("name")
    chosen = next((f for f in functions if f["name"] == choice), functions[0])
    return Wanted(chosen["name"], chosen.get("parameters"), by_tool=True)


def plain(messages: Iterable[Said]) -> list[dict[str, str]]:
    """The messages as role and text."""
    return [
        {"role": _ROLES.get(message.type, message.type), "content": _text(message.content)}
        for message in messages
    ]


def count_tokens(text: str) -> int:
    """A rough estimate: one token per CJK character, 1.3 per word of other scripts."""
    # A CJK character is three bytes in UTF-8, a Latin letter one.
    cjk = (len(text.encode("utf-8", "surrogatepass")) - len(text)) // 2
    words = text.count(" ") + text.count("\n") + 1
    return cjk + round(1.3 * words)


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(
        part if isinstance(part, str) else str(part.get("text", ""))
        for part in parts
        if isinstance(part, str | dict)
    )
