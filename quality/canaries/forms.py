"""What made-up samples of a demanded form are filled with: lists, data, code.

As in `sums.py`: the slots of a family by language, date and seed.
"""

import random
from datetime import date, timedelta

from .words import COURSES, NAMES, PLACES, POINTS, TERMS, THINGS
from .writing import Slots, day


def bullets(language: str, as_of: str, rng: random.Random) -> Slots:
    """Exactly so many points, of an order that is fixed."""
    count = rng.choice([3, 4, 5])
    chosen = rng.sample(POINTS[language], count + 2)
    return {
        "name": rng.choice(NAMES[language]),
        "place": rng.choice(PLACES[language]),
        "days": str(rng.randint(4, 21)),
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
        "host": f"{rng.choice(['db', 'cache', 'files', 'mail'])}{rng.randint(1, 9)}.example.com",
        "port": str(rng.choice([5432, 6380, 8443, 9001, 5672, 3306])),
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
        "least": str(rng.randint(2, 12)),
        "year": str(date.fromisoformat(as_of).year - rng.randint(1, 4)),
        "amount": str(rng.randrange(20, 320, 10)),
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
        "suffix": rng.choice(["log", "csv", "txt", "json", "xml", "md"]),
        "folder": rng.choice(["data", "reports", "archive", "exports", "incoming", "backup"]),
        "days": str(rng.randint(2, 30)),
    }


def events(language: str, as_of: str, rng: random.Random) -> Slots:
    """Two events as a JSON array, the earlier one first."""
    today = date.fromisoformat(as_of)
    days = [today + timedelta(ahead) for ahead in sorted(rng.sample(range(5, 90), 2))]
    first, second = rng.sample(COURSES[language], 2)
    return {
        "name": rng.choice(NAMES[language]),
        "first": first,
        "second": second,
        "on_first": day(days[0], language),
        "on_second": day(days[1], language),
        "iso_first": days[0].isoformat(),
        "iso_second": days[1].isoformat(),
        "seats_first": str(rng.randint(8, 40)),
        "seats_second": str(rng.randint(8, 40)),
    }


def unique(language: str, as_of: str, rng: random.Random) -> Slots:
    """A Python function that drops repeated values, with an example that it must meet."""
    pool = rng.sample(range(1, 30), 4)
    values = [*pool, *rng.choices(pool, k=3)]
    rng.shuffle(values)
    return {
        "function": rng.choice(["unique", "without_repeats", "first_seen", "distinct"]),
        "values": str(values),
        "kept": str(list(dict.fromkeys(values))),
    }


def term(language: str, as_of: str, rng: random.Random) -> Slots:
    """Which of two terms names a case."""
    right, other, case, reason = rng.choice(TERMS[language])
    letter = rng.choice("AB")
    return {
        "name": rng.choice(NAMES[language]),
        "case": case,
        "reason": reason,
        "right": right,
        "other": other,
        "letter": letter,
        "a": right if letter == "A" else other,
        "b": other if letter == "A" else right,
    }
