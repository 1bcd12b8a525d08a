"""Figures of made-up questions about days and hours, worked out on the calendar.

As in `sums.py`: the slots of a family by language, date and seed.
"""

import random
from datetime import date, timedelta

from .words import CITIES, COURSES, NAMES, OFFSETS, PLACES, PURPOSES, THINGS, WEEKDAYS
from .writing import Slots, clock, day


def weekday(language: str, as_of: str, rng: random.Random) -> Slots:
    """What day of the week a date some days ahead is."""
    today = date.fromisoformat(as_of)
    ahead = rng.randint(17, 180)
    then = today + timedelta(ahead)
    weeks, left = divmod(ahead, 7)
    names = WEEKDAYS[language]
    wrong = names[(then.weekday() + rng.choice([1, 2, 5, 6])) % 7]
    return {
        "name": rng.choice(NAMES[language]),
        "purpose": rng.choice(PURPOSES[language]),
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
    return {
        "name": rng.choice(NAMES[language]),
        "thing": rng.choice(THINGS[language]),
        "bought": day(bought, language),
        "years": str(years),
        "until": day(until, language),
        "today": day(today, language),
        "year": str(today.year),
        "running": str(used + 1),
        "stale": str(today.year - 1),
        "stale_running": str(used),
        "slip": day(date(until.year - 1, until.month, until.day), language),
    }


def deadline(language: str, as_of: str, rng: random.Random) -> Slots:
    """How many days are left to sign up."""
    today = date.fromisoformat(as_of)
    left = rng.randint(4, 60)
    stale = today - timedelta(rng.randint(200, 420))
    last = today + timedelta(left)
    return {
        "name": rng.choice(NAMES[language]),
        "course": rng.choice(COURSES[language]),
        "today": day(today, language),
        "last": day(last, language),
        "left": str(left),
        "stale": day(stale, language),
        "stale_left": str((last - stale).days),
        "slip": str(left + rng.choice([-3, -2, 2, 4, 10])),
    }


def passport(language: str, as_of: str, rng: random.Random) -> Slots:
    """Whether a passport is valid for the six months after arrival that a country demands."""
    today = date.fromisoformat(as_of)
    ahead = rng.randint(10, 50)
    start = today + timedelta(ahead)
    start = start.replace(day=min(start.day, 28))
    ahead = (start - today).days
    needed = _months_later(start, 6)
    until = needed + timedelta(rng.choice([-40, -25, -12, 9, 30, 75, 140]))
    verdicts = {"zh": ("够", "不够"), "en": ("is valid long enough", "is not valid long enough")}
    verdict, other = verdicts[language] if until >= needed else verdicts[language][::-1]
    stale = today - timedelta(rng.randint(200, 420))
    return {
        "name": rng.choice(NAMES[language]),
        "place": rng.choice(PLACES[language]),
        "today": day(today, language),
        "start": day(start, language),
        "ahead": str(ahead),
        "needed": day(needed, language),
        "until": day(until, language),
        "verdict": verdict,
        "other": other,
        "stale": day(stale, language),
        "stale_ahead": str((start - stale).days),
        "slip": day(_months_later(needed, 1), language),
    }


def meeting(language: str, as_of: str, rng: random.Random) -> Slots:
    """A time of day in one city, and what it is in another."""
    here, there = rng.sample(range(len(OFFSETS)), 2)
    while OFFSETS[here] == OFFSETS[there]:
        here, there = rng.sample(range(len(OFFSETS)), 2)
    start = rng.randrange(8 * 60, 19 * 60, 15)
    gap = OFFSETS[there] - OFFSETS[here]
    then, slip = start + gap, start - gap
    days = {
        "zh": ("前一天", "当天", "第二天"),
        "en": ("the day before", "the same day", "the next day"),
    }
    ways = {"zh": ("晚", "早"), "en": ("behind", "ahead of")}[language]
    return {
        "name": rng.choice(NAMES[language]),
        "here": CITIES[language][here],
        "there": CITIES[language][there],
        "utc_here": _offset(OFFSETS[here]),
        "utc_there": _offset(OFFSETS[there]),
        "start": clock(start),
        "gap": _length(abs(gap), language),
        "way": ways[gap > 0],
        "sign": "+" if gap > 0 else "−",
        "end": clock(then % 1440),
        "day": days[language][then // 1440 + 1],
        # Counted in the wrong direction.
        "slip": clock(slip % 1440),
        "slip_day": days[language][slip // 1440 + 1],
    }


def _length(minutes: int, language: str) -> str:
    hours, rest = divmod(minutes, 60)
    if language == "zh":
        return f"{hours} 小时" + (f" {rest} 分" if rest else "")
    return f"{hours} hour{'s' * (hours != 1)}" + (f" {rest} minutes" if rest else "")


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes >= 0 else '−'}{hours}{f':{rest:02d}' if rest else ''}"


def _months_later(start: date, months: int) -> date:
    """The same day of a later month; the day is one that every month has."""
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, start.day)
