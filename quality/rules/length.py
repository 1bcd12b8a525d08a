"""Rules on how long answers are, in Han characters plus words. Know nothing of tokenizers."""

import math
import re
from collections.abc import Iterator
from functools import lru_cache

from .rule import Limit, Sample, Spot, rule
from .settings import Bounds
from .text import HAN

_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+(?:[.,'’-][A-Za-z0-9]+)*")


@lru_cache(maxsize=64)
def units(text: str) -> int:
    """Han characters, and words and numbers of other scripts, code included."""
    return (0 if text.isascii() else len(HAN.findall(text))) + len(_WORD.findall(text))


@rule("too_short", threshold=1, takes=("bounds",))
def too_short(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """The last answer is long enough. Threshold: the least; `bounds` by label and value.

    An answer without a letter or a digit, such as an emoji, counts as one word.
    """
    yield from _measured(sample, limit, (limit.number, None))


@rule("too_long", threshold=8000, takes=("bounds",))
def too_long(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """The last answer is not too long. Threshold: the most; `bounds` by label and value."""
    yield from _measured(sample, limit, (None, limit.number))


def _measured(sample: Sample, limit: Limit, overall: Bounds) -> Iterator[Spot]:
    last = list(sample.answers())[-1:]
    for where, text, _ in last:
        length = units(text) or int(bool(text.strip()))
        for name, (least, most) in _bounds(sample, limit, overall):
            # Each of the two rules sees to its own side.
            low = least if overall[0] is not None and least is not None else 0
            high = most if overall[1] is not None and most is not None else math.inf
            if not low <= length <= high:
                wanted = f"at least {low:g}" if length < low else f"at most {high:g}"
                yield Spot(f"{length} characters and words, wanted {wanted}{name}", where)
                break


def _bounds(sample: Sample, limit: Limit, overall: Bounds) -> Iterator[tuple[str, Bounds]]:
    yield "", overall
    for label, values in limit.bounds.items():
        value = sample.labels.get(label, "")
        if value in values:
            yield f" for {label} = {value}", values[value]
