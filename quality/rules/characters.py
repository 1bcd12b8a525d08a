"""Rules on characters: text that was decoded wrongly, characters that nobody sees."""

import re
from collections.abc import Iterator
from functools import lru_cache

from .rule import Limit, Sample, Spot, rule

_ABOUT = re.compile("乱码|编码|mojibake|encod|utf-?8|gbk|unicode|latin-?1|charset", re.IGNORECASE)
_BROKEN = re.compile(
    # UTF-8 that was read as Latin-1 or as Windows-1252
    "[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ\x9d“”˜¦¢\x80-\xbf]|ï¼[\x80-\xbfŒˆ‰šŸ›]|ã€[\x80-\xbf‚]"
    "|(?:[ä-é][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,2}){2}"
    # UTF-8 that was read as GBK, and fill bytes that were
    "|锟斤拷|烫烫烫|屯屯屯|銆[^\\s]|锛[^\\s]|鐨[勬]|[鏄浣涓鍦杩鍙鍜鎴][^\\s][鐨涓鏄浣鍦杩鍙鍜鎴锛銆浠璇]"
    "|[\ue000-\uf8ff]|\ufffd"
)
_MAY_BROKEN = re.compile("[ÃÂâïãä-é锟烫屯銆锛鐨鏄浣涓鍦杩鍙鍜鎴\ue000-\uf8ff\ufffd]")


@rule("mojibake")
def mojibake(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No text was decoded in a wrong way, unless the request is about that."""
    if _ABOUT.search(sample.asked()):
        return
    for where, text in sample.said("system", "user", "assistant"):
        match = _BROKEN.search(text) if not text.isascii() and _MAY_BROKEN.search(text) else None
        if match:
            yield Spot(f"holds {match[0]!r}", where, match.span())


_JOINED = "[\U0001f000-\U0001faff\u2190-\u2bff\ufe0f\u20e3\U000e0020-\U000e007f]"
_INDIC = "[\u0600-\u06ff\u0900-\u0dff\u0e00-\u0fff\u1780-\u18af]"
_ZERO_WIDTH = re.compile(
    "[\u200b\u2060\ufeff\u180e\u00ad\u2061-\u2064]"
    f"|(?<!{_JOINED})(?<!{_INDIC})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED}|{_INDIC})"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
)
_BIDI = re.compile(
    "[\u202a-\u202e\u2066-\u2069]|(?<![\u0590-\u08ff])[\u200e\u200f\u061c](?![\u0590-\u08ff])"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")


@rule("zero_width")
def zero_width(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No character of no width, but for joiners within emoji and within scripts that need them."""
    yield from _seen(sample, _ZERO_WIDTH)


@rule("bidi")
def bidi(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No control of writing direction, but for marks beside letters that run to the left."""
    yield from _seen(sample, _BIDI)


@rule("control_characters")
def control_characters(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No control characters but line breaks and tabs."""
    for where, text in sample.said("system", "user", "assistant"):
        match = None if _shows_all(text) else _CONTROL.search(text)
        if match:
            yield Spot(f"holds U+{ord(match[0]):04X}", where, match.span())


@lru_cache(maxsize=64)
def _shows_all(text: str) -> bool:
    """Whether no character is invisible, but for line breaks and plain blanks."""
    return text.replace("\n", "").isprintable()


def _seen(sample: Sample, pattern: re.Pattern[str]) -> Iterator[Spot]:
    for where, text in sample.said("system", "user", "assistant"):
        match = None if _shows_all(text) else pattern.search(text)
        if match:
            yield Spot(f"holds U+{ord(match[0]):04X}", where, match.span())
