"""How figures are written in texts. Knows no family."""

import random
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from ...taxonomy.planning.samplers import MONTHS

Slots = dict[str, str]
Maker = Callable[[str, str, random.Random], Slots]


def number(value: Fraction | int) -> str:
    """A figure as people write it: without a decimal point where none is needed."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{float(exact):.2f}".rstrip("0").rstrip(".")


def day(value: date, language: str) -> str:
    """A date as people write it."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def clock(minutes: int) -> str:
    """A time of day as people write it."""
    return f"{minutes // 60}:{minutes % 60:02d}"
