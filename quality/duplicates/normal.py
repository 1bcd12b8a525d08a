"""The form in which texts are compared: width, case, script, signs and spaces make no difference.

`plain` is for shingles of characters, `tokens` for n-grams of words, where each Chinese character
is a word. Knows nothing of what is compared, or how.
"""

import re
from collections.abc import Callable
from functools import cache
from unicodedata import is_normalized, normalize

from ...taxonomy.names import key

CJK = "\u3040-\ud7ff\U00020000-\U0003ffff"
"""Scripts that put no space between words, as a range of a regular expression, after NFKC."""
_CJK = re.compile(f"[{CJK}]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_ASCII = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}
_SIGNS = re.compile(r"[\W_]+")
_BESIDE_CJK = re.compile(f"(?<=[{CJK}]) | (?=[{CJK}])")
_TOKEN = re.compile(f"[{CJK}]|[^ {CJK}]+")


def plain(text: str) -> str:
    """Words in simplified script and lower case, with one space between those that need one."""
    if text.isascii():
        return " ".join(key(text).translate(_ASCII).split())
    # Signs go first, since most of them are what makes the compatibility form slow; but not
    # before accents have joined their letters.
    words = _SIGNS.sub(" ", _UNSEEN.sub("", normalize("NFC", text)))
    if not is_normalized("NFKC", words):
        words = _SIGNS.sub(" ", normalize("NFKC", words))
    words = key(words)
    if _CJK.search(words):
        words = _BESIDE_CJK.sub("", _simplified()(words))
    return words


def tokens(text: str) -> list[str]:
    """Words and Chinese characters, in order."""
    return _TOKEN.findall(plain(text))


def written(some: list[str]) -> str:
    """Tokens as a reader expects them: no spaces beside Chinese characters."""
    return _BESIDE_CJK.sub("", " ".join(some))


@cache
def _simplified() -> Callable[[str], str]:
    # Loads its dictionaries, which few commands need.
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert
