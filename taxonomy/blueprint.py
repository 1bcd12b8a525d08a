"""The blueprint: all that is decided about one sample before any text is written.

Knows nothing of how blueprints are chosen (`plan.py`) nor of what becomes of them.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any


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

    @cached_property
    def id(self) -> str:
        """Hash of the content, 16 hex digits."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def label(self, name: str) -> str:
        """The value of a label, or "" if the sample has none of that name."""
        return dict(self.labels).get(name, "")

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` reads."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Blueprint":
        """The blueprint that `to_dict` wrote."""
        pairs = {key: tuple((n, v) for n, v in data[key]) for key in ("labels", "situation")}
        return cls(**{**data, "path": tuple(data["path"]), **pairs})
