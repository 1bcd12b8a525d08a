"""Rules on copies within one sample. Near-duplicates among samples are another matter."""

import re
from collections.abc import Iterator

from .rule import Limit, Sample, Spot, rule
from .text import plain

_NOT_WORD = re.compile(r"\W+")
_GRAM = 12


def _squeezed(text: str) -> str:
    return _NOT_WORD.sub("", plain(text))


@rule("echo", threshold=0.8)
def echo(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """An answer is no copy of its request. Threshold: share of the longer that is in common.

    Code does not count; a text that is given back corrected is shorter than the whole request.
    """
    for where, text, asked in sample.answers():
        alike = limit.number * 0.5 < len(text) / (len(asked) or 1) < 2 / limit.number
        if not alike and not plain(text).startswith(plain(asked)[:8]):
            continue
        answer, request = _squeezed(text), _squeezed(asked)
        if len(answer) < _GRAM * 2 or len(request) < _GRAM * 2:
            if answer and answer == request and len(answer) >= 6:
                yield Spot("the answer is the request once more", where)
            continue
        wanted = limit.number * max(len(answer), len(request))
        if min(len(answer), len(request)) >= wanted:
            common = _common(request, answer)
            if common >= wanted:
                yield Spot(f"{common} characters in a row are those of the request", where)
        elif len(request) >= 40 and answer.startswith(request):
            yield Spot("the answer begins with the whole request", where)


def _common(first: str, second: str) -> int:
    """About how many characters in a row both have; never fewer than they really have."""
    grams = {first[at : at + _GRAM] for at in range(len(first) - _GRAM + 1)}
    best = run = 0
    for at in range(len(second) - _GRAM + 1):
        run = run + 1 if second[at : at + _GRAM] in grams else 0
        best = max(best, run)
    return best + _GRAM - 1 if best else 0


@rule("repeated_turns", threshold=10)
def repeated_turns(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Nobody says the same twice. Threshold: characters below which one may, such as «Go on»."""
    for role in ("user", "assistant"):
        turns = list(sample.said(role))
        seen: dict[str, str] = {}
        for where, text in turns if len(turns) > 1 else []:
            key = _NOT_WORD.sub("", text.casefold())
            if len(key) >= limit.number and key in seen:
                yield Spot(f"the same as {seen[key]}", where)
            seen.setdefault(key, where)
