"""Conditions that a person sets, and which of them a rewording has lost.

A condition is a clause with a word that binds: "without", "at most", 不要, 之前. It is lost when a
rewording has little of what only this clause spoke of, and no condition in words of its own that
might stand for it. That errs on the side of letting pass.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

_MOSTLY = 0.4
"""Less of what a condition speaks of makes it lost."""
_CLAUSE = re.compile(r"[^。！？；，、,;!?\n:：]+?(?=$|[。！？；，、,;!?\n:：]|\.(?:\s|$))")
_WORD = re.compile(r"[a-z][a-z']+")
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_STEM = 5
"""Letters by which words are told from one another: "recursion" and "recursive" are one."""


@dataclass(frozen=True, slots=True)
class _Words:
    ahead: re.Pattern[str]
    """What binds and stands before what it binds."""
    behind: re.Pattern[str]
    """What stands behind it."""
    hollow: frozenset[str]
    """Words that are in any sentence."""


@cache
def _listed() -> _Words:
    text = (resources.files(__package__) / "conditions.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return _Words(
        _pattern(data["ahead"]), _pattern(data["behind"]), frozenset(data["hollow"].split())
    )


def _pattern(words: dict[str, list[str]]) -> re.Pattern[str]:
    return re.compile("|".join([*words["zh"], rf"\b(?:{'|'.join(words['en'])})\b"]))


def lost_condition(before: Sequence[str], after: Sequence[str]) -> str:
    """The first condition of the texts before that those after lack; "" if none."""
    told, now = _clauses(before), _clauses(after)
    conditions = [clause for clause in told if _binds(clause)]
    gone = [clause for clause in conditions if not _spoken_of(clause, told, now)]
    if not gone:
        return ""
    kept = _all([clause for clause in conditions if clause not in gone])
    new = [clause for clause in now if _binds(clause) and not _content(clause) & kept]
    return gone[0].strip() if len(gone) > len(new) else ""


def _spoken_of(condition: str, told: Sequence[str], now: Sequence[str]) -> bool:
    """Whether texts have most of what no other clause had."""
    own = _content(_bound(condition)) - _all([clause for clause in told if clause is not condition])
    return not own or len(own & _all(now)) >= _MOSTLY * len(own)


def _all(clauses: Sequence[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(_content, clauses))


def _clauses(texts: Sequence[str]) -> list[str]:
    plain = (unicodedata.normalize("NFKC", _CODE.sub(" ", text)).lower() for text in texts)
    return [clause[0] for text in plain for clause in _CLAUSE.finditer(text)]


def _binds(clause: str) -> bool:
    return bool(_listed().ahead.search(clause) or _listed().behind.search(clause))


def _bound(clause: str) -> str:
    """What the condition is on: behind the first word that binds, or before one that follows."""
    first = _listed().ahead.search(clause)
    if first is not None:
        return clause[first.end() :]
    behind = _listed().behind.search(clause)
    return clause[: behind.start()] if behind else clause


def _content(clause: str) -> frozenset[str]:
    """What a clause speaks of: stems of words, and pairs of Chinese characters."""
    bare = _listed().behind.sub(" ", _listed().ahead.sub(" ", clause))
    found = set(_WORD.findall(bare)) - _listed().hollow
    words = {word[:_STEM] for word in found if len(word) > 2}
    for run in _CJK.findall(bare):
        words |= {run[at : at + 2] for at in range(len(run) - 1)} or {run}
    return frozenset(words)
