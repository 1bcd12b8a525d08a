"""How a good sample gets its defect.

A made-up sample knows which replacement in its text plants which defect. Of a sample that a user
gives, only what is certain for any text is planted. Knows no judge and no run.
"""

import random
from collections.abc import Callable, Mapping, Sequence

from . import any_text
from .any_text import Changed, with_answer
from .sample import Canary, Trusted

KINDS: tuple[str, ...] = (
    "wrong_number",
    "wrong_unit",
    "dropped_constraint",
    "wrong_label",
    "truncated",
    "wrong_language",
    "stale_date",
    "broken_code",
    "broken_schema",
    "contradiction",
)
"""Every defect by its name."""
_BY_RULE: Mapping[str, Callable[[Trusted, random.Random], Changed]] = {
    "wrong_number": any_text.wrong_number,
    "wrong_label": any_text.wrong_label,
    "truncated": any_text.truncated,
    "wrong_language": any_text.wrong_language,
    "broken_schema": any_text.broken_schema,
}


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
    if kind not in KINDS:
        raise ValueError(f"no kind of defect: {kind!r}")
    plant = sample.plants.get(kind)
    if plant is not None:
        changed = with_answer(sample, plant.answer, plant.final_answer)
        return Canary(changed, good=False, defect=kind, detail=plant.detail)
    # What a made-up sample does not list does not fit it, but for what its text does not tell.
    if kind not in _BY_RULE or (sample.plants and kind not in ("wrong_label", "truncated")):
        return None
    found = _BY_RULE[kind](sample, rng)
    return found and Canary(found[0], good=False, defect=kind, detail=found[1])
