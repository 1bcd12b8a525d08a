"""What a sample of known truth is, and what becomes of it. Knows neither families nor mutators."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Messages = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plant:
    """One defect that a made-up sample can take."""

    answer: str
    """The last message with it."""
    final_answer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Trusted:
    """A good sample, with what was asked for."""

    path: tuple[tuple[str, str], ...]
    """Name and definition, from the top category to the leaf."""
    labels: tuple[tuple[str, str, str], ...]
    """Name, value and guidance."""
    language: str
    as_of: str
    """YYYY-MM-DD."""
    messages: Messages
    """Role and content, the assistant last."""
    final_answer: str
    origin: str
    """Where it comes from, for a person."""
    plants: Mapping[str, Plant] = field(default_factory=dict)
    """By kind of defect."""
    elsewhere: tuple[tuple[str, str], ...] = ()
    """A path that it surely does not belong to; () if none is known."""
    unlike: tuple[tuple[str, str, str], ...] = ()
    """Labels with values that it surely does not have, each in the place of one of `labels`."""

    @property
    def answer(self) -> str:
        """The last message."""
        return self.messages[-1][1]


@dataclass(frozen=True, slots=True)
class Canary:
    """A sample as the judges get it, and its truth."""

    sample: Trusted
    good: bool
    defect: str = ""
    """Kind of the planted defect."""
    detail: str = ""
    """What was changed, for a person."""
