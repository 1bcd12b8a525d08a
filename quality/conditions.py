"""Conditions that a person sets, and which of them a rewording has lost.

A condition is a clause with a word that binds: "without", "at most", 不要, 之前. It is lost when a
rewording has little of what it spoke of, or speaks of it without a limit, and sets no limit in
words of its own that might stand for it. That errs on the side of letting pass.
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
_FIGURE = re.compile(r"\d+")
_STEM = 5
"""Letters by which words are told from one another: "recursion" and "recursive" are one."""


@dataclass(frozen=True, slots=True)
class _Words:
    limits_ahead: re.Pattern[str]
    """What sets a limit and stands before what it is on."""
    limits_behind: re.Pattern[str]
    """What stands behind it."""
    duties: re.Pattern[str]
    negative: re.Pattern[str]
    """Further words by which a rewording may put a limit."""
    hollow: frozenset[str]
    """Words that are in any sentence."""


@cache
def _listed() -> _Words:
    text = (resources.files(__package__) / "conditions.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    limits = data["limits"]
    return _Words(
        limits_ahead=_pattern(limits["ahead"]),
        limits_behind=_pattern(limits["behind"]),
        duties=_pattern(data["duties"]["ahead"]),
        negative=_pattern(data["negative"]),
        hollow=frozenset(data["hollow"].split()),
    )


def _pattern(words: dict[str, list[str]]) -> re.Pattern[str]:
    return re.compile("|".join([*words["zh"], rf"\b(?:{'|'.join(words['en'])})\b"]))


def lost_condition(before: Sequence[str], after: Sequence[str]) -> str:
    """The first condition of the texts before that those after lack; "" if none."""
    told, now = _clauses(before), _clauses(after)
    conditions = [clause for clause in told if _limits(clause) or _obliges(clause)]
    gone = [clause for clause in conditions if not _kept(clause, told, now)]
    if not gone:
        return ""
    others = [clause for clause in told if clause not in gone]
    new = [clause for clause in now if _may_limit(clause) and not _was_there(clause, others)]
    return gone[0].strip() if len(gone) > len(new) else ""


def _was_there(clause: str, others: Sequence[str]) -> bool:
    """Whether a clause is one of those that are not missed, put as it was or otherwise."""
    own, figures = _content(clause), set(_FIGURE.findall(clause))
    return any(
        figures & set(_FIGURE.findall(other))
        or len(own & _content(other)) >= _MOSTLY * len(own)
        or (_limits(other) and own & _content(_bound(other)))
        for other in others
    )


def _kept(condition: str, told: Sequence[str], now: Sequence[str]) -> bool:
    """Whether texts speak of what no other clause did, and set a limit to it if it had one."""
    own = _content(_bound(condition))
    if _limits(condition):
        bound = [clause for clause in now if _may_limit(clause)]
        return not own or len(own & _all(bound)) >= _MOSTLY * len(own)
    own -= _all([clause for clause in told if clause is not condition])
    return not own or len(own & _all(now)) >= _MOSTLY * len(own)


def _all(clauses: Sequence[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(_content, clauses))


def _clauses(texts: Sequence[str]) -> list[str]:
    plain = (unicodedata.normalize("NFKC", _CODE.sub(" ", text)).lower() for text in texts)
    return [clause[0] for text in plain for clause in _CLAUSE.finditer(text)]


def _limits(clause: str) -> bool:
    words = _listed()
    return bool(words.limits_ahead.search(clause) or words.limits_behind.search(clause))


def _obliges(clause: str) -> bool:
    return _listed().duties.search(clause) is not None


def _may_limit(clause: str) -> bool:
    return _limits(clause) or _listed().negative.search(clause) is not None


def _bound(clause: str) -> str:
    """What the condition is on: behind the first word that binds, or before one that follows."""
    words = _listed()
    for pattern in (words.limits_ahead, words.duties):
        if first := pattern.search(clause):
            return clause[first.end() :]
    behind = words.limits_behind.search(clause)
    return clause[: behind.start()] if behind else clause


def _content(clause: str) -> frozenset[str]:
    """What a clause speaks of: stems of words, and pairs of Chinese characters."""
    known = _listed()
    bare = clause
    for pattern in (known.limits_ahead, known.limits_behind, known.duties):
        bare = pattern.sub(" ", bare)
    found = set(_WORD.findall(bare)) - known.hollow
    words = {word[:_STEM] for word in found if len(word) > 2}
    for run in _CJK.findall(bare):
        words |= {run[at : at + 2] for at in range(len(run) - 1)} or {run}
    return frozenset(words)
