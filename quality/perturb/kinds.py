"""The kinds of typo: what may stand in the place of a character, and of how many.

Each takes a text and a place and gives what it would replace there and by what; nothing where it
has no effect. Knows nothing of rates, seeds or protected parts.
"""

from collections.abc import Callable, Iterator

from .homophones import homophones

Change = tuple[str, str]
Kind = Callable[[str, int], Iterator[Change]]
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_STOPS = "\uff0c\u3002\u3001\uff1b\uff1a\uff01\uff1f"
_WIDE = ",.;:!?"
_FIXED = "获觉懂取值", "到出了以"


def _near(row: int, place: int) -> str:
    # Each row stands about half a key to the right of the one above.
    spots = (
        (row, place - 1),
        (row, place + 1),
        (row - 1, place),
        (row - 1, place + 1),
        (row + 1, place - 1),
        (row + 1, place),
    )
    return "".join(_ROWS[r][p] for r, p in spots if 0 <= r < len(_ROWS) and 0 <= p < len(_ROWS[r]))


_NEAR = {key: _near(row, place) for row, keys in enumerate(_ROWS) for place, key in enumerate(keys)}


def _keyboard(text: str, at: int) -> Iterator[Change]:
    for near in _NEAR.get(text[at].lower(), "") if text[at].isascii() else "":
        yield text[at], near.upper() if text[at].isupper() else near


def _swap(text: str, at: int) -> Iterator[Change]:
    pair = text[at : at + 2]
    if len(pair) == 2 and pair[0] != pair[1] and all(map(_is_letter, pair)):
        yield pair, pair[::-1]


def _drop(text: str, at: int) -> Iterator[Change]:
    if _is_letter(text[at]):
        yield text[at], ""


def _repeat(text: str, at: int) -> Iterator[Change]:
    if _is_letter(text[at]):
        yield text[at], 2 * text[at]


def _spacing(text: str, at: int) -> Iterator[Change]:
    # Spaces at the ends of a line are layout.
    if at == 0 or at + 1 == len(text) or "\n" in text[at - 1 : at + 2]:
        return
    if text[at] == " ":
        yield " ", ""
        yield " ", "  "
    elif _is_letter(text[at]):
        yield text[at], text[at] + " "


def _full_width(text: str, at: int) -> Iterator[Change]:
    if text[at] in _WIDE or (text[at].isascii() and text[at].isalpha()):
        yield text[at], chr(ord(text[at]) + 0xFEE0)


def _case(text: str, at: int) -> Iterator[Change]:
    if text[at].isascii() and text[at].isalpha():
        yield text[at], text[at].swapcase()


def _homophone(text: str, at: int) -> Iterator[Change]:
    for other in homophones().get(text[at], ""):
        yield text[at], other


def _particle(text: str, at: int) -> Iterator[Change]:
    before, behind = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if text[at] == "的" and before != "目" and behind != "确":
        yield from (("的", "地"), ("的", "得"))
    elif text[at] == "地" and at > 1 and text[at - 2] == before:
        yield "地", "的"
    elif text[at] == "得" and before and before not in _FIXED[0] and behind not in _FIXED[1]:
        yield "得", "的"


def _punctuation(text: str, at: int) -> Iterator[Change]:
    if text[at] in _STOPS:
        yield text[at], ""


def _is_letter(one: str) -> bool:
    return (one.isascii() and one.isalpha()) or "\u4e00" <= one <= "\u9fff"


KINDS: dict[str, Kind] = {
    "keyboard": _keyboard,
    "swap": _swap,
    "drop": _drop,
    "repeat": _repeat,
    "spacing": _spacing,
    "full_width": _full_width,
    "case": _case,
    "homophone": _homophone,
    "particle": _particle,
    "punctuation": _punctuation,
}
USUAL = {
    "en": ("keyboard", "swap", "drop", "repeat", "spacing", "full_width", "case"),
    "zh": tuple(KINDS),
}
"""Those that fit a language."""
