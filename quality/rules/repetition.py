"""Rules on loops: one character, a few words, or whole sentences again and again.

Verse repeats itself; where the request asks for it, only runs of one character count.
"""

import re
from collections import Counter
from collections.abc import Iterator

from .rule import Limit, Sample, Spot, rule
from .text import HAN, STAND_IN, WORD, plain, speech, weight
from .words import words

_RUN = re.compile(r"([^\s\-=_*#~·.…|+<>\ufffc─━—─═0-9])\1{5,}")
_WORDY = re.compile(r"\b[^\W\d_]{20,}")
_BABBLE = re.compile(r"([^\W\d_]{2,4}?)\1{9,}")
_SENTENCE = re.compile(r"[.!?。！？\n]+")
_GRAM = 4
_LONG = 50
"""Letters of a sentence that nobody writes three times."""


def _is_verse(sample: Sample) -> bool:
    asked = sample.asked().casefold()
    return any(word in asked for word in words("about_verse"))


@rule("repeated_characters", threshold=16)
def repeated_characters(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No character or syllable stands in a long run, but for lines. Threshold: the length."""
    for where, text in sample.said("assistant"):
        for run in _stutters(speech(text)):
            if run.end() - run.start() >= limit.number:
                times = (run.end() - run.start()) // len(run[1])
                yield Spot(f"{run[1]!r} stands {times} times", where, run.span())
                break


def _stutters(text: str) -> Iterator[re.Match[str]]:
    yield from _RUN.finditer(text)
    for word in _WORDY.finditer(text):
        yield from _BABBLE.finditer(text, word.start(), word.end())


@rule("repeated_words", threshold=4)
def repeated_words(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No phrase follows upon itself again and again. Threshold: so many times is a loop.

    Words count in English, characters in Chinese; a short phrase has to last for a while.
    """
    if _is_verse(sample):
        return
    for where, text in sample.said("assistant"):
        bare = speech(text)
        if not _may_loop(bare):
            continue
        if "|" in bare:
            bare = "\n".join(line for line in bare.split("\n") if line.count("|") < 2)
        tokens = HAN.findall(bare) if _is_han(bare) else WORD.findall(bare)
        length, period = _loop(tokens)
        if length >= max(limit.number * period, 12):
            phrase = ("" if _is_han(bare) else " ").join(_phrase(tokens, period))
            yield Spot(f"{phrase!r} stands {length // period} times in a row", where)


def _may_loop(text: str) -> bool:
    """Whether pieces come back at one and the same distance; cheap, and never misses a loop."""
    step, size = (16, 12) if text.isascii() else (4, 4)
    before = 0
    for at in range(0, len(text) - size, step):
        piece = text[at : at + size]
        apart = text.find(piece, at + 1, at + 400) - at
        if apart > 0 and not piece.isspace() and (apart == before or apart <= step):
            return True
        before = apart
    return False


def _is_han(text: str) -> bool:
    han, latin = weight(text)
    return han > latin


def _loop(tokens: list[str]) -> tuple[int, int]:
    """Length and period of the longest stretch that repeats itself, 0 and 1 where there is none."""
    grams = list(zip(*(tokens[at:] for at in range(_GRAM)), strict=False))
    if len(grams) - len(set(grams)) < _GRAM:
        return 0, 1
    seen: dict[tuple[str, ...], int] = {}
    best, period, run, before = 0, 1, 0, 0
    for at, gram in enumerate(grams):
        apart = at - seen.get(gram, at)
        seen[gram] = at
        run = run + 1 if apart and apart == before else 1 if apart else 0
        before = apart
        # A stretch of period p shows one repeat for each place after its first turn.
        if run and run + apart + _GRAM - 1 > best and run + _GRAM - 1 >= apart:
            best, period = run + apart + _GRAM - 1, apart
    return best, period


def _phrase(tokens: list[str], period: int) -> list[str]:
    for at in range(len(tokens) - 2 * period + 1):
        if tokens[at : at + period] == tokens[at + period : at + 2 * period]:
            return tokens[at : at + period][:12]
    return tokens[:0]


def _width(text: str) -> int:
    return len(text) if text.isascii() else len(text) * 5 // 2


@rule("repeated_sentences", threshold=0.34)
def repeated_sentences(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Sentences do not come back. Threshold: the share of the answer that may be said again.

    A long one that stands three times is a loop in an answer of any length.
    """
    if _is_verse(sample):
        return
    for where, text in sample.said("assistant"):
        bare = plain(text) if "\n" not in text else speech(text).casefold()
        parts = [part for line in _SENTENCE.split(bare) if len(part := line.strip()) >= 8]
        counts = Counter(part for part in parts if "|" not in part and STAND_IN not in part)
        again = {part: n for part, n in counts.items() if n > 2 or (n > 1 and len(part) >= 40)}
        extra = sum((n - 1) * len(part) for part, n in again.items())
        stuck = any(n > 2 and _width(part) >= _LONG for part, n in again.items())
        if again and (stuck or extra >= limit.number * sum(map(len, parts))):
            worst = max(again, key=lambda part: again[part] * len(part))
            yield Spot(f"{worst[:40]!r} stands {again[worst]} times", where)
