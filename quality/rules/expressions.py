"""Sums as people write them in a line of text, worked out exactly. Knows no rule.

Reads only what it is sure of: a variable, a function, an ellipsis or a unit that does not fit makes
a side unreadable, and what is unreadable is never wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from .numerals import narrow, whole

_TOKEN = re.compile(
    r"""(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<![\w.)])\.\d+)
      (?P<scale>\s?(?:%|‰|万|亿|million\b|billion\b|thousand\b))?
      (?P<unit>\s?(?:[\u4e00-\u9fff]{1,4}(?:/[\u4e00-\u9fff]{1,3})?(?=\s*(?:[-+−×÷*/=≈)，。；,）（]|$))
        |(?:[a-zA-Z]{2,14}(?:/[a-zA-Z]{1,8})?|[gmhstLlAVWNJ])(?![A-Za-z0-9²³^_(])|[元块个件人天只台箱斤次份张页]
        |°C|°F|€|£))?
    | (?P<operator>[-+−×÷*/·✕^]|–(?=\s)|[xX](?=\s*[\d(]))
    | (?P<bracket>[()]) | (?P<equals>(?<![<>!=≠:])=(?![=>])|≈|≃) | (?P<money>[$¥￥€£]|US\$|RMB\s?)
    | (?P<space>\ +)""",
    re.VERBOSE | re.ASCII,
)
_LATEX = (
    (re.compile(r"\\(?:times|cdot)\b"), "×"), (re.compile(r"\\div\b"), "÷"),
    (re.compile(r"\\approx\b"), "≈"), (re.compile(r"\\[%$]"), lambda m: m[0][1]),
    (re.compile(r"\\d?frac\{([\d.,]+)\}\{([\d.,]+)\}"), r"(\1/\2)"),
    (re.compile(r"\\[()\[\],;]|\$\$|\\left|\\right|\*\*|__|\\text\{[^}]*\}"), " "),
)  # fmt: skip
_SPOKEN = (
    (r"乘以?|times|multiplied by", "×"), (r"除以|divided by", "÷"), (r"加上?|plus", "+"),
    (r"减去?|minus", "-"), (r"约?等于|得(?=\s*\d)|equals", "="),
)  # fmt: skip
_WORDS = [
    (re.compile(rf"(?<=[\d%元个只米克件块 ])\s*(?:{word})\s*(?=[\d(¥$])"), f" {sign} ")
    for word, sign in _SPOKEN
]
_SPELT = re.compile(
    r"[零一二两三四五六七八九十百千万亿]{1,12}(?=\s*(?:加|减|乘|除|等于))"
    r"|(?<=[加减乘以去上于])[零一二两三四五六七八九十百千万亿]{1,12}"
)
_UNIT_APART = re.compile(
    r"(?<=[\d ])\((?:[元块角分个件人天只台箱斤次份张页米克升秒]|厘米|千米|公里|千克|分钟|小时)\)"
)
_MAY_SPEAK = re.compile("等于|equals|得")
_FUNCTION = re.compile(
    r"(?:log|ln|sin|cos|tan|sqrt|max|min|mod|√|∑|∛|lim|exp|of|by|per)\s*$", re.IGNORECASE
)
_MOST_TOKENS = 200
_REMAINDER = re.compile(
    r"\s*(?:余|…|\.\.\.|[Rr]\s?\d|remainder|and a|mod|\(mod|又|[²³^!_:]\d?|/|%)"
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an equation."""

    value: Fraction | None
    """None where it cannot be read."""
    text: str = ""
    sums: bool = False
    """Whether something is worked out, and it is not a number alone."""
    divides: bool = False
    operators: frozenset[str] = frozenset()
    decimals: int = 0
    percent: bool = False
    units: frozenset[str] = field(default_factory=frozenset)


def _digits(spelt: re.Match[str]) -> str:
    number = whole(spelt[0])
    return spelt[0] if number is None else str(number)


def readable(text: str) -> str:
    """A text with formulas and spoken sums written as sums."""
    text = narrow(text)
    if "\\" in text or "*" in text or "__" in text or "$$" in text:
        for pattern, sign in _LATEX:
            text = pattern.sub(sign, text)
    if "(" in text:
        text = _UNIT_APART.sub(" ", text)
    if "等于" in text:
        text = _SPELT.sub(_digits, text)
    if _MAY_SPEAK.search(text):
        for pattern, spoken in _WORDS:
            text = pattern.sub(spoken, text)
    return text


def equations(line: str) -> Iterator[list[tuple[str, Side]]]:
    """The chains of a line: each side with the sign that stands before it."""
    line = re.sub(r"^\s*(?:[-*+•]\s+|\d+[.)、]\s+)", lambda m: " " * len(m[0]), line)
    for tokens, start, end in _stretches(line):
        kinds = [token.lastgroup for token in tokens]
        if "equals" not in kinds or len(tokens) > _MOST_TOKENS:
            continue
        sides: list[tuple[str, list[re.Match[str]]]] = [("", [])]
        for token, kind in zip(tokens, kinds, strict=True):
            if kind == "equals":
                sides.append((token[0], []))
            elif kind != "space":
                sides[-1][1].append(token)
        chain = [(sign, _side(part)) for sign, part in sides]
        before, after = line[max(0, start - 16) : start], line[end : end + 24]
        if (
            before[-1:].isalnum()
            and before[-1:].isascii()
            or re.search(r"[_^√|\]!\\{}]$|\d[:,.]$", before)
            or _FUNCTION.search(before)
            or (kinds[0] == "operator" and before.rstrip()[-1:].isalpha())
        ):
            chain[0] = ("", Side(None))
        if _REMAINDER.match(after) or re.match(r"[A-Za-z_(\[{\\]|\s?[a-zA-Z]\b(?!\s[a-z])", after):
            chain[-1] = (chain[-1][0], Side(None))
        yield chain


def _stretches(line: str) -> Iterator[tuple[list[re.Match[str]], int, int]]:
    """Runs of numbers, signs and units without anything else between them."""
    run: list[re.Match[str]] = []
    at = 0
    while at < len(line):
        token = _TOKEN.match(line, at)
        if token is None or token.end() == at:
            if run:
                yield run, run[0].start(), run[-1].end()
            run, at = [], at + 1
            continue
        kind = _kind(token)
        if run or kind != "space":
            run.append(token)
        at = token.end()
    if run:
        yield run, run[0].start(), run[-1].end()


def _kind(token: re.Match[str]) -> str:
    return token.lastgroup or ""


def _side(tokens: list[re.Match[str]]) -> Side:
    tokens = [token for token in tokens if not token["money"]]
    numbers = [token for token in tokens if token["number"]]
    if not numbers or any(_is_odd(token["number"]) for token in numbers):
        return Side(None)
    try:
        found, rest = _sum(tokens, 0)
    except (ValueError, ZeroDivisionError, IndexError, OverflowError, RecursionError):
        return Side(None)
    operators = {token["operator"] for token in tokens if token["operator"]}
    percents = {token["scale"] == "%" or (token["scale"] or "").strip() == "%" for token in numbers}
    units = frozenset((token["unit"] or "").strip() for token in numbers)
    adds = operators & set("+-−–")
    odd = len(percents) > 1 and _adds_percent(tokens)
    if rest != len(tokens) or (adds and (odd or not _alike(units, operators))):
        return Side(None)
    return Side(
        found,
        "".join(token[0] for token in tokens),
        sums=bool(operators - {"-", "−"}) or len(numbers) > 1,
        divides=bool(operators & set("÷/")),
        operators=frozenset(operators),
        decimals=max(len(token["number"].partition(".")[2]) for token in numbers),
        percent=True in percents,
        units=units - {""},
    )


def _is_odd(number: str) -> bool:
    return len(number) > 30 or (len(number) > 1 and number[0] == "0" and number[1] != ".")


def _adds_percent(tokens: list[re.Match[str]]) -> bool:
    """Whether a share is added to something, as in 100 - 20%, which people mean in two ways."""
    signs = [token["operator"] or "" for token in tokens]
    for at, token in enumerate(tokens):
        beside = {signs[at - 1] if at else "", signs[at + 1] if at + 1 < len(tokens) else ""}
        if (token["scale"] or "").strip() == "%" and not beside & set("×xX*·÷/✕"):
            return True
    return False


def _alike(units: frozenset[str], operators: set[str]) -> bool:
    """Whether what is added can be added; beside a product, units say little."""
    return len(units) <= 1 or bool(operators & set("×xX*·÷/✕"))


def _sum(tokens: list[re.Match[str]], at: int) -> tuple[Fraction, int]:
    total, at = _product(tokens, at)
    while at < len(tokens) and (sign := tokens[at]["operator"]) and sign in "+-−–":
        part, at = _product(tokens, at + 1)
        total = total + part if sign == "+" else total - part
    return total, at


def _product(tokens: list[re.Match[str]], at: int) -> tuple[Fraction, int]:
    total, at = _power(tokens, at)
    while at < len(tokens) and (sign := tokens[at]["operator"]) and sign in "×xX*·✕÷/":
        part, at = _power(tokens, at + 1)
        total = total / part if sign in "÷/" else total * part
    return total, at


def _power(tokens: list[re.Match[str]], at: int) -> tuple[Fraction, int]:
    base, at = _atom(tokens, at)
    if at < len(tokens) and tokens[at]["operator"] == "^":
        exponent, at = _atom(tokens, at + 1)
        if exponent.denominator != 1 or abs(exponent) > 64:
            raise ValueError("an exponent that nobody works out in a sentence")
        return Fraction(base ** int(exponent)), at
    return base, at


def _atom(tokens: list[re.Match[str]], at: int) -> tuple[Fraction, int]:
    token = tokens[at]
    if token["number"]:
        number = Fraction(token["number"].replace(",", ""))
        return number * _SCALES[(token["scale"] or "").strip()], at + 1
    if token["bracket"] == "(":
        inner, at = _sum(tokens, at + 1)
        if tokens[at]["bracket"] != ")":
            raise ValueError("a bracket is not closed")
        return inner, at + 1
    if token["operator"] in ("-", "−") and at == 0:
        inner, at = _atom(tokens, at + 1)
        return -inner, at
    raise ValueError("no number where one must be")


_SCALES = {
    "": Fraction(1), "%": Fraction(1, 100), "‰": Fraction(1, 1000), "万": Fraction(10**4),
    "亿": Fraction(10**8), "thousand": Fraction(10**3), "million": Fraction(10**6),
    "billion": Fraction(10**9),
}  # fmt: skip
