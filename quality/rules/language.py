"""Rules on the language of answers: by script first, by its small words where script cannot tell.

Whether a request asked for another language is for `promises.py` to say; where it did, no rule
here holds the sample's own language against the answer.
"""

import re
from collections.abc import Iterator

from .rule import Limit, Sample, Spot, rule
from .text import WORD, prose, weight
from .words import words

_FOREIGN = re.compile(
    "[\u3041-\u30ff\u31f0-\u31ff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff\u0590-\u05ff\u0e00-\u0e7f"
    "\u0900-\u097f\u0370-\u03ff]"
)
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_ENOUGH = 8
_IN_NOTATION = re.compile(r"[^\s/]*/[^\s]*|\S*\d\S*")
"""Pieces of a notation, such as one of chess; nor is a path or a version in any language."""


def about_languages(text: str) -> bool:
    """Whether a text speaks of languages, as a request for a translation does."""
    lower = text.casefold()
    return any(word in lower for word in words("languages"))


@rule("language", threshold=0.3)
def language(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Answers are in the sample's language. Threshold: the least share of its script.

    Han characters and words of other scripts count; code, addresses and formulas do not.
    """
    if sample.language not in ("zh", "en") or about_languages(sample.asked()):
        return
    for where, text in sample.said("assistant"):
        detail = _script(text, sample.language, limit.number)
        if detail:
            yield Spot(detail, where)


def _script(text: str, language: str, least: float) -> str:
    if text.lstrip()[:1] in ("{", "["):
        return ""
    han, latin = weight(text)
    bare = prose(text)
    if not han and "/" in bare:
        latin = len(WORD.findall(_IN_NOTATION.sub(" ", bare)))
    foreign = 0 if bare.isascii() else len(_FOREIGN.findall(bare))
    total = han + latin + foreign
    # Kana among Han is Japanese, however many of its characters are Han.
    kana = len(_KANA.findall(bare)) if foreign else 0
    if total >= _ENOUGH and kana > 0.15 * (han + kana) and kana >= 4:
        return f"{kana} of {total} characters and words are kana"
    own = han if language == "zh" else latin
    # A Chinese sentence has about 1.6 characters to a word.
    weighed = han / 1.6 + latin + foreign / (1.6 if kana else 4)
    mine = own / 1.6 if language == "zh" else own
    if total < _ENOUGH or mine >= least * weighed:
        return ""
    return f"{mine / weighed:.0%} of the text is in the script of {language}"


_OTHERS = {
    "French": frozenset(
        str.split("le la les des est une dans pour que qui avec vous nous sur pas au")
    ),
    "German": frozenset(
        str.split("der die das und ist nicht ein eine mit für auf sie wir den dem zu")
    ),
    "Spanish": frozenset(str.split("el la los las que es una por con para del se como su más en")),
    "Italian": frozenset(
        str.split("il lo gli che è una per con non del della sono si come di nel")
    ),
    "Portuguese": frozenset(str.split("o os as que é uma para com não do da em por se mais ao")),
}
_ENGLISH = frozenset(
    str.split("the of and to a in is you that it for on with as are be this or your if")
)


@rule("latin_language", threshold=0.18, languages=("en",))
def latin_language(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Answers of an English sample are not in another language of the same script.

    Threshold: the least share of that language's small words, with fewer English ones.
    """
    if sample.language != "en" or about_languages(sample.asked()):
        return
    for where, text in sample.said("assistant"):
        if len(text) < sum(map(text.count, (" the ", " of ", " and ", " to "))) * 80:
            continue
        found = [word.casefold() for word in WORD.findall(prose(text))]
        if len(found) < 12:
            continue
        english = sum(word in _ENGLISH for word in found) / len(found)
        for name, small in _OTHERS.items() if english < 0.08 else ():
            share = sum(word in small for word in found) / len(found)
            if share >= limit.number:
                yield Spot(
                    f"it reads like {name}: {share:.0%} of the words are its small words", where
                )
                break


@rule("detected_language", threshold=0.8, on=False, cost="dear")
def detected_language(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Answers are in the sample's language, as `lingua` detects it; passes where it is missing.

    Threshold: the least confidence with which another language is held against an answer.
    """
    if not sample.language or about_languages(sample.asked()):
        return
    try:
        from .lingua_detector import best_guess
    except ImportError:
        return
    for where, text in sample.said("assistant"):
        bare = prose(text)
        if len(bare.split()) < 5:
            continue
        code, confidence = best_guess(bare)
        if code != sample.language and confidence >= limit.number:
            yield Spot(f"lingua takes it for {code} ({confidence:.0%})", where)
