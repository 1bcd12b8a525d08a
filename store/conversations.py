"""Rows of data files as conversations, whatever shape somebody gave them.

Pure: from one row to its messages. What the text means, and whether it is a legal dialogue for
training, is for others to say: a row with a question and no answer is a conversation as well.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import InputError

Row = Mapping[str, Any]
Messages = list[dict[str, str]]

_TURNS = ("messages", "conversations", "conversation", "dialogue")
_ANSWERS = ("output", "response", "completion", "answer")
_ASKING = ("instruction", "prompt", "question", "query", "input")
_PLAIN = ("text", "content", "utterance", "sentence")
_ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "tool": "tool",
    "function": "tool",
    "function_call": "assistant",
    "observation": "tool",
}
KNOWN = (
    'known are "messages": [{"role", "content"}, ...], "conversations": [{"from", "value"}, ...], '
    '"instruction" with "input" and "output", "prompt" with "completion", "question" with '
    '"answer", and "text"'
)


def conversation(row: Row, where: str) -> Messages:
    """The messages of a row, each with `role` and `content`, none empty but answers to come.

    Raises InputError for a row of no known shape, which names `where` it stands.
    """
    names = {str(name).strip().casefold(): name for name in reversed(list(row))}
    for shape in (_turns, _asked, _plain):
        found = shape(row, names, where)
        if found is not None:
            return _whole(found, where)
    held = ", ".join(repr(str(name)) for name in list(row)[:8]) or "nothing"
    raise InputError(f"{where}: is no conversation: it holds {held}", hint=KNOWN)


def text_of(row: Row, field: str, where: str) -> Messages:
    """What a user says in that field of a row. Raises InputError when it holds no text."""
    if field not in row:
        held = ", ".join(repr(str(name)) for name in list(row)[:8]) or "nothing"
        raise InputError(f"{where}: has no field {field!r}", hint=f"it holds {held}")
    value = _unpacked(row[field])
    if isinstance(value, list):
        return _whole(_list(value, where), where)
    return _whole([_said("user", _text(value, field, where))], where)


def reader(field: str = "") -> Callable[[Row, str], Messages]:
    """How rows are read: by their shape, or by the field that somebody named."""
    if field:
        return lambda row, where: text_of(row, field, where)
    return conversation


def _turns(row: Row, names: Mapping[str, str], where: str) -> Messages | None:
    """OpenAI's, ShareGPT's and MOSS's shapes; there may be a system prompt beside the turns."""
    for name in _TURNS:
        turns = _unpacked(row[names[name]]) if name in names else None
        if isinstance(turns, list):
            found = _list(turns, where)
            if found and found[0]["role"] == "system":
                return found
            return [*_system(row, names, where), *found]
    return None


def _asked(row: Row, names: Mapping[str, str], where: str) -> Messages | None:
    """Alpaca's shape, and the pairs of columns that other sets have."""
    asking = next((name for name in _ASKING if _given(row, names, name)), None)
    if asking is None:
        return None
    # `input` and `output` belong to `instruction`; `content` and `text` may be anybody's.
    first = _unpacked(row[names[asking]])
    if isinstance(first, list):
        asked = _list(first, where)
    else:
        text = _text(first, asking, where)
        if asking == "instruction" and _given(row, names, "input"):
            text = f"{text}\n\n{_text(row[names['input']], 'input', where)}"
        asked = [_said("user", text)]
    found = [*_system(row, names, where), *_history(row, names, where), *asked]
    answer = next((name for name in _ANSWERS if _given(row, names, name)), None)
    if answer is None:
        return found
    value = _unpacked(row[names[answer]])
    if isinstance(value, list):
        return [*found, *_list(value, where)]
    return [*found, _said("assistant", _text(value, answer, where))]


def _plain(row: Row, names: Mapping[str, str], where: str) -> Messages | None:
    for name in _PLAIN:
        if name in names:
            return [_said("user", _text(row[names[name]], name, where))]
    return None


def _system(row: Row, names: Mapping[str, str], where: str) -> Messages:
    if not _given(row, names, "system"):
        return []
    return [_said("system", _text(row[names["system"]], "system", where))]


def _history(row: Row, names: Mapping[str, str], where: str) -> Messages:
    """Earlier turns: pairs of what was asked and what was answered."""
    if not _given(row, names, "history"):
        return []
    found: Messages = []
    value = _unpacked(row[names["history"]])
    for pair in value if isinstance(value, list) else [value]:
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            hint = 'a history is a list of pairs: [["question", "answer"], ...]'
            raise InputError(f"{where}: its history is no list of pairs", hint=hint)
        asked, answered = pair
        found += [
            _said("user", _text(asked, "history", where)),
            _said("assistant", _text(answered, "history", where)),
        ]
    return found


def _list(turns: Sequence[Any], where: str) -> Messages:
    found: Messages = []
    for number, turn in enumerate(turns, 1):
        if not isinstance(turn, Mapping):
            hint = 'a turn is an object: {"role": "user", "content": "..."}'
            raise InputError(f"{where}: turn {number} is no object", hint=hint)
        if turn.get("human") and turn.get("assistant"):
            found += _pair(turn, f"turn {number}", where)
            continue
        who = turn.get("role", turn.get("from"))
        what = next((turn[key] for key in ("content", "value", "text") if turn.get(key)), "")
        role = _ROLES.get(who.strip().casefold()) if isinstance(who, str) else None
        if role is None:
            known = "known are " + ", ".join(sorted(_ROLES))
            raise InputError(f"{where}: turn {number} has the role {who!r}", hint=known)
        found.append(_said(role, _text(what, f"turn {number}", where)))
    return found


def _pair(turn: Mapping[str, Any], what: str, where: str) -> Messages:
    """A turn of both sides, as MOSS and Firefly hold it."""
    return [
        _said("user", _text(turn["human"], what, where)),
        _said("assistant", _text(turn["assistant"], what, where)),
    ]


def _whole(messages: Messages, where: str) -> Messages:
    """Without empty turns. Raises InputError when nothing is said by a user."""
    said = [message for message in messages if message["content"].strip()]
    if not any(message["role"] == "user" for message in said):
        hint = "fill it, or delete the row"
        raise InputError(f"{where}: no user says anything in it", hint=hint)
    return said


def _text(value: Any, what: str, where: str) -> str:
    """A text as it is; parts of one joined; a number as it is written."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        parts = [part.get("text") if isinstance(part, Mapping) else part for part in value]
        texts = [part for part in parts if isinstance(part, str)]
        # Pictures and sound stand between the texts; what is nothing else has no text.
        if texts:
            return "\n".join(texts)
    hint = "text is a string, or a list of parts with `text`"
    raise InputError(f"{where}: {what} is no text", hint=hint)


def _unpacked(value: Any) -> Any:
    """A list that a table holds as JSON text; all else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith("["):
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value
    is_list = (
        isinstance(found, list) and found and all(isinstance(one, dict | list) for one in found)
    )
    return found if is_list else value


def _given(row: Row, names: Mapping[str, str], name: str) -> bool:
    value = row[names[name]] if name in names else None
    return bool(value.strip() if isinstance(value, str) else value is not None and value != [])


def _said(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
