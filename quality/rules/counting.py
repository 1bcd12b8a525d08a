"""What can be counted in an answer: list items, words, sentences. Knows no request."""

import re

from .text import HAN, without_code

_MARKED = re.compile(
    r"^(?P<indent>[ \t>]*)(?:\*\*|#{1,6}[ \t]+)?(?:(?P<dot>[-*+•·●▪–])[ \t]+|"
    r"(?P<number>\(?\d{1,3}[.)、）．:：](?!\d)"
    r"|[①-⑳]|（\d{1,2}）|[（(]?[一二三四五六七八九十]{1,3}[、）).．]"
    r"|第[一二三四五六七八九十]{1,2}[，,：:、]))\s*(?=\S)",
    re.MULTILINE,
)
_IN_LINE = re.compile(
    r"第[一二三四五六七八九十][，,、：:]|[①-⑳]|（\d{1,2}）|(?<![\d.])\d{1,2}[.、)](?=\s*[^\d\s])|其[一二三四五六七八九十][，,、]"
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.,][^\W_]+)*")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|a\.m|p\.m|No|approx)\.", re.IGNORECASE
)


def items(text: str) -> set[int]:
    """How many items the answer may be said to have; empty where it has no list."""
    bare = without_code(text)
    marked = list(_MARKED.finditer(bare))
    if not marked:
        within = len(_IN_LINE.findall(bare))
        return {within} if within >= 2 else set()
    indents = [len(match["indent"].expandtabs(4)) for match in marked]
    top = [m for m, indent in zip(marked, indents, strict=True) if indent <= min(indents) + 1]
    numbered = sum(bool(match["number"]) for match in top)
    found = {len(top), numbered, len(top) - numbered, len(marked)}
    within = len(_IN_LINE.findall(bare))
    return (found | {within if within > len(marked) else 0}) - {0}


def words(text: str) -> int:
    """Words of an English answer."""
    return len(_WORD.findall(text))


def characters(text: str) -> tuple[int, int]:
    """Least and most 字 of a Chinese answer; there is more than one way to count."""
    others = len(re.findall(r"[A-Za-z0-9]+", text))
    least = len(HAN.findall(text)) + others
    return least, len(re.sub(r"\s", "", text))


def sentences(text: str) -> int:
    """Sentences of a running text."""
    bare = _ABBREVIATION.sub("X", text)
    bare = re.sub(r"(?<=\d)\.(?=\d)", "", bare)
    return len(
        re.findall(
            r"[^.!?。！？…\n]*[^\W_][^.!?。！？…\n]*(?:[.!?。！？…]+[\"”’」)）]*|\n|$)", bare
        )
    )
