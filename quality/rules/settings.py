"""What a user sets for rules: on or off, a threshold, bounds by label, words.

Knows of rules only the names and kinds that it is told to check against.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from ...errors import InputError

if TYPE_CHECKING:
    from .rule import Rule

Threshold = float | str | None
Bounds = tuple[float | None, float | None]
"""Least and most; None for no bound on that side."""


class Setting(BaseModel):
    """What is set for one rule; what is left out is the rule's own default."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    on: bool | None = None
    threshold: float | str | None = None
    bounds: dict[str, dict[str, Bounds]] = {}
    """Label to value to least and most."""
    words: list[str] = []


class Settings(RootModel[dict[str, Setting]]):
    """Reason code to what is set for its rule."""

    model_config = ConfigDict(frozen=True)


def settings_for(data: Mapping[str, object], rules: Iterable["Rule"]) -> Settings:
    """Settings as somebody wrote them, checked against the rules that there are.

    A family is switched on or off as a whole; what is said of a single rule prevails. Raises
    InputError for a code that no rule has, and for a value that its rule cannot use.
    """
    known = {one.code: one for one in rules}
    families = {one.family for one in known.values() if one.family}
    for code in data:
        if code not in known and code not in families:
            raise InputError(f"there is no rule {code!r}", hint=_nearest(code, [*known, *families]))
    whole = {code: value for code, value in data.items() if code in families}
    spread = {
        one.code: _switch(one.family, whole[one.family])
        for one in known.values()
        if one.family in whole
    }
    single = {code: value for code, value in data.items() if code in known}
    try:
        settings = Settings.model_validate({**spread, **single})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"rules: {place}: {first['msg']}",
            hint="a rule is set by `on`, `threshold`, and where it takes them `bounds` and `words`",
        ) from error
    for code, setting in settings.root.items():
        _fits(setting, known[code])
    return settings


def _switch(family: str, value: object) -> object:
    if not isinstance(value, Mapping) or set(value) - {"on"}:
        raise InputError(
            f"rules: {family} is several rules, which can only be switched on or off",
            hint="set a threshold for a single one; `taxoloom checks` lists them",
        )
    return value


def _nearest(code: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(code, names, n=3, cutoff=0.5)
    return f"did you mean {', '.join(near)}?" if near else f"rules: {', '.join(names)}"


def _fits(setting: Setting, one: "Rule") -> None:
    given = setting.threshold
    if given is not None and isinstance(given, str) != isinstance(one.threshold, str):
        kind = {True: "a word", False: "a number"}[isinstance(one.threshold, str)]
        wanted = "no threshold" if one.threshold is None else f"{kind} for a threshold"
        raise InputError(
            f"rules: {one.code} takes {wanted}, not {given!r}", hint=f"default: {one.threshold}"
        )
    if given is not None and one.threshold is None:
        raise InputError(f"rules: {one.code} takes no threshold", hint="leave it out")
    for key in ("bounds", "words"):
        if getattr(setting, key) and key not in one.takes:
            raise InputError(f"rules: {one.code} takes no `{key}`", hint="leave it out")
