"""What plan and draft are held to by their blueprint, in one sentence for who is asked again."""

import unicodedata
from collections.abc import Sized

from ..taxonomy import Blueprint

_SYSTEM = "system_message"


def number_of_turns(blueprint: Blueprint, turns: Sized) -> str:
    """Whether there are as many turns as were planned: what is wrong, "" if nothing."""
    if not blueprint.turns or len(turns) == blueprint.turns:
        return ""
    return f"`turns` must have {blueprint.turns} entries, and has {len(turns)}"


def system_message(blueprint: Blueprint, text: str) -> str:
    """Whether a system message is there if and only if the label on it asks for one."""
    wanted = blueprint.label(_SYSTEM)
    if wanted == "given" and not text.strip():
        return "`system` is empty, and the sample is to have a system message"
    if wanted == "absent" and text.strip():
        return "`system` must be empty: the sample is to have no system message"
    return ""


def begins(blueprint: Blueprint, message: str) -> str:
    """Whether a first message is the opening that was planned, spacing and width of signs aside."""
    if not blueprint.opening or _bare(message) == _bare(blueprint.opening):
        return ""
    return "the first message must be the opening, letter by letter, with nothing around it"


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
