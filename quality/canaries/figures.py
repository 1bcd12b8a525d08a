"""The figures of made-up samples: drawn by a seed, worked out exactly, and as a slip has them.

Each function gives the slots of one family in one language. Knows no text but names and goods.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

from .words import GOODS, MONTHS, NAMES, POINTS, THINGS, WEEKDAYS

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


def unit_price(language: str, as_of: str, rng: random.Random) -> Slots:
    """Two packs of one kind of goods: which is cheaper by weight."""
    small, large = rng.choice([(400, 750), (500, 1200), (300, 800), (250, 600)])
    per_small = Fraction(rng.randint(30, 60), 10)
    cheaper = rng.choice([True, False])
    per_large = per_small + Fraction(rng.randint(3, 9), 10) * (-1 if cheaper else 1)
    best, worse = (per_large, per_small) if cheaper else (per_small, per_large)
    packs = {"zh": ("大包", "小包"), "en": ("large pack", "small pack")}[language]
    chosen, other = packs if cheaper else packs[::-1]
    slip = best + Fraction(rng.choice([-7, 8, 11]), 10)
    return {
        "goods": rng.choice(GOODS[language]),
        "name": rng.choice(NAMES[language]),
        "small": str(small),
        "large": str(large),
        "price_small": number(per_small * small / 100),
        "price_large": number(per_large * large / 100),
        "per_small": number(per_small),
        "per_large": number(per_large),
        "best": number(best),
        "chosen": chosen,
        "other": other,
        "saved": number(worse - best),
        "slip": number(slip),
    }


def discount(language: str, as_of: str, rng: random.Random) -> Slots:
    """A price with a discount, then a coupon."""
    price = rng.randint(12, 60) * 10
    percent = rng.choice([10, 15, 20, 25, 30])
    coupon = rng.choice([5, 8, 12, 15])
    reduced = Fraction(price * (100 - percent), 100)
    total = reduced - coupon
    return {
        "thing": rng.choice(THINGS[language]),
        "name": rng.choice(NAMES[language]),
        "price": str(price),
        "percent": str(percent),
        "rest": str(100 - percent),
        "fold": number(Fraction(100 - percent, 10)),
        "coupon": str(coupon),
        "reduced": number(reduced),
        "total": number(total),
        "slip": number(total + rng.choice([-10, 10, 2 * coupon, 6])),
    }


def trip(language: str, as_of: str, rng: random.Random) -> Slots:
    """A drive at a steady speed with one rest: how long, and when it ends."""
    speed = rng.choice([60, 75, 80, 90])
    minutes = rng.choice([m for m in (80, 100, 120, 140, 160, 200) if speed * m % 60 == 0])
    rest = rng.choice([15, 20, 25, 30])
    start = rng.randint(6, 10) * 60 + rng.choice([0, 10, 30])
    end = start + minutes + rest
    slip = end + rng.choice([-20, 10, 35, 60])
    return {
        "name": rng.choice(NAMES[language]),
        "speed": str(speed),
        "distance": number(Fraction(speed * minutes, 60)),
        "minutes": str(minutes),
        "rest": str(rest),
        "sum": str(minutes + rest),
        "start": _clock(start),
        "end": _clock(end),
        "slip": _clock(slip),
    }


def portions(language: str, as_of: str, rng: random.Random) -> Slots:
    """A recipe scaled to another number of guests."""
    served, guests = rng.choice([(4, 6), (4, 10), (2, 5), (6, 9), (4, 7)])
    flour, milk = rng.choice([200, 240, 300, 360]), rng.choice([120, 160, 200, 280])
    factor = Fraction(guests, served)
    return {
        "name": rng.choice(NAMES[language]),
        "served": str(served),
        "guests": str(guests),
        "flour": str(flour),
        "milk": str(milk),
        "factor": number(factor),
        "flour_new": number(flour * factor),
        "milk_new": number(milk * factor),
        "slip": number(flour * factor + rng.choice([-50, 40, 60, 100])),
    }


def weekday(language: str, as_of: str, rng: random.Random) -> Slots:
    """What day of the week a date some days ahead is."""
    today = date.fromisoformat(as_of)
    ahead = rng.randint(17, 75)
    then = today + timedelta(ahead)
    weeks, left = divmod(ahead, 7)
    names = WEEKDAYS[language]
    wrong = names[(then.weekday() + rng.choice([1, 2, 5, 6])) % 7]
    return {
        "name": rng.choice(NAMES[language]),
        "today": day(today, language),
        "today_is": names[today.weekday()],
        "ahead": str(ahead),
        "weeks": str(weeks),
        "left": str(left),
        "then": day(then, language),
        "then_is": names[then.weekday()],
        "slip": wrong,
    }


def returns(language: str, as_of: str, rng: random.Random) -> Slots:
    """A return window counted from delivery: is it still open today?"""
    today = date.fromisoformat(as_of)
    window = rng.choice([14, 30, 45])
    ago = rng.randint(3, window - 2)
    delivered = today - timedelta(ago)
    last = delivered + timedelta(window)
    stale = today - timedelta(rng.choice([420, 500, 760]))
    return {
        "name": rng.choice(NAMES[language]),
        "thing": rng.choice(THINGS[language]),
        "today": day(today, language),
        "window": str(window),
        "ago": str(ago),
        "delivered": day(delivered, language),
        "last": day(last, language),
        "open": str(window - ago),
        "stale": day(stale, language),
        "stale_open": str((last - stale).days),
        "slip": str(window - ago + rng.choice([2, 3, 5])),
    }


def warranty(language: str, as_of: str, rng: random.Random) -> Slots:
    """A warranty of some years: until when, and how many whole years the thing has been in use."""
    today = date.fromisoformat(as_of)
    years, used = rng.choice([(3, 1), (3, 2), (5, 2), (5, 3), (5, 4)])
    month, date_ = rng.randint(1, today.month), rng.randint(1, min(today.day, 28))
    bought = date(today.year - used, month, date_)
    until = date(bought.year + years, month, date_)
    stale = today.year - rng.choice([3, 4])
    return {
        "name": rng.choice(NAMES[language]),
        "thing": rng.choice(THINGS[language]),
        "bought": day(bought, language),
        "years": str(years),
        "until": day(until, language),
        "today": day(today, language),
        "year": str(today.year),
        "used": str(used),
        "stale": str(stale),
        "slip": day(date(until.year - 1, until.month, until.day), language),
    }


def bullets(language: str, as_of: str, rng: random.Random) -> Slots:
    """Exactly so many points, of an order that is fixed."""
    count = rng.choice([3, 4, 5])
    chosen = rng.sample(POINTS[language], count + 2)
    return {
        "name": rng.choice(NAMES[language]),
        "count": str(count),
        "list": "\n".join(f"- {point}" for point in chosen[:count]),
        "longer": "\n".join(f"- {point}" for point in chosen),
    }


def notice(language: str, as_of: str, rng: random.Random) -> Slots:
    """A short notice that must name time, place and whom to call."""
    hour = rng.randint(9, 16)
    return {
        "name": rng.choice(NAMES[language]),
        "day": day(date.fromisoformat(as_of) + timedelta(rng.randint(4, 20)), language),
        "hours": f"{hour}:00–{hour + 3}:00",
        "floor": str(rng.randint(2, 9)),
        "phone": str(rng.randint(2000, 8999)),
    }


def contact(language: str, as_of: str, rng: random.Random) -> Slots:
    """Facts of a message as a JSON object with given keys."""
    return {
        "name": rng.choice(NAMES[language]),
        "thing": rng.choice(THINGS[language]),
        "order": f"{rng.randint(10**7, 10**8 - 1)}",
        "count": str(rng.randint(2, 9)),
    }


def stock(language: str, as_of: str, rng: random.Random) -> Slots:
    """Facts as CSV with a given header."""
    first, second, third = rng.sample(THINGS[language], 3)
    counts = rng.sample(range(12, 95), 3)
    return {
        "first": first,
        "second": second,
        "third": third,
        "one": str(counts[0]),
        "two": str(counts[1]),
        "three": str(counts[2]),
        "sum": str(sum(counts)),
        "slip": str(sum(counts) + rng.choice([-10, 10, 20, 9])),
    }


def settings(language: str, as_of: str, rng: random.Random) -> Slots:
    """Settings as YAML with given keys."""
    return {
        "host": rng.choice(["db1", "cache2", "files", "mail3"]) + ".example.com",
        "port": str(rng.choice([5432, 6380, 8443, 9001])),
        "retries": str(rng.randint(2, 6)),
    }


def function(language: str, as_of: str, rng: random.Random) -> Slots:
    """A small Python function with an example that it must meet."""
    low, high = rng.randint(2, 6), rng.randint(8, 14)
    values = sorted(rng.sample(range(1, 20), 6), key=lambda value: (value * 7) % 11)
    kept = [value for value in values if low <= value <= high]
    return {
        "values": str(values),
        "low": str(low),
        "high": str(high),
        "kept": str(kept),
        "call": f"between({values}, {low}, {high})",
    }


def query(language: str, as_of: str, rng: random.Random) -> Slots:
    """An SQL query over a table that is described."""
    return {
        "least": str(rng.choice([3, 5, 8, 10])),
        "year": str(date.fromisoformat(as_of).year - 1),
    }


def formula(language: str, as_of: str, rng: random.Random) -> Slots:
    """A spreadsheet formula."""
    column, test = rng.sample(["B", "C", "D", "E"], 2)
    return {
        "column": column,
        "test": test,
        "limit": str(rng.choice([50, 100, 200])),
        "end": str(rng.randint(40, 300)),
    }


def shell(language: str, as_of: str, rng: random.Random) -> Slots:
    """A shell pipeline that counts."""
    return {
        "suffix": rng.choice(["log", "csv", "txt", "json"]),
        "folder": rng.choice(["data", "reports", "archive"]),
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


FIGURES: dict[str, Maker] = {
    "unit_price": unit_price,
    "discount": discount,
    "trip": trip,
    "portions": portions,
    "weekday": weekday,
    "returns": returns,
    "warranty": warranty,
    "bullets": bullets,
    "notice": notice,
    "contact": contact,
    "stock": stock,
    "settings": settings,
    "function": function,
    "query": query,
    "formula": formula,
    "shell": shell,
}
"""Every family by its name."""
