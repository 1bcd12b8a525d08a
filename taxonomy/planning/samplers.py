"""What a slot of a template can be: a finite row of texts, of which one is drawn by its place.

Pure functions. Numbers are exact, and dates are written the same on every system. Knows nothing of
templates.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import gcd, prod

from .chance import GOLDEN, number, rng

_PARTS = 256
"""Into so many equal parts a longer row is cut, which take turns."""
_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which are read as digits."""
_DATE = re.compile(r"%(-?[md]|[YyBbAa%])")
_PATTERN = re.compile(r"\\(.)|([#@])|([^\\#@]+|\\)", re.DOTALL)
_USUAL = {"zh": "%-m月%-d日", "en": "%-d %B"}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_WEEK = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Row:
    """All texts that a slot can be, in their order."""

    count: int
    at: Callable[[int], str]

    def drawn(self, turn: int, *key: object) -> str:
        """The text of a turn.

        Turns in succession use all parts of the row alike, and none twice running where there are
        three or more.
        """
        parts = min(self.count, _PARTS)
        part = _dealt(turn, parts, key)
        first, end = part * self.count // parts, (part + 1) * self.count // parts
        return self.at(first + number(*key, "within", turn, bits=512) % (end - first))

    def other(self, attempt: int, *key: object) -> str:
        """The text of another try: one after the other they are all different, then come again."""
        first = number(*key, "other", bits=512)
        return self.at((first + attempt * _stride(self.count)) % self.count)


def values(given: Sequence[str]) -> Row:
    """Texts as they are; one that is given twice counts twice."""
    return Row(len(given), lambda place: given[place])


def numbers(
    least: Decimal, most: Decimal, *, step: Decimal, before: str = "", unit: str = ""
) -> Row:
    """Every step from the least to the most; whole ones without places, the others with all."""
    places = max(0, *(-int(one.normalize().as_tuple().exponent) for one in (least, step)))
    scale = 10**places
    start, stride = int(Fraction(least) * scale), int(Fraction(step) * scale)

    def text(place: int) -> str:
        value = start + place * stride
        whole, rest = divmod(abs(value), scale)
        shown = f"{whole}.{rest:0{places}d}" if rest else str(whole)
        return f"{'-' if value < 0 else ''}{before}{shown}{unit}"

    return Row((Fraction(most) - Fraction(least)) // Fraction(step) + 1, text)


def dates(first: date, last: date, *, format: str = "", language: str = "zh") -> Row:
    """Every day from the first to the last."""
    told = format or _USUAL.get(language, _USUAL["en"])
    return Row(
        (last - first).days + 1, lambda place: written(first + timedelta(place), told, language)
    )


def written(day: date, format: str, language: str) -> str:
    """A day in a format, by names of the language; no system's own names or rules are used."""
    chinese = language == "zh"
    month, weekday = MONTHS[day.month - 1], _DAYS[day.weekday()]
    signs = {
        "Y": f"{day.year:04d}",
        "y": f"{day.year % 100:02d}",
        "m": f"{day.month:02d}",
        "-m": str(day.month),
        "d": f"{day.day:02d}",
        "-d": str(day.day),
        "B": f"{day.month}月" if chinese else month,
        "b": f"{day.month}月" if chinese else month[:3],
        "A": f"星期{_WEEK[day.weekday()]}" if chinese else weekday,
        "a": f"周{_WEEK[day.weekday()]}" if chinese else weekday[:3],
        "%": "%",
    }
    return _DATE.sub(lambda found: signs[found[1]], format)


def patterned(pattern: str) -> Row:
    r"""A number or code: `#` is a digit, `@` a capital letter, `\#` the sign itself."""
    parts = [
        ({"#": _DIGITS, "@": _LETTERS}.get(drawn, escaped or plain), bool(drawn))
        for escaped, drawn, plain in _PATTERN.findall(pattern)
    ]

    def text(place: int) -> str:
        shown: list[str] = []
        for part, drawn in reversed(parts):
            place, sign = divmod(place, len(part)) if drawn else (place, 0)
            shown.append(part[sign] if drawn else part)
        return "".join(reversed(shown))

    return Row(prod(len(part) for part, drawn in parts if drawn), text)


def _dealt(turn: int, size: int, key: tuple[object, ...]) -> int:
    """Which of some things is dealt in a turn: all of them in each round, in another order."""
    round_, place = divmod(turn, size)
    order = _order(round_, size, key)
    if place < 2 and size > 2 and round_ and order[0] == _order(round_ - 1, size, key)[-1]:
        # The last of a round does not open the next: the first two change places. Neither of them
        # is the last of its own round, so no other round has to know.
        return order[1 - place]
    return order[place]


@lru_cache(maxsize=1024)
def _order(round_: int, size: int, key: tuple[object, ...]) -> tuple[int, ...]:
    order = list(range(size))
    rng(*key, "round", round_).shuffle(order)
    return tuple(order)


@lru_cache(maxsize=1024)
def _stride(size: int) -> int:
    """A step that leads through all of a row before it comes back."""
    near = int(size * GOLDEN) or 1
    return next(step for step in range(near, near + size + 1) if gcd(step, size) == 1)
