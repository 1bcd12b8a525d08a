"""What the text of one Markdown line says: a name, a definition, values, a layer title.

Knows single texts only; which line stands under which is not seen from here.
"""

import re
from typing import NamedTuple

_TAG = re.compile(
    r"</?(?:details|summary|b|i|em|strong|u|s|br|hr|code|kbd|span|sub|sup|font|center|div|p|a|mark)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SPAN = re.compile(r"`[^`]*`")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_DIVIDER = re.compile(
    r"`[^`]*`|(?P<colon>[：]|(?<!:):(?!:)(?=\s|$|`|[^\x00-\x7f]))"
    r"|(?P<dash>\s*——\s*|\s+(?:—|–|--?)\s+)"
)
_TICKED = re.compile(r"`([^`]+)`")
_END = re.compile(r"[\s,，、;；]*+(?P<more>\.{3,}|…+|等|etc\.?)?[\s,，.。;；]*")
_SEPARATORS = " \t\u3000,，、;；"
_BETWEEN = re.compile(r"[,，、;；]")

_NUMERALS = {
    word: number
    for words in (
        "一 二 三 四 五 六 七 八 九 十",
        "one two three four five six seven eight nine ten",
        "first second third fourth fifth sixth seventh eighth ninth tenth",
    )
    for number, word in enumerate(words.split(), 1)
}
_LAYER = re.compile(
    r"(?:第\s*(?P<zh>[一二三四五六七八九十]|\d{1,2})\s*[层層级級]"
    r"|(?:level|layer|tier)\s+(?P<en>\d{1,2}|[a-z]+)"
    r"|(?:the\s+)?(?P<nth>[a-z]+)\s+(?:level|layer|tier))"
    r"\s*(?:[:：（(—–-]\s*(?P<caption>.*))?",
    re.IGNORECASE,
)
_ATTRIBUTE_WORD = re.compile(r"属性|标签|標籤|屬性|\b(?:attribute|label|tag)s?\b", re.IGNORECASE)
_ATTRIBUTE_TITLE = re.compile(
    r"(?:属性|标签|attributes?|labels?|tags?)(?:\s*(?:/|和|与|、|and|&)\s*(?:属性|标签|labels?|tags?))?",
    re.IGNORECASE,
)


class Layer(NamedTuple):
    """The title of a layer: how deep it is, and whether it lists attributes."""

    number: int
    attributes: bool


def plain(text: str) -> str:
    """The text without emphasis, links, images, HTML tags and escapes; backticks stay."""
    if "`" not in text:
        return _without_markup(text).strip()
    parts, at = [], 0
    for span in _SPAN.finditer(text):
        parts += [_without_markup(text[at : span.start()]), span[0]]
        at = span.end()
    return "".join([*parts, _without_markup(text[at:])]).strip()


def is_markup(text: str) -> bool:
    """Whether a line shows an image or holds HTML tags, and says nothing."""
    return text[:1] in {"<", "!", "["} and not plain(text)


def bare(text: str) -> str:
    """The text as a name: without backticks and the punctuation that ends a list item."""
    return text.replace("`", "").strip().rstrip(";；,，、。").strip()


def divide(text: str) -> tuple[str, str, str]:
    """Name, divider ("colon", "dash" or "") and what follows it, of a text without markup."""
    for match in _DIVIDER.finditer(text):
        if match.lastgroup and match.start() > 0:
            return text[: match.start()], match.lastgroup, text[match.end() :].strip()
    return text, "", ""


def strip_tail(text: str) -> tuple[str, bool]:
    """The text without the ellipsis at its end, and whether it had one."""
    end = text.rstrip(" \t。;；")
    kept = end.rstrip(".") if end.endswith("...") else end.rstrip("…")
    return (text, False) if kept == end else (kept.rstrip(), True)


def ticked_values(text: str) -> tuple[list[str], bool] | None:
    """Values in backticks and whether the list is open; None if anything else stands there."""
    *between, tail = _TICKED.split(text)[::2]
    end = _END.fullmatch(tail)
    if not between or end is None or any(part.strip(_SEPARATORS) for part in between):
        return None
    return [value.strip() for value in _TICKED.findall(text)], end["more"] is not None


def listed_values(text: str) -> tuple[list[str], bool]:
    """Values between commas and whether the list is open."""
    rest, is_open = strip_tail(text)
    values = (bare(part) for part in _BETWEEN.split(rest))
    return [value for value in values if value], is_open


def layer_title(text: str) -> Layer | None:
    """The layer that a text announces, if it announces one."""
    match = _LAYER.fullmatch(bare(text).rstrip(":： "))
    if match is None:
        return None
    numeral = (match["zh"] or match["en"] or match["nth"]).lower()
    number = int(numeral) if numeral.isdigit() else _NUMERALS.get(numeral)
    if number is None:
        return None
    return Layer(number, bool(_ATTRIBUTE_WORD.search(match["caption"] or "")))


def is_attribute_title(text: str) -> bool:
    """Whether a text says only that attributes follow."""
    return bool(_ATTRIBUTE_TITLE.fullmatch(bare(text).rstrip(":： ")))


def _without_markup(text: str) -> str:
    if "<" in text:
        text = _TAG.sub("", text)
    if "](" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    if "*" in text:
        text = _EMPHASIS.sub(r"\1", text.replace("**", ""))
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text
