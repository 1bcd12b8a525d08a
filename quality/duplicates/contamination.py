"""Does a text hold what a benchmark asks? By n-grams of 8 tokens, as Tülu 3 was cleaned.

Tokens are words, and single characters of Chinese, compared without case, width, script and signs.
A token is covered when it stands in an 8-gram that text and item share. With |t| and |i| the tokens
of text and item, and c(t), c(i) those covered by the other one, a text is contaminated when

    max(c(t) / |t|, c(i) / |i|) >= 0.5

so by an item that stands within a longer text (the second is 1) as by a text that is part of an
item (the first is 1). One edit breaks up to 8 n-grams and yet uncovers one token, which is why
coverage is counted and not n-grams. An item of fewer than 8 tokens has no n-gram: it is found where
it is the whole text. Stricter, and much oftener wrong, is a single run of 13 tokens: it is reported
and does not decide. Knows nothing of files: the caller names the items and their parts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .normal import tokens, written

N, SHARE, STRICT = 8, 0.5, 13
FEWEST = 3
"""Tokens that an item needs: «yes» and «42» are no leak of a benchmark."""
Numbers = NDArray[np.uint64]
Hit = tuple[int, int]
"""Where an n-gram begins in the text, and where in the item."""


@dataclass(frozen=True, slots=True)
class Item:
    """One text of a benchmark."""

    id: str
    text: str
    part: str = ""
    """Which text of the item, such as `question`."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a text and an item have in common."""

    item: str
    part: str
    text_share: float
    item_share: float
    run: int
    """Tokens of the longest part that they share."""
    excerpt: str
    """That part, as it was compared."""

    @property
    def contaminated(self) -> bool:
        """By coverage."""
        return max(self.text_share, self.item_share) >= SHARE

    @property
    def strict(self) -> bool:
        """By a single run of 13 tokens, or of all tokens of a shorter item."""
        return self.run >= STRICT or self.item_share == 1


class Benchmark:
    """Items that no sample may hold."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items: list[Item] = []
        self.unseen: list[Item] = []
        """Those with too few tokens to be looked for."""
        self._sizes: list[int] = []
        self._vocabulary: dict[str, int] = {}
        self._short: dict[tuple[str, ...], list[int]] = defaultdict(list)
        grams = [np.empty(0, dtype=np.uint64)]
        for item in items:
            words = tokens(item.text)
            if len(words) < FEWEST:
                self.unseen.append(item)
                continue
            if len(words) < N:
                self._short[tuple(words)].append(len(self.items))
            known = [self._vocabulary.setdefault(w, 1 + len(self._vocabulary)) for w in words]
            grams.append(_grams(known))
            self.items.append(item)
            self._sizes.append(len(words))
        self._arrange(grams)

    def _arrange(self, grams: Sequence[Numbers]) -> None:
        """All n-grams in ascending order, with the item and the place of each."""
        counts = [len(part) for part in grams[1:]]
        every = np.concatenate(grams)
        order = np.argsort(every, kind="stable")
        self._grams = every[order]
        self._items = np.repeat(np.arange(len(counts)), counts)[order]
        self._places = np.concatenate([np.arange(0), *map(np.arange, counts)])[order]

    def overlaps(self, text: str) -> list[Overlap]:
        """Every item that shares an n-gram with the text, or is it; the worst first."""
        return self._found(text, 0.0)

    def leaks(self, text: str) -> list[Overlap]:
        """The items that contaminate the text; none for a clean one."""
        return self._found(text, SHARE)

    def _found(self, text: str, least: float) -> list[Overlap]:
        words = tokens(text)
        found = [self._whole(i, words) for i in self._short.get(tuple(words), ())]
        for number, hits in self._hits(words).items():
            text_share = _covered({begin for begin, _ in hits}) / len(words)
            item_share = _covered({place for _, place in hits}) / self._sizes[number]
            if max(text_share, item_share) >= least:
                item = self.items[number]
                start, run = _longest(hits)
                shared = written(words[start : start + run])
                found.append(Overlap(item.id, item.part, text_share, item_share, run, shared))
        found.sort(key=lambda one: (-max(one.text_share, one.item_share), one.item, one.part))
        return found

    def _hits(self, words: Sequence[str]) -> dict[int, list[Hit]]:
        """Item to the n-grams that it shares with a text."""
        # 0 is no word of an item.
        grams = _grams([self._vocabulary.get(word, 0) for word in words])
        first = np.searchsorted(self._grams, grams, side="left")
        behind = np.searchsorted(self._grams, grams, side="right")
        found = defaultdict[int, list[Hit]](list)
        for start in np.flatnonzero(first < behind).tolist():
            for i in range(int(first[start]), int(behind[start])):
                found[int(self._items[i])].append((start, int(self._places[i])))
        return found

    def _whole(self, number: int, words: list[str]) -> Overlap:
        item = self.items[number]
        return Overlap(item.id, item.part, 1.0, 1.0, len(words), written(words))


def _grams(numbers: Sequence[int]) -> Numbers:
    """A hash of each n-gram; of numbers that are spread first, or near ones would collide."""
    spread = np.array(numbers, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    spread = (spread ^ (spread >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    spread ^= spread >> np.uint64(29)
    count = max(0, len(numbers) - N + 1)
    grams = np.zeros(count, dtype=np.uint64)
    for place in range(N):
        grams = grams * np.uint64(0xC2B2AE3D27D4EB4F) + spread[place : place + count]
    return grams


def _covered(starts: set[int]) -> int:
    """Tokens in n-grams that begin there."""
    total, end = 0, 0
    for start in sorted(starts):
        total += start + N - max(start, end)
        end = start + N
    return total


def _longest(hits: Sequence[Hit]) -> tuple[int, int]:
    """Where the longest shared part begins in the text, and how many tokens it has."""
    best, begin, previous = (0, 0), 0, (-1, -1)
    # N-grams of one part follow each other at the same distance between text and item.
    for start, place in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if (start - 1, place - 1) != previous:
            begin = start
        best = max(best, (start - begin + N, -begin))
        previous = (start, place)
    return -best[1], best[0]
