"""All measures of a set of texts together, and where in a data set texts are most alike.

Texts are cut to equal length, as every measure here hangs on it, and sets that are compared are of
equal size, as most hang on that too. What is too many is sampled by seed. Knows nothing of samples.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..duplicates import fingerprint
from .measures import Tokens, distinct, lzma_ratio, self_bleu, self_repetition, tokens

LENGTH = 100
"""Tokens of a text that are looked at, at most."""
SHORTEST = 8
"""Fewer tokens hold hardly a sequence of four that could occur again."""
MOST = 10_000
"""Texts that are measured."""
MOST_PAIRS = 2_000
"""Texts that are compared one by one: self-BLEU and nearest neighbours."""
EACH = 20
"""Texts of each group, so that groups can be compared with one another."""
_DRAWS = 20
"""Of as many texts from the whole set: one alone is often far from what is usual."""
_BLOCK = 256

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Diversity:
    """How unlike one another texts are; None where there is too little to measure."""

    texts: int
    """Texts that were measured."""
    distinct_1: float | None
    """Different words as a share of all."""
    distinct_2: float | None
    """Different pairs of words as a share of all."""
    self_repetition: float | None
    """Share of sequences of four words that another text has too."""
    self_bleu: float | None
    """0 to 1: how well each text is made of parts of the others."""
    lzma: float | None
    """Bytes to compressed bytes."""
    nearest: float | None
    """Median similarity (Jaccard, by MinHash) of a text to the one most like it."""


@dataclass(frozen=True, slots=True)
class Corner:
    """A group of texts, beside as many of all."""

    texts: int
    """Texts in the group, of which `EACH` were measured."""
    own: Diversity
    beside: float
    """Self-repetition of the group less what is usual for as many texts of the whole set."""


def diversity(
    texts: Sequence[str], *, length: int = LENGTH, most: int = MOST, seed: int = 0
) -> Diversity:
    """Every measure of a set of texts."""
    chosen = sampled(texts, most, seed)
    words = [found for text in chosen if (found := tokens(text, length))]
    few = sampled(words, MOST_PAIRS, seed)
    near = nearest([" ".join(one) for one in few])
    return Diversity(
        texts=len(words),
        distinct_1=distinct(words, 1),
        distinct_2=distinct(words, 2),
        self_repetition=self_repetition(words),
        self_bleu=self_bleu(few),
        lzma=lzma_ratio(words),
        nearest=float(np.median(near)) if len(near) else None,
    )


def corners(
    groups: Mapping[Key, Sequence[str]],
    whole: Sequence[str],
    *,
    length: int = LENGTH,
    seed: int = 0,
) -> dict[Key, Corner]:
    """Groups with enough texts of the whole set, the most monotonous first.

    A text may be in several groups, as it has several labels; in the whole set it is once.
    """
    draws = [sampled(whole, EACH, seed + place) for place in range(_DRAWS)]
    usual = fmean(_repetition(draw, length) for draw in draws)
    found = {}
    for key, texts in groups.items():
        if len(texts) >= EACH:
            chosen = sampled(texts, EACH, seed)
            own = diversity(chosen, length=length, seed=seed)
            found[key] = Corner(len(texts), own, (own.self_repetition or 0.0) - usual)
    return dict(sorted(found.items(), key=lambda item: -item[1].beside))


def equal_length(*sets: Sequence[str], seed: int = 0) -> int:
    """Tokens to which sets are cut that are compared: as many as half of each set's texts have."""
    middles = [
        np.median([len(tokens(text, LENGTH)) for text in sampled(texts, MOST, seed)])
        for texts in sets
        if texts
    ]
    return max(SHORTEST, int(min(middles, default=LENGTH)))


def nearest(texts: Sequence[str]) -> NDArray[np.float64]:
    """Of each text, the similarity to the one most like it; empty for fewer than two."""
    prints = [one for text in texts if len((one := fingerprint(text)).shingles)]
    if len(prints) < 2:
        return np.empty(0)
    signatures = np.stack([one.signature for one in prints])
    best = []
    for start in range(0, len(signatures), _BLOCK):
        block = signatures[start : start + _BLOCK]
        same = np.stack([(row == signatures).mean(axis=1) for row in block])
        same[np.arange(len(block)), np.arange(start, start + len(block))] = -1
        best.append(same.max(axis=1))
    return np.concatenate(best)


def sampled(items: Sequence[Item], most: int, seed: int) -> list[Item]:
    """All of them, or as many as wanted by seed, in their order."""
    if len(items) <= most:
        return list(items)
    places = sorted(Random(seed).sample(range(len(items)), most))
    return [items[place] for place in places]


def _repetition(texts: Sequence[str], length: int) -> float:
    words: list[Tokens] = [tokens(text, length) for text in texts]
    return self_repetition(words) or 0.0
