"""A sample of known truth, and how a good one gets its defect.

A made-up sample knows which replacement in its text plants which defect. Of a sample that a user
gives, only what is certain for any text is planted: it is cut short, or stands under a category
that it does not belong to. Knows no judge and no run.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

Messages = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plant:
    """One defect that a sample can take."""

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


@dataclass(frozen=True, slots=True)
class Canary:
    """A sample as the judges get it, and its truth."""

    sample: Trusted
    good: bool
    defect: str = ""
    """Kind of the planted defect."""
    detail: str = ""
    """What was changed, for a person."""


def canary(
    sample: Trusted, *, defective: bool, rng: random.Random, kinds: Sequence[str] = ()
) -> Canary | None:
    """The sample as it is, or with one defect of those that fit; None if none does.

    `kinds` narrows the choice; each kind that fits is as likely as any other.
    """
    if not defective:
        return Canary(sample, good=True)
    asked = list(kinds or KINDS)
    for kind in rng.sample(asked, len(asked)):
        found = mutate(sample, kind, rng)
        if found is not None:
            return found
    return None


def mutate(sample: Trusted, kind: str, rng: random.Random) -> Canary | None:
    """The sample with one defect of a kind; None where it cannot be planted for certain."""
    return KINDS[kind](sample, rng)


def _planted(kind: str) -> Callable[[Trusted, random.Random], Canary | None]:
    def mutator(sample: Trusted, rng: random.Random) -> Canary | None:
        plant = sample.plants.get(kind)
        if plant is None:
            return None
        changed = replace(
            sample,
            messages=(*sample.messages[:-1], ("assistant", plant.answer)),
            final_answer=plant.final_answer,
        )
        return Canary(changed, good=False, defect=kind, detail=plant.detail)

    return mutator


def _truncated(sample: Trusted, rng: random.Random) -> Canary | None:
    """Cut the last answer within a sentence, somewhere past its first third."""
    answer = sample.messages[-1][1]
    least = _SHORTEST[sample.language == "zh"]
    places = [
        place
        for place in range(int(len(answer) * 0.35), int(len(answer) * 0.8))
        if answer[place - 1 : place + 1].isalpha()
    ]
    if len(answer) < least or not places or "```" in answer:
        return None
    place = rng.choice(places)
    cut = (*sample.messages[:-1], ("assistant", answer[:place]))
    detail = f"the answer breaks off after {place} of {len(answer)} characters"
    changed = replace(sample, messages=cut, final_answer="")
    return Canary(changed, good=False, defect="truncated", detail=detail)


def _wrong_label(sample: Trusted, rng: random.Random) -> Canary | None:
    """Put the sample under a category that it does not belong to."""
    if not sample.elsewhere:
        return None
    right, wrong = sample.path[-1][0], sample.elsewhere[-1][0]
    changed = replace(sample, path=sample.elsewhere)
    detail = f"filed under {wrong!r} instead of {right!r}"
    return Canary(changed, good=False, defect="wrong_label", detail=detail)


_SHORTEST = (160, 60)
"""Characters without which a cut answer might pass for a short one: English, Chinese."""

KINDS: dict[str, Callable[[Trusted, random.Random], Canary | None]] = {
    "wrong_number": _planted("wrong_number"),
    "wrong_unit": _planted("wrong_unit"),
    "dropped_constraint": _planted("dropped_constraint"),
    "wrong_label": _wrong_label,
    "truncated": _truncated,
    "wrong_language": _planted("wrong_language"),
    "stale_date": _planted("stale_date"),
    "broken_code": _planted("broken_code"),
    "broken_schema": _planted("broken_schema"),
    "contradiction": _planted("contradiction"),
}
"""Every defect by its name."""
