"""What a set of texts would look like had its writer fallen into a rut: a yardstick, not data.

Knows nothing of what is measured of it.
"""

import re
from collections.abc import Sequence
from random import Random

from ..duplicates.normal import CJK

_WORD = re.compile(f"[{CJK}]|[^\\W{CJK}]+")


def collapsed(texts: Sequence[str], seed: int) -> list[str]:
    """As many texts, made of a tenth of them over and over, each with one word replaced.

    Copies of one text stand as far apart as they can.
    """
    dice = Random(seed)
    few = dice.sample(texts, -(-len(texts) // 10))
    words = [word for text in few for word in _WORD.findall(text)]
    return [_edited(few[place % len(few)], words, dice) for place in range(len(texts))]


def _edited(text: str, words: Sequence[str], dice: Random) -> str:
    spans = [found.span() for found in _WORD.finditer(text)]
    if not spans:
        return text
    start, end = dice.choice(spans)
    return text[:start] + dice.choice(words) + text[end:]
