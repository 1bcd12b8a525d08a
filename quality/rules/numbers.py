"""Rules on numbers: the final answer is in the answer, sums and conversions are right.

Sums are worked out exactly. What is quoted, or called wrong in its own line, is spoken about.
"""

import logging
import re
from collections.abc import Iterator
from fractions import Fraction

from ..phrases import comparable
from .expressions import Side, equations, readable
from .measures import FACTOR, are_mixed
from .numerals import narrow, value, values
from .rule import Limit, Sample, Spot, rule
from .text import is_mention, without_code

_ABOUT_WRONG = re.compile(
    r"错|误|不等于|不是|≠|你写的|你算的|假设|如果|wrong|incorrect|mistake|error|false|isn't|"
    r"is not|not equal|"
    r"instead of|misread|you wrote|you had|❌|✗|suppose|pretend",
    re.IGNORECASE,
)
_OTHER_SYSTEM = re.compile(
    r"binary|hexadecimal|octal|modulo|\bmod\b|modular|base[- ]?\d|matrix|matri|vector|二进制|"
    r"十六进制|八进制|进制|取模|模运算|矩阵|向量"
    r"|string concat|字符串拼接|谜|riddle|puzzle|pun\b",
    re.IGNORECASE,
)


_FRACTION = re.compile(r"\\[dt]?frac\s*\{\s*([-−]?\d+)\s*\}\s*\{\s*(\d+)\s*\}")


@rule("final_answer")
def final_answer(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Each number of the final answer stands in the last answer, however it is written."""
    last = list(sample.said("assistant"))[-1:]
    if not last or not sample.final_answer.strip():
        return
    where, text = last[0]
    text, wanted = _FRACTION.sub(r"\1/\2", text), _FRACTION.sub(r"\1/\2", sample.final_answer)
    if comparable(wanted) in comparable(text):
        return
    numbers = re.findall(r"[-−]?\d[\d,]*(?:\.\d+)?(?:\s*%|/\d+)?", narrow(wanted), re.ASCII)
    there = values(text) if numbers else set()
    for number in numbers:
        found = value(number.rstrip(","))
        if found is not None and found not in there and abs(found) not in there:
            yield Spot(f"the final answer has {number.strip()}, the answer has not", where)
            return


@rule("arithmetic")
def arithmetic(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Sums such as 12 × 3 = 36 are right; a rounded result may differ by its rounding."""
    for where, text in sample.said("assistant"):
        bare = without_code(text)
        if not any(sign in bare for sign in ("=", "＝", "≈", "等于", "equals")):
            continue
        if _OTHER_SYSTEM.search(bare) or _OTHER_SYSTEM.search(sample.asked()):
            continue
        for line in re.split(r"[\n。；;]", readable(bare)):
            detail = _first_error(line) or _wrong_remainder(line)
            if detail:
                yield Spot(detail, where)
                break


def _first_error(line: str) -> str:
    if not ("=" in line or "≈" in line) or _ABOUT_WRONG.search(line):
        return ""
    for chain in equations(line):
        for (_, left), (sign, right) in zip(chain, chain[1:], strict=False):
            if not _agrees(left, right, sign):
                at = line.find(left.text.strip()[:6])
                if at < 0 or not is_mention(line, at, at + 1):
                    return f"{left.text.strip()} {sign} {right.text.strip()} is not so"
    return ""


_DIVIDED = re.compile(
    r"(?<![\d.,/×x*+\-−·÷=()A-Za-z])(?<![/×x*+\-−·÷=] )(\d{1,9})\s*[÷/]\s*(\d{1,9})\s*=\s*(\d{1,9})"
    r"\s*(?:余数?(?:是|为)?|…{1,2}|\.{3,6}|[Rr](?:emainder)?(?=\s?\d))\s*(\d{1,9})(?![\d.])"
)


def _wrong_remainder(line: str) -> str:
    """A division with a remainder, such as 17 ÷ 5 = 3 …… 2, that is not so."""
    if "=" not in line or _ABOUT_WRONG.search(line):
        return ""
    for match in _DIVIDED.finditer(line):
        whole, by, times, rest = map(int, match.groups())
        if by and (whole != by * times + rest or rest >= by):
            return f"{match[0]} is not so"
    return ""


def _agrees(left: Side, right: Side, sign: str) -> bool:
    if left.value is None or right.value is None or not (left.sums or right.sums):
        return True
    units = left.units | right.units
    if _slips_unit(left, right):
        return False
    if are_mixed(units) or units & {"k", "K", "M", "B", "bn", "mm", "ft", "in", "am", "pm"}:
        return True
    scales = (1, 100, Fraction(1, 100)) if left.percent or right.percent else (1,)
    return any(_close(left.value * scale, right, left, sign) for scale in scales)


def _slips_unit(left: Side, right: Side) -> bool:
    """Whether millilitres become litres by a factor that has nothing to do with it."""
    if len(left.units) != 1 or len(right.units) != 1 or left.units == right.units or right.sums:
        return False
    (one,), (other,) = left.units, right.units
    (kind, worth), (kind2, worth2) = FACTOR.get(one, ("", Fraction(1))), FACTOR.get(other, ("", 1))
    if not kind or kind != kind2 or worth == worth2 or left.value != right.value:
        return False
    ratio = max(worth / worth2, worth2 / worth)
    return left.operators <= set("×xX*·✕") and ratio not in values(left.text)


def _close(found: Fraction, right: Side, left: Side, sign: str) -> bool:
    wanted = right.value or Fraction(0)
    apart = abs(found - wanted)
    result = left if right.sums and not left.sums else right
    place = Fraction(1, 10**result.decimals) / (100 if result.percent else 1)
    if sign != "=":
        return apart <= max(place, abs(found) / 20)
    if right.sums and left.sums:
        rounded = left.decimals or right.decimals
        return apart <= (abs(found) / 200 if rounded else 0)
    # A sum of rounded figures, or a quotient, may be rounded as its result is written.
    return (
        apart <= place / 2 if left.divides or right.divides or _finer(left, right) else apart == 0
    )


def _finer(left: Side, right: Side) -> bool:
    return left.decimals + right.decimals > 0 or left.percent or right.percent


_UNITS = "|".join(sorted(map(re.escape, FACTOR), key=len, reverse=True))
_QUANTITY = (
    r"(\d[\d,]{0,15}(?:\.\d{1,9})?|\d{1,9}/\d{1,9}|[一二两三四五六七八九十百半]{1,6})"
    rf"\s{{0,2}}({_UNITS})(?![A-Za-z²³/])"
)
_MEASURED = re.compile(rf"\d(?<![\d.,].)[\d,./]{{0,15}}\s{{0,2}}(?:{_UNITS}|°)")
_CONVERTED = re.compile(
    rf"(?<![\d.,/×x*+\-−·÷=A-Za-z])(?<![/×x*+\-−·÷=]\s){_QUANTITY}\s*"
    rf"(=|≈|约?等于|约为|就是|即|合|equals?|is equal to|is about|is approximately|"
    rf"is)\s*(?:about|约|大约)?\s*"
    rf"{_QUANTITY}(?!\s*[-+−×÷*/\d]|\s*(?:的|每|per|and|\d))"
)
_IN_BRACKETS = re.compile(
    rf"(?<![\d.,/A-Za-z\-–]){_QUANTITY}\s*[(（](about|approx\.?|约|大约|≈|~)?\s*{_QUANTITY}\s*[)）]"
)
_WORKING = re.compile(r"工作日|工时|work(?:ing|day)?|shift|一天工作|商务|business day|每天|a day")
_HOT = re.compile(
    r"(-?\d+(?:\.\d+)?)\s*°\s*C\s*(?:=|is|equals|等于|≈|\()\s*(?:about|约)?\s*(-?\d+(?:\.\d+)?)\s*°\s*F"
)


@rule("conversion", threshold=0.03)
def conversion(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Units are converted rightly: 1.5 km = 1500 m. Threshold: how far off a rounded one may be.

    The allowance is for units of different systems, and for «about»; others must be as exact as
    they are written.
    """
    for where, text in sample.said("assistant"):
        bare = narrow(without_code(text))
        if not _MEASURED.search(bare) and "等于" not in bare:
            continue
        detail = _wrong_conversion(bare, limit.number) or _wrong_heat(bare)
        if detail:
            yield Spot(detail, where)


def _wrong_conversion(text: str, allowed: float) -> str:
    for pattern in (_CONVERTED, _IN_BRACKETS):
        for match in _starting(pattern, text):
            first, unit, how, second, other = match.groups()
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.end() + 20].split("\n")[0]
            if _ABOUT_WRONG.search(line) or _WORKING.search(line):
                continue
            loose = pattern is _IN_BRACKETS or how not in ("=", "等于", "equals", "is")
            if not _same(first, unit, second, other, allowed=allowed if not loose else allowed * 2):
                return f"{match[0].strip()} is not so"
    return ""


def _starting(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches of the pattern; tried only where a quantity stands, which is much faster."""
    if "等于" in text:
        yield from pattern.finditer(text)
        return
    for measured in _MEASURED.finditer(text):
        match = pattern.match(text, measured.start())
        if match:
            yield match


def _same(first: str, unit: str, second: str, other: str, *, allowed: float) -> bool:
    (kind, worth), (kind2, worth2) = FACTOR[unit], FACTOR[other]
    one, two = value(first), value(second)
    if kind != kind2 or worth == worth2 or not one or two is None:
        return True
    exact = one * worth / worth2
    digits = len(second.partition(".")[2])
    place = Fraction(1, 2 * 10**digits)
    # The decimal systems give round figures, and so does time; miles and pounds do not.
    decimal = (worth / worth2).denominator == 1 or (worth2 / worth).denominator == 1
    slack = (
        Fraction(0)
        if decimal and allowed <= 0.03 and exact.denominator == 1
        else exact * Fraction(allowed)
    )
    return abs(exact - two) <= max(slack, place if exact.denominator != 1 else Fraction(0))


def _wrong_heat(text: str) -> str:
    if "°" not in text:
        return ""
    for match in _HOT.finditer(text):
        celsius, fahrenheit = Fraction(match[1]), Fraction(match[2])
        if abs(celsius * 9 / 5 + 32 - fahrenheit) > 1 and not _ABOUT_WRONG.search(match[0]):
            return f"{match[0]} is not so"
    return ""


@rule("symbolic_answer", on=False, cost="dear")
def symbolic_answer(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """The final answer equals what `math-verify` reads out of the last answer; passes without it.

    Runs in this thread and without a timeout of its own.
    """
    last = list(sample.said("assistant"))[-1:]
    if not last or not sample.final_answer.strip():
        return
    try:
        from math_verify import (  # type: ignore[import-not-found, unused-ignore]
            parse,
            verify,
        )
    except ImportError:
        return
    # It warns at each call that there is no timeout: signals, which it uses, work in no thread.
    logging.getLogger("math_verify").setLevel(logging.ERROR)
    where, text = last[0]
    said = parse(text, parsing_timeout=None)
    wanted = parse(sample.final_answer, parsing_timeout=None)
    if said and wanted and not verify(wanted, said, timeout_seconds=None):
        yield Spot(
            f"the final answer is {sample.final_answer}, the answer ends in {said[0]}", where
        )
