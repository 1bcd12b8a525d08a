"""What is said after the first exchange, in as many turns as were planned.

Where more are planned than there are words for, some come again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .setting import Setting

Later = Mapping[str, str]
"""Templates: `user`, `answer`, and the `line` that a plan has for them."""


def later_turns(scene: Setting) -> Sequence[Later]:
    """Every turn but the first."""
    dice, data = scene.dice, scene.words
    count = scene.turns - 1 if scene.turns else _unplanned(scene)
    switch = scene.switch or (2 if count > 1 and scene.has("context", "topic_switch") else 0)
    if not switch:
        return _some(dice.some("follow_up", data["follow_ups"], count), count)
    other = dice.pick("switch", data["switches"])
    before, beside = switch - 2, count - switch
    return [
        *_some(dice.some("follow_up", data["follow_ups"], before), before),
        other,
        *_some(other["more"], beside),
        dice.pick("back", data["backs"]),
    ]


def _unplanned(scene: Setting) -> int:
    if scene.has("context", "multi_turn"):
        return 1 + scene.dice.below("turns", 2)
    return 2 * scene.has("context", "topic_switch")


def _some(found: Sequence[Any], count: int) -> list[Any]:
    return [found[number % len(found)] for number in range(count)]


def known_turns(scene: Setting) -> Sequence[Later]:
    """All turns that there are words for."""
    data = scene.words
    asides = [aside for other in data["switches"] for aside in (other, *other["more"])]
    return [*data["follow_ups"], *asides, *data["backs"]]
