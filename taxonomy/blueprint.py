"""The blueprint: all that is decided about one sample before any text is written.

Knows nothing of how blueprints are chosen (`plan.py`) nor of what becomes of them.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

_LATER = {
    "turns",
    "switch",
    "others",
    "opening",
    "parameters",
    "operations",
    "source",
    "link",
    "member",
}


@dataclass(frozen=True)
class Blueprint:
    """What one sample must be. Immutable; its id is a hash of its content."""

    slot: int
    """Which of the samples asked for this is a try at, from 0."""
    attempt: int
    """Which try, from 0."""
    leaf: str
    """Id of the leaf."""
    path: tuple[str, ...]
    """Names from the top category down to the leaf."""
    labels: tuple[tuple[str, str], ...]
    """Attribute or axis, and the value of it."""
    language: str
    seed: int
    """What every call of this sample is seeded with: 31 bits, as most servers take."""
    situation: tuple[tuple[str, str], ...] = ()
    """Facts that set this sample apart: a person, a place, a number …"""
    turns: int = 0
    """Messages of the asker; 0 where nobody planned how many."""
    switch: int = 0
    """Which of them, from 1, turns to another matter; 0 for none."""
    others: tuple[str, ...] = ()
    """Ids of further leaves that a composite task is about."""
    opening: str = ""
    """The asker's first message, where a template was filled."""
    parameters: tuple[tuple[str, str], ...] = ()
    """What the template was filled with: slot and value."""
    operations: tuple[str, ...] = ()
    """What the rewriter does beside what the labels ask for."""
    source: str = ""
    """Id of the blueprint whose accepted sample this one is made from."""
    link: str = ""
    """How the two belong together: wordings, languages, depths."""
    member: int = 0
    """Which sample of the linked group this is, from 1; 0 for the first, which has no source."""

    @cached_property
    def id(self) -> str:
        """Hash of the content, 16 hex digits."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def label(self, name: str) -> str:
        """The value of a label, or "" if the sample has none of that name."""
        return dict(self.labels).get(name, "")

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` reads; what came later and is empty is left out.

        So the ids of earlier releases hold.
        """
        data = asdict(self)
        return {key: data[key] for key in data if data[key] or key not in _LATER}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Blueprint":
        """The blueprint that `to_dict` wrote."""
        names = ("labels", "situation", "parameters")
        pairs = {key: tuple((n, v) for n, v in data.get(key, ())) for key in names}
        lists = {key: tuple(data.get(key, ())) for key in ("path", "operations", "others")}
        return cls(**{**data, **lists, **pairs})
