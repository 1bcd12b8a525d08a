"""Rules on time: words that go stale, years that are over, dates that have not come yet.

A sample that says of what day it speaks passes; so does writing in which «last year» belongs to
the piece. Whether a fact really is out of date takes a judge.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from .rule import Limit, Sample, Spot, rule
from .text import is_mention, plain, prose
from .words import words

_YEAR = re.compile(
    r"(?<![\d.,/\-$¥€£#第])(?:19[5-9]\d|20\d\d)(?=\s*年|(?![\d%,:/]|\.\d|\s*[年]?[a-zA-Z%元块个人件]))",
    re.ASCII,
)
_DAY = re.compile(
    r"(?<!\d)(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s?[日号]?"
    r"|\b(January|February|March|April|May|June|July|August|September|October|November|December)"
    r"\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d\d)\b"
    r"|\b(\d{1,2})\s+(January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\s+(20\d\d)\b"
)
_MONTHS = str.split(
    "January February March April May June July August September October November December"
)
_ANY_DATE = re.compile(r"(?:19|20)\d\d|\d{1,2}月\d{1,2}[日号]|(?:周|星期|礼拜)[一二三四五六日天]")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _writes(sample: Sample) -> bool:
    asked = sample.asked().casefold()
    return any(word in asked for word in words("about_writing"))


def days(text: str) -> Iterator[tuple[date, tuple[int, int]]]:
    """Full dates of this century and where they stand."""
    for match in _DAY.finditer(text):
        a, b, c, month1, day1, year1, day2, month2, year2 = match.groups()
        year, day = int(a or year1 or year2), int(c or day1 or day2)
        month = int(b) if b else _MONTHS.index(month1 or month2) + 1
        if 1 <= month <= 12 and 1 <= day <= 31:
            try:
                yield date(year, month, day), match.span()
            except ValueError:
                continue


@rule("relative_time", threshold="claims")
def relative_time(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No «as of now», «latest version», «this year» where nothing says which day it is.

    Threshold: `claims` for such claims; `all` for «currently», «recently» too, which count anyhow
    where the leaf's facts age.
    """
    asked = plain(sample.asked())
    if _ANY_DATE.search(asked) or _writes(sample):
        return
    sought = words("relative_claims")
    if sample.fresh_for is not None or limit.threshold == "all":
        sought += words("relative_hints")
    for where, text in sample.said("assistant"):
        bare = plain(text)
        if re.search(r"(?:19|20)\d\d", bare) or bare.lstrip("*# ").startswith(words("greetings")):
            continue
        for word in sought:
            # A word of the request is answered in the request's own time.
            if word in bare and word not in asked and _stands(bare, word):
                yield Spot(f"holds {word!r}, and nothing says as of when", where)
                break


def _stands(text: str, word: str) -> bool:
    """Whether the word stands there by itself and is not spoken about."""
    edge = r"\b" if word.isascii() else ""
    found = re.finditer(edge + re.escape(word) + edge, text)
    return any(not is_mention(text, *match.span()) for match in found)


def _years(text: str) -> list[int]:
    bare = prose(text)
    return [int(match[0]) for match in _YEAR.finditer(bare)]


@rule("undated_year")
def undated_year(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Where the leaf's facts age, an answer that names years names a month or a day with one."""
    if sample.fresh_for is None:
        return
    for where, text in sample.said("assistant"):
        dated = re.search(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}(?!\d)", prose(text)) or any(
            days(text)
        )
        months = "|".join(_MONTHS)
        if not dated and not re.search(rf"\b(?:{months})\b[^.\n]{{0,8}}\b20\d\d", text):
            found = _years(text)
            if found:
                yield Spot(f"names {found[0]} and no date", where)


@rule("stale_year")
def stale_year(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Where the leaf's facts age, the last year that the answers name is fresh enough."""
    today = _day(sample.as_of)
    if sample.fresh_for is None or today is None:
        return
    texts = [text for _, text in sample.said("assistant")]
    found = [year for text in texts for year in _years(text)]
    if found and date(max(found), 12, 31) + timedelta(days=sample.fresh_for) < today:
        yield Spot(f"the last year named is {max(found)}; good for {sample.fresh_for} days")


_HAPPENED = re.compile(
    r"(?:截至|截止到|数据显示|统计显示|发布于|更新于|已于|公布于|上线于|成立于|早在|自从)[^，。；]{0,8}$"
    r"|\b(?:as of|was|were|released|published|launched|announced|updated|since|took place|happened|"
    r"reported|founded|came out)(?: \w+){0,3}[ (]*$",
    re.IGNORECASE,
)
_HAPPENED_AFTER = re.compile(
    r"^\s*(?:[）)]\s*)?(?:正式)?(?:已经?|发布了|推出了|成立了|上线了)|^年?(?:的)?(?:统计|数据|普查|调查)(?:显示|表明)"
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:\.(?=\d)[^.!?。！？\n]+)*")


@rule("future_date", threshold="claims")
def future_date(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No answer speaks of a day after `as_of` as of something that has been.

    Threshold: `claims` for that; `all` for every date and year after it, plans included.
    """
    today = _day(sample.as_of)
    if today is None or _writes(sample):
        return
    given = sample.asked()
    for where, text in sample.said("assistant"):
        bare = prose(text) if "20" in text else ""
        for start, end in _late(bare, today):
            claims = _HAPPENED.search(bare[max(0, start - 40) : start].rstrip("* "))
            claims = claims or _HAPPENED_AFTER.search(bare[end : end + 20])
            if bare[start:end] not in given and (limit.threshold == "all" or claims):
                yield Spot(
                    f"speaks of {bare[start:end]}, after {sample.as_of}", where, (start, end)
                )
                break


def _late(text: str, today: date) -> Iterator[tuple[int, int]]:
    """Where days and years stand that have not come yet."""
    full = list(days(text)) if text else []
    yield from (span for day, span in full if day > today)
    for match in _YEAR.finditer(text):
        within = any(start <= match.start() < end for _, (start, end) in full)
        if not within and int(match[0]) > today.year:
            yield match.span()


_STILL = re.compile(
    r"还可以|还能|仍可|仍然可以|仍能|来得及|尚可|可以在|请在|请于|须在|截止日期(?:是|为)|有效期(?:至|到)|之前(?:均可|都可以)"
    r"|\b(?:can still|you have until|still be|is still|are still|please .{0,40}\bby|valid until|"
    r"still time|"
    r"deadline is|is due|expires on|will expire|runs until|open until|until)\b",
    re.IGNORECASE,
)
_SETS_DAY = re.compile(r"今天|今日|现在是|\btoday\b|\bit(?:'s| is) now\b|as of", re.IGNORECASE)


@rule("past_deadline")
def past_deadline(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No answer holds out a day before `as_of` as one that is still to come."""
    today = _day(sample.as_of)
    asked = sample.asked()
    if today is None or _writes(sample) or _SETS_DAY.search(asked) and any(days(asked)):
        return
    for where, text in sample.said("assistant"):
        if not re.search("20[0-9][0-9]", text):
            continue
        for match in _SENTENCE.finditer(prose(text)):
            past = [span for day, span in days(match[0]) if day < today]
            coming = [day for day, _ in days(match[0]) if day >= today]
            if past and not coming and _STILL.search(match[0]):
                start, end = past[-1]
                yield Spot(
                    f"holds out {match[0][start:end]}, before {sample.as_of}", where, match.span()
                )
                break


_DAY_STATED = re.compile(
    r"(?:今天|今日|现在)(?:是|为|，|,|：|\()?\s*$|\b(?:today|now)(?:,| is|:| \()?(?: in)?\s*$|"
    r"\bit is now\s*$",
    re.IGNORECASE,
)
_YEAR_STATED = re.compile(
    r"(?:今年|本年度?)(?:是|为|即|，|（|\()?\s*(20\d\d)(?!\d)|\b(?:this year|"
    r"the current year)(?:,| is|:| \()\s*(20\d\d)\b"
    r"|\bnow,? in (20\d\d)\b|\bit is now (20\d\d)\b",
    re.IGNORECASE,
)


@rule("wrong_today")
def wrong_today(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """An answer that says which day or year it is says what the request says, or `as_of`."""
    asked = sample.asked()
    today = next(_stated(asked), None) if "20" in asked else None
    today = today or _day(sample.as_of)
    if today is None or _writes(sample):
        return
    for where, text in sample.said("assistant"):
        if "20" not in text:
            continue
        bare = prose(text).replace("*", " ")
        if any(day != today for day in _stated(bare)):
            yield Spot(f"states another day than {today}", where)
            continue
        for match in _YEAR_STATED.finditer(bare):
            if int(next(filter(None, match.groups()))) != today.year:
                yield Spot(f"{match[0]!r}, and it is {today.year}", where, match.span())
                break


def _stated(text: str) -> Iterator[date]:
    for day, (start, _) in days(text):
        if _DAY_STATED.search(text[max(0, start - 16) : start]):
            yield day


_WEEKDAYS = {name: at for at, name in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS_EN = str.split("monday tuesday wednesday thursday friday saturday sunday")
_WEEKDAY_AFTER = re.compile(
    r"^\s*(?:是|为|，|,|、|（|\(|is an?|was an?|falls on an?|fell on an?)?\s*(?:(?:星期|周|"
    r"礼拜)([一二三四五六日天])"
    r"|(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b)",
    re.IGNORECASE,
)
_WEEKDAY_BEFORE = re.compile(
    r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday),?\s+(?:the )?$", re.IGNORECASE
)


@rule("weekday")
def weekday(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A weekday beside a full date is that day's."""
    for where, text in sample.said("assistant"):
        bare = prose(text).replace("*", " ") if "20" in text else ""
        for day, (start, end) in days(bare):
            after = _WEEKDAY_AFTER.search(bare[end : end + 24])
            before = _WEEKDAY_BEFORE.search(bare[max(0, start - 16) : start])
            name = before[1] if before else (after[1] or after[2]) if after else ""
            if name and _weekday(name) != day.weekday():
                yield Spot(f"{day} is no {name}", where, (start, end))
                break


def _weekday(name: str) -> int:
    return _WEEKDAYS[name] if name in _WEEKDAYS else _WEEKDAYS_EN.index(name.casefold())
