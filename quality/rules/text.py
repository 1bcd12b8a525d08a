"""Texts as the rules look at them: without code, as fences, as words. Knows no rule.

What is taken out of a text leaves something of its own length, so that places stay what they are.
Everything is remembered for a few texts, since many rules look at the same one.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..phrases import comparable
from .bare_code import without_bare_code

_FENCE = re.compile(
    r"^(?P<lead>[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*)(?P<mark>`{3,}(?=[^`\n]*$)|"
    r"~{3,})(?P<info>[^\n]*)$",
    re.MULTILINE,
)
_INLINE = re.compile(r"(?<!`)(`{1,9})(?!`)(?:[^\n]|\n(?!\s*\n)){1,400}?(?<!`)\1(?!`)")
_FORMULA = re.compile(
    r"\$\$.{1,600}?\$\$|\\\(.{1,600}?\\\)|\\\[.{1,600}?\\\]|\$(?=[^$\n]{0,300}[\\^_{])[^$\n]{1,300}\$",
    re.DOTALL,
)
_ADDRESS = re.compile(
    r"(?:(?:https?|ftp)://|www\.)(?:\([^\s()]{0,80}\)|[^\s<>\"'()\[\]，。；、）】》])+"
)
_VISIBLE = re.compile(r"[^\n]")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
STAND_IN = "\ufffc"
"""Stands where code, an address or a formula stood within a line."""
WORD = re.compile("[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z\u00c0-\u024f]+)*")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block."""

    info: str
    """The language that stands beside the opening mark, in lower case."""
    body: str
    start: int
    end: int
    closed: bool


@lru_cache(maxsize=256)
def blocks(text: str) -> tuple[Block, ...]:
    """The fenced blocks; one that is not closed reaches to the end."""
    if "```" not in text and "~~~" not in text:
        return ()
    found, opened = [], None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif fence["mark"].startswith(opened["mark"]) and not fence["info"].strip():
            found.append(_block(text, opened, (fence.start(), fence.end()), closed=True))
            opened = None
    if opened is not None:
        found.append(_block(text, opened, (len(text), len(text)), closed=False))
    return tuple(found)


def _block(text: str, opened: re.Match[str], close: tuple[int, int], *, closed: bool) -> Block:
    words = opened["info"].strip().split()
    info = words[0].strip("{}.").lower() if words else ""
    body = text[opened.end() + 1 : max(close[0] - 1, opened.end() + 1)]
    quoted = opened["lead"].count(">")
    if quoted:
        body = re.sub(rf"^(?:[ \t]*>){{1,{quoted}}} ?", "", body, flags=re.MULTILINE)
    return Block(info, body, opened.start(), close[1], closed)


def _blank(match: re.Match[str]) -> str:
    # No blank: «(`x` is a list)» has something behind its bracket.
    return _VISIBLE.sub(STAND_IN, match[0])


@lru_cache(maxsize=256)
def _unfenced(text: str) -> str:
    for block in blocks(text):
        hidden = _VISIBLE.sub(" ", text[block.start : block.end])
        text = text[: block.start] + hidden + text[block.end :]
    if "`" in text:
        text = _INLINE.sub(_blank, text)
    return _ADDRESS.sub(_blank, text) if "://" in text or "www." in text else text


@lru_cache(maxsize=256)
def without_code(text: str) -> str:
    """The text with code, fenced or not, and addresses blanked."""
    return _unfenced(without_bare_code(text))


@lru_cache(maxsize=256)
def prose(text: str) -> str:
    """The text with code, fenced or not, addresses and formulas blanked."""
    return _without_formulas(without_code(text))


@lru_cache(maxsize=256)
def speech(text: str) -> str:
    """The text with code that is marked as such, addresses and formulas blanked."""
    return _without_formulas(_unfenced(text))


def _without_formulas(text: str) -> str:
    return _FORMULA.sub(_blank, text) if "$" in text or "\\" in text else text


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """The speech in the form in which phrases are compared."""
    return comparable(speech(text))


@lru_cache(maxsize=256)
def weight(text: str) -> tuple[int, int]:
    """How many Han characters and how many Latin words the prose has."""
    bare = prose(text)
    return (0 if bare.isascii() else len(HAN.findall(bare))), len(WORD.findall(bare))


_QUOTES = (("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"), ("《", "》"), ('"', '"'), ("'", "'"))


def is_mention(text: str, start: int, end: int) -> bool:
    """Whether what stands there is spoken about: it stands, alone or nearly so, in quotes."""
    line = text.rfind("\n", 0, start) + 1
    before = text[max(line, start - 60) : start]
    stop = text.find("\n", end)
    after = text[end : min(end + 60, len(text) if stop < 0 else stop)]
    for opening, closing in _QUOTES:
        if opening == closing:
            if opening == "'":
                if before.endswith("'") and after.startswith("'"):
                    return True
            elif before.count(opening) % 2 == 1 and closing in after:
                return True
        elif before.rfind(opening) > before.rfind(closing) and closing in after:
            return True
    return False
