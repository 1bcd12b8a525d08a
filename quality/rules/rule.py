"""The frame of the rules: what a rule is given, what it finds, and how rules are run.

Knows no rule. A plugin's rule is made with the same decorator as a built-in one. A rule looks at
one sample and asks no model; it must not raise, whatever the text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .settings import Bounds, Settings, Threshold


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as the rules see it; what a data set does not have stays empty."""

    messages: Sequence[Mapping[str, str]]
    """Each with `role` and `content`."""
    reasoning: str = ""
    final_answer: str = ""
    language: str = ""
    """zh, en, or empty where nobody said: then no rule holds a language against the sample."""
    labels: Mapping[str, str] = field(default_factory=dict)
    path: Sequence[str] = ()
    """Names from the top category to the leaf."""
    as_of: str = ""
    """YYYY-MM-DD, the date at which the sample must be true."""
    fresh_for: int | None = None
    """Days for which what the leaf is about stays true; None where facts do not age."""
    label_words: Sequence[str] = ()
    """How labels are called in the sample's language; a person who has them does not say them."""
    turns: int = 0
    """Messages of the asker that were planned; 0 where nobody planned how many."""
    switch: int = 0
    """Which of them, from 1, was to turn to another matter; 0 for none."""
    opening: str = ""
    """The asker's first message, where a template of the user's gave it."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What the template was filled with: slot to value."""

    def said(self, *roles: str) -> Iterator[tuple[str, str]]:
        """Where and what the roles say; "assistant turn 2" is the second message of that role."""
        turns: dict[str, int] = {}
        for message in self.messages:
            role = message["role"]
            turns[role] = turns.get(role, 0) + 1
            if role in roles:
                yield f"{role} turn {turns[role]}", message["content"]

    def answers(self) -> Iterator[tuple[str, str, str]]:
        """Each answer of the assistant: where, what, and the request just before it."""
        asked, turns = "", 0
        for message in self.messages:
            if message["role"] == "user":
                asked = message["content"]
            elif message["role"] == "assistant":
                turns += 1
                yield f"assistant turn {turns}", message["content"], asked

    def asked(self) -> str:
        """All that the sample asks and gives: system message and user turns."""
        return "\n".join(m["content"] for m in self.messages if m["role"] in ("system", "user"))


@dataclass(frozen=True, slots=True)
class Spot:
    """What a rule sees: the detail, where, and from which to which character."""

    detail: str
    where: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a sample breaks, and where."""

    code: str
    detail: str
    where: str = ""
    span: tuple[int, int] | None = None
    """Characters of the message at `where`."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What the rule goes by for this run: its default, or what the settings say instead."""

    threshold: Threshold
    bounds: Mapping[str, Mapping[str, Bounds]]
    """Label to value to least and most, for rules that take them."""
    words: Sequence[str]

    @property
    def number(self) -> float:
        """The threshold of a rule whose default is a number."""
        if isinstance(self.threshold, str) or self.threshold is None:
            raise TypeError("this rule has no number for a threshold")
        return float(self.threshold)


Seen = Iterable[Spot] | str
Look = Callable[[Sample, Limit], Seen]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its reason code, and the function that looks."""

    code: str
    look: Look
    threshold: Threshold = None
    """None for a rule that has none."""
    on: bool = True
    cost: Literal["cheap", "dear"] = "cheap"
    """dear: may take longer than a millisecond."""
    languages: tuple[str, ...] = ()
    """Languages of samples that it can look at; all if empty."""
    takes: tuple[Literal["bounds", "words"], ...] = ()
    """What else may be set for it."""
    family: str = ""
    """A name under which several rules are switched at once."""

    @property
    def about(self) -> str:
        """What it demands, in a sentence."""
        return (self.look.__doc__ or "").strip().split("\n")[0]


def rule(
    code: str,
    *,
    threshold: Threshold = None,
    on: bool = True,
    cost: Literal["cheap", "dear"] = "cheap",
    languages: tuple[str, ...] = (),
    takes: tuple[Literal["bounds", "words"], ...] = (),
    family: str = "",
) -> Callable[[Look], Rule]:
    """Make a rule of a function; it yields spots, or says a detail that is "" for a good sample."""

    def made(look: Look) -> Rule:
        return Rule(code, look, threshold, on, cost, languages, takes, family)

    return made


def run_rules(sample: Sample, settings: Settings | None, rules: Iterable[Rule]) -> list[Finding]:
    """Everything that the rules that are on find in the sample, in their order."""
    settings = settings or Settings({})
    return [finding for one in rules for finding in _findings(sample, settings, one)]


def _findings(sample: Sample, settings: Settings, one: Rule) -> Iterator[Finding]:
    setting = settings.root.get(one.code)
    switch = setting.on if setting else None
    if not (one.on if switch is None else switch):
        return
    if one.languages and sample.language and sample.language not in one.languages:
        return
    seen = one.look(sample, _limit(settings, one))
    if isinstance(seen, str):
        seen = [Spot(seen)] if seen else []
    for spot in seen:
        yield Finding(one.code, spot.detail, spot.where, spot.span)


def _limit(settings: Settings, one: Rule) -> Limit:
    setting = settings.root.get(one.code)
    if setting is None:
        return Limit(one.threshold, {}, ())
    threshold = one.threshold if setting.threshold is None else setting.threshold
    return Limit(threshold, setting.bounds, setting.words)
