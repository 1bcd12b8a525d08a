"""The offline model as an annotator: chooses by the words that a text and an option share.

Options with words of their own in the text come first; where no option has any it mostly says that
none fits, and now and then it takes the second best, so that annotators differ. Knows the lines of
a menu, nothing of taxonomies.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .dice import Dice
from .read import Sheet

Reply = dict[str, Any]

_MENUS = ("menu", "菜单")
_OPTION = re.compile(r"^(?:选项|Option) (\d+)(?:：|: ?)(.*(?:\n[ 　]+.*)*)", re.MULTILINE)
_MOST = re.compile(r"^(?:可选：最多|Choose: at most) (\d+)", re.MULTILINE)
_LATIN = re.compile(r"[a-z][a-z0-9+#.]*", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]+")
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_COMMON = re.compile(
    r"(the|and|for|with|that|this|from|what|which|when|how|can|you|your|are|not|but|its|has|have|"
    r"was|does|into|than|then|they|them|there|their|will|would|should|could|about|one|any|all|out|"
    r"属于|一个|什么|怎么|如何|可以|这个|那个|不是|没有|以及|或者|包括|其中|我们|你们|他们)\Z"
)
_STEM = 5
"""Letters by which two forms of one word are taken for the same."""

_SLIP = 0.07
"""How often the second best is taken for the best."""
_SLIGHT = 1.0
"""A lower score is a word or two that other options have as well."""
_LOST = 0.75
"""How often an annotator that sees so little in common says that nothing fits."""
_OVERLOOKED = 0.15
"""How often a value that holds is overlooked."""
_RIVAL = 0.6
"""A second option is named as well if it has so much of the best one's score."""
_WORDS = {
    True: ("和菜单比对，共有的词最多的是选项 {number}。", "和菜单比对，没有哪一项和它有共同的词。"),
    False: (
        "Compared with the menu: option {number} shares most words with it.",
        "Compared with the menu: no option shares a word with it.",
    ),
}


@dataclass(frozen=True, slots=True)
class _Option:
    number: int
    terms: frozenset[str]
    score: float = 0.0


def annotation(sheet: Sheet, seed: object) -> Reply | None:
    """An `Annotation`; None if the prompt shows no menu."""
    menu = next((sheet.sections[label] for label in _MENUS if label in sheet.sections), "")
    found = [(int(m[1]), m[2]) for m in _OPTION.finditer(menu)]
    if not found:
        return None
    most = _MOST.search(menu)
    options = [_Option(number, _terms(told)) for number, told in found]
    text, dice = sheet.candidate.text, Dice("annotation", seed, sheet.candidate.text, menu)
    ranked = _ranked(options, _terms(text))
    chosen = _places(ranked, dice, int(most[1])) if most else _values(ranked, dice)
    told, untold = _WORDS[sheet.language == "zh"]
    return {
        "working": told.format(number=chosen[0].number) if chosen else untold,
        "choices": [
            {
                "option": one.number,
                "confidence": _confidence(one, ranked),
                "evidence": _evidence(text, one.terms),
            }
            for one in chosen
        ],
        "none": not chosen,
    }


def _places(ranked: Sequence[_Option], dice: Dice, most: int) -> list[_Option]:
    """One place, or a second one that comes near; none where nothing is shared, mostly."""
    best, *others = ranked
    if best.score < _SLIGHT and dice.share("lost") < _LOST:
        return []
    if others and others[0].score and dice.share("slip") < _SLIP:
        best, others = others[0], [best, *others[1:]]
    near = [one for one in others if one.score >= _RIVAL * best.score and one.score]
    return [best, *near][:most]


def _values(ranked: Sequence[_Option], dice: Dice) -> list[_Option]:
    """Every value that clearly shares something, but for those that are overlooked."""
    clear = [one for one in ranked if one.score >= _SLIGHT]
    return [one for one in clear if dice.share(f"value/{one.number}") >= _OVERLOOKED]


def _ranked(options: Sequence[_Option], said: frozenset[str]) -> list[_Option]:
    """Options by what they share with a text; a word that many options have says little."""
    common = Counter(term for option in options for term in option.terms)
    scored = [
        _Option(
            option.number,
            option.terms & said,
            sum(1 / common[term] for term in sorted(option.terms & said)),
        )
        for option in options
    ]
    return sorted(scored, key=lambda option: (-option.score, option.number))


def _confidence(option: _Option, ranked: Sequence[_Option]) -> str:
    if option.score < _SLIGHT:
        return "low"
    rivals = [one.score for one in ranked if one.number != option.number]
    return "high" if option.score >= 2 * max(rivals, default=0.0) else "medium"


def _evidence(text: str, terms: frozenset[str]) -> str:
    """The first sentence that has a word in common, or the first one; verbatim, not too long."""
    sentences = [m[0].strip() for m in _SENTENCE.finditer(text) if m[0].strip()]
    found = next((one for one in sentences if _terms(one) & terms), next(iter(sentences), ""))
    return found[:80].strip()


def _terms(text: str) -> frozenset[str]:
    """Stems of Latin words and pairs of Han characters."""
    words = {word.lower()[:_STEM] for word in _LATIN.findall(text) if len(word) > 2}
    pairs = {run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)}
    return frozenset(term for term in words | pairs if not _COMMON.match(term))
