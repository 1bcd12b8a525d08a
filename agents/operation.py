"""An operation of the rewriter: what it does, what it may change, and what it must not.

The built-in ones stand in `operations.yaml`, in both languages; a plugin makes its own with the
same function. Knows nothing of how a rewriter is asked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

import yaml

from ..errors import PromptError
from .outputs import Draft

Part = Literal["system", "user", "assistant", "reasoning", "final_answer"]
PARTS: tuple[Part, ...] = get_args(Part)
Check = Callable[[Draft, Draft], str]
"""Of the draft before and after: what is wrong, "" if nothing."""
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to rewrite a draft."""

    name: str
    title: Mapping[str, str]
    """How agents are told it is called, by language."""
    brief: Mapping[str, str]
    """What is to be done and where the line is, by language."""
    changes: frozenset[Part]
    """Parts that it may change; all others stay letter by letter."""
    free: frozenset[Part] = frozenset()
    """Parts of these whose figures, code and addresses may change as well."""
    alters: frozenset[Part] = frozenset()
    """Parts that must not stay as they were."""
    prompt: str = "rewriter"
    family: str = ""
    """A name under which a recipe asks for several operations at once."""
    values: bool = False
    """Whether numbers of all parts keep their value, though not their form: a translation."""
    slips: bool = False
    """Whether it misspells words, so that conditions cannot be told by theirs."""
    check: Check | None = None


def operation(
    name: str,
    *,
    title: str | Mapping[str, str],
    brief: str | Mapping[str, str],
    changes: Sequence[Part],
    free: Sequence[Part] = (),
    alters: Sequence[Part] = (),
    prompt: str = "rewriter",
    family: str = "",
    values: bool = False,
    slips: bool = False,
    check: Check | None = None,
) -> Operation:
    """Make an operation; a text alone serves both languages. Raises PromptError for unknown parts.

    `prompt` is the name of a prompt that is asked with the inputs of `rewriter`. `check` may
    refuse a rewrite, which is then asked for again.
    """
    for part in (*changes, *free, *alters):
        if part not in PARTS:
            raise PromptError(
                f"operation {name!r}: a draft has no part {part!r}", hint=f"use {', '.join(PARTS)}"
            )
    if not changes:
        raise PromptError(f"operation {name!r} may change nothing", hint="name parts in `changes`")
    return Operation(
        name,
        _both(title),
        _both(brief),
        frozenset(changes),
        frozenset(free),
        frozenset(alters),
        prompt,
        family,
        values,
        slips,
        check,
    )


@cache
def built_in() -> Mapping[str, Operation]:
    """The operations of the package, by name."""
    text = (resources.files(__package__) / "operations.yaml").read_text(encoding="utf-8")
    entries: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {name: operation(name, **entry) for name, entry in entries.items()}


def chosen(names: Mapping[str, float], known: Mapping[str, Operation]) -> dict[str, float]:
    """Shares of operations, those of a family dealt evenly to its members.

    Raises PromptError for a name that is neither.
    """
    found: dict[str, float] = {}
    for name, share in names.items():
        members = [one.name for one in known.values() if one.family == name]
        if name not in known and not members:
            raise PromptError(f"rewrites: unknown operation {name!r}", hint=_known(known.values()))
        for member in members or [name]:
            found[member] = found.get(member, 0.0) + share / len(members or [name])
    return found


def _known(operations: Iterable[Operation]) -> str:
    names = {one.family or one.name for one in operations}
    return f"known operations: {', '.join(sorted(names | {one.name for one in operations}))}"


def _both(text: str | Mapping[str, str]) -> Mapping[str, str]:
    return dict.fromkeys(_LANGUAGES, text) if isinstance(text, str) else text
