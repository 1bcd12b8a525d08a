"""Numbers as people write them, read exactly: digits, shares, Chinese numerals, large units."""

import re
from fractions import Fraction

_ZH = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
NUMBER = re.compile(
    r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\s*(?:%|‰|万|亿|million|billion|thousand)|(?:/\d+(?![\d/])))?"
    r"|(?:百分之)?[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?(?:分之[零〇一二两三四五六七八九十百千]+)?",
    re.ASCII,
)
_SCALE = {
    "%": Fraction(1, 100), "‰": Fraction(1, 1000), "万": Fraction(10**4), "亿": Fraction(10**8),
    "thousand": Fraction(10**3), "million": Fraction(10**6), "billion": Fraction(10**9),
}  # fmt: skip


_NARROW = {ord(char) + 0xFEE0: char for char in "0123456789+-=%().*/"} | {0x3000: " "}


def narrow(text: str) -> str:
    """Full-width digits and signs of arithmetic in their usual width, each in its place.

    Not NFKC, which would make 52 of 5².
    """
    return text if text.isascii() else text.translate(_NARROW)


def whole(text: str) -> int | None:
    """A Chinese whole number such as 一百二十 or 二〇二六; None for what is none."""
    if len(text) > 24:
        return None
    if text and all(char in _ZH for char in text):
        return int("".join(str(_ZH[char]) for char in text))
    total = section = digit = 0
    for at, char in enumerate(text):
        if char in _ZH:
            digit = _ZH[char]
        elif char in _TENS:
            section += (digit or (1 if at == 0 or text[at - 1] in "零万亿" else 0)) * _TENS[char]
            digit = 0
        elif char in _LARGE:
            total = (total + section + digit) * _LARGE[char]
            section = digit = 0
        else:
            return None
    if digit and len(text) > 1 and text[-2] in "百千万":
        # 一百二 is 120
        unit = {"百": 10, "千": 100, "万": 1000}[text[-2]]
        digit *= unit
    return total + section + digit if text else None


def value(text: str) -> Fraction | None:
    """The number that a text is, exactly; None where it is none."""
    text = narrow(text).strip().replace("−", "-")
    match = re.fullmatch(
        r"(-?[\d,]+(?:\.\d+)?)\s*(%|‰|万|亿|thousand|million|billion)?", text, re.ASCII
    )
    if match and len(match[1]) <= 40 and re.search(r"\d", match[1]):
        return Fraction(match[1].replace(",", "")) * _SCALE.get(match[2] or "", Fraction(1))
    match = re.fullmatch(r"(-?\d{1,20})/(\d{1,20})", text, re.ASCII)
    if match:
        return Fraction(int(match[1]), int(match[2])) if int(match[2]) else None
    return _chinese(text)


def _chinese(text: str) -> Fraction | None:
    if text.startswith("百分之"):
        share = _chinese(text[3:])
        return None if share is None else share / 100
    if "分之" in text:
        below, _, above = text.partition("分之")
        low, high = whole(below), whole(above)
        return Fraction(high, low) if low and high is not None else None
    head, point, tail = text.partition("点")
    number = whole(head)
    if number is None or (point and not tail):
        return None
    if not point:
        return Fraction(number)
    decimals = "".join(str(_ZH[char]) for char in tail if char in _ZH)
    return (
        number + Fraction(int(decimals), 10 ** len(decimals))
        if len(decimals) == len(tail)
        else None
    )


def values(text: str) -> set[Fraction]:
    """Every number in a text; a share counts both as such and as its bare figure."""
    found: set[Fraction] = set()
    for match in NUMBER.finditer(narrow(text)):
        number = value(match[0])
        if number is not None:
            found.add(number)
            bare = re.match(r"[-−]?[\d,]+(?:\.\d+)?", match[0], re.ASCII)
            plain = value(bare[0]) if bare else None
            found |= {plain} if plain is not None else set()
    return found
