"""Measures of diversity that need nothing but the words.

Tokens are words, and characters of Chinese, whatever their width and case. Measures depend on
length: whoever compares two sets cuts their texts to equal numbers of tokens. Knows nothing of
what the texts are about.
"""

import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from math import exp, fsum, log
from unicodedata import normalize

from ..duplicates.normal import CJK

Tokens = Sequence[str]
Gram = tuple[str, ...]
_TOKEN = re.compile(f"[{CJK}]|[^\\W{CJK}]+")
ORDERS = 4
"""Of n-grams that BLEU counts, each with the same weight."""


def tokens(text: str, limit: int | None = None) -> list[str]:
    """The words of a text, no more than the limit."""
    return _TOKEN.findall(normalize("NFKC", text).casefold())[:limit]


def beginning(text: str, limit: int) -> str:
    """A text as far as its words go to the limit, as it is written."""
    ends = [found.end() for found, _ in zip(_TOKEN.finditer(text), range(limit), strict=False)]
    return text[: ends[-1]] if len(ends) == limit else text


def distinct(texts: Sequence[Tokens], n: int) -> float | None:
    """Different n-grams as a share of all; None where there are none."""
    every = [gram for text in texts for gram in _grams(text, n)]
    return len(set(every)) / len(every) if every else None


def self_repetition(texts: Sequence[Tokens], n: int = 4) -> float | None:
    """Of the n-grams of each text, each once, the share that another text has too; None for none.

    Not the share of texts that have one such: of some hundred texts, all soon do.
    """
    holders = Counter(gram for text in texts for gram in set(_grams(text, n)))
    shared = sum(count for count in holders.values() if count > 1)
    return shared / holders.total() if holders else None


def lzma_ratio(texts: Sequence[Tokens]) -> float | None:
    """Bytes to compressed bytes: the higher, the more alike. None without words.

    Not gzip: that looks back 32 KB only, and does not see a copy further away.
    """
    whole = "\n".join(map(" ".join, texts)).encode("utf-8", "surrogatepass")
    return len(whole) / len(lzma.compress(whole)) if whole.strip() else None


def self_bleu(texts: Sequence[Tokens]) -> float | None:
    """Mean BLEU-4 of each text against all others, unsmoothed; None for fewer than two.

    Exact, in one pass over the n-grams: the most that any *other* text has of an n-gram is the
    most that any has, or for the one that has it, the second most.
    """
    if len(texts) < 2:
        return None
    counted = [[Counter(_grams(text, n)) for n in range(1, ORDERS + 1)] for text in texts]
    most: dict[Gram, tuple[int, int, int]] = {}
    for owner, orders in enumerate(counted):
        for counts in orders:
            for gram, count in counts.items():
                first, who, second = most.get(gram, (0, -1, 0))
                if count > first:
                    most[gram] = count, owner, first
                elif count > second:
                    most[gram] = first, who, count
    lengths = Counter(map(len, texts))
    scores = (
        _bleu(owner, orders, most) * _brevity(len(texts[owner]), lengths)
        for owner, orders in enumerate(counted)
    )
    return fsum(scores) / len(texts)


def _bleu(owner: int, orders: list[Counter[Gram]], most: dict[Gram, tuple[int, int, int]]) -> float:
    logs = []
    for n, counts in enumerate(orders):
        common = 0
        for gram, count in counts.items():
            first, who, second = most[gram]
            common += min(count, second if who == owner else first)
        if n == 0 and not common:
            return 0.0
        # The smallest number stands for none, as in NLTK.
        part = common / max(1, counts.total()) if common else sys.float_info.min
        logs.append(log(part) / ORDERS)
    return exp(fsum(logs))


def _brevity(own: int, lengths: Counter[int]) -> float:
    if not own:
        return 0.0
    others = (length for length, count in lengths.items() if count > (length == own))
    closest = min(others, key=lambda length: (abs(length - own), length))
    return 1.0 if own > closest else exp(1 - closest / own)


def _grams(text: Tokens, n: int) -> Iterator[Gram]:
    return zip(*(text[start:] for start in range(n)), strict=False)
