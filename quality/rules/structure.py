"""Rules of form: turns, blank messages, endings, fences and brackets. Know nothing of content."""

import re
import unicodedata
from collections.abc import Iterator

from .bare_code import is_bare_code, is_cut
from .rule import Limit, Sample, Seen, Spot, rule
from .text import blocks, prose
from .words import words

_INVISIBLE = frozenset({"Cc", "Cf"})


@rule("roles")
def roles(sample: Sample, limit: Limit) -> Seen:
    """An optional system message, then user and assistant in turn, the assistant last.

    A tool's answers, and the turns that an assistant takes around them, count as one turn.
    """
    names = [message["role"] for message in sample.messages]
    dialogue = names[1:] if names[:1] == ["system"] else names
    turns: list[str] = []
    after_tool = False
    for name in dialogue:
        if name in ("tool", "function") and turns[-1:] == ["assistant"]:
            after_tool = True
            continue
        if not (after_tool and name == "assistant"):
            turns.append(name)
        after_tool = False
    legal = ["user", "assistant"] * (len(turns) // 2)
    good = turns and turns == legal and not after_tool
    return "" if good else f"the order is {', '.join(names) or 'empty'}"


@rule("empty")
def empty(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No message is blank; what shows nothing, such as a zero-width space, is blank."""
    for where, text in sample.said("system", "user", "assistant"):
        if not text.strip() or (len(text) < 40 and _shows_nothing(text)):
            yield Spot("the message is blank", where)


def _shows_nothing(text: str) -> bool:
    return all(char.isspace() or unicodedata.category(char) in _INVISIBLE for char in text)


@rule("fences")
def fences(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Every code fence that is opened is closed."""
    for where, text in sample.said("assistant"):
        for block in blocks(text):
            if not block.closed:
                yield Spot("a code fence is not closed", where, (block.start, block.end))


_PAIRS = {"(": ")", "[": "]", "{": "}", "【": "】", "《": "》", "「": "」", "『": "』", "“": "”"}
_CLOSERS = {closing: opening for opening, closing in _PAIRS.items()}
_WIDTH = tuple(zip("（）［］｛｝", "()[]{}", strict=True))
_BRACKET = re.compile(r"[()\[\]{}【】《》「」『』“”]|\n[ \t]*\n")
_NO_BRACKETS = re.compile(
    r"""[\[(]\s*[-+−]?[\w.∞π/]+\s*[,，]\s*[-+−]?[\w.∞π/]+\s*[\])]                 # intervals
    | \\[()\[\]{}] | \[[ xX]\]
    | ["'“‘「][()\[\]{}【】《》「」『』]{1,2}["'”’」]       # spoken about""",
    re.VERBOSE | re.MULTILINE,
)
_ALONE = re.compile(r"\s|[,.，。](?:\s|$)")
"""What follows a sign that is spoken about, with a space before it."""
_INDENTED = re.compile(r"(?:\A|(?<=\n\n))(?:(?: {4}|\t)[^\n]*(?:\n|\Z))+")
_EXCUSED = re.compile(
    r"""(?:^|[\s,，;；、。：:])[0-9a-zA-Z一二三四五六七八九十]{1,4}\.?\)$   # 1) a) iv)
    | [:;=8xX>]['’]?-?[()\[\]{}]{1,3}$ | \){3,}$                        # faces
    | [\^_TˇoO-]+[()]$ | \($(?=[:;=^])""",
    re.VERBOSE | re.MULTILINE,
)


@rule("brackets", threshold=0)
def brackets(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Brackets and quotation marks of the prose are closed, and closed in their order.

    A bracket of either width closes one of the other. Threshold: how many may be astray.
    """
    for where, text in sample.said("assistant"):
        astray = _astray(prose(text))
        if len(astray) > limit.number:
            at = astray[0]
            mark = text[at]
            yield Spot(f"{mark!r} has no partner", where, (at, at + 1))


def _astray(text: str) -> list[int]:
    bare = text
    for wide, slim in _WIDTH:
        bare = bare.replace(wide, slim)
    if not _BRACKET.search(bare):
        return []
    if "\n    " in bare or "\n\t" in bare:
        bare = _INDENTED.sub(lambda line: " " * len(line[0]), bare)
    bare = _NO_BRACKETS.sub(lambda face: " " * len(face[0]), bare)
    opened: list[int] = []
    astray: list[int] = []
    for match in _BRACKET.finditer(bare):
        mark, at = match[0], match.start()
        if mark[0] == "\n":
            # Speech that goes on in a new paragraph is opened anew without having been closed.
            follows = bare[match.end() :].lstrip()[:1]
            opened = [i for i in opened if not (bare[i] == "“" and follows == "“")]
        elif mark in _PAIRS:
            opened.append(at)
        else:
            _close(bare, at, opened, astray)
    found = sorted(astray + opened)
    return [
        at
        for at in found
        if not _EXCUSED.search(bare[max(0, at - 6) : at + 1])
        and not (bare[at - 1 : at].isspace() and _ALONE.match(bare, at + 1))
    ]


def _close(text: str, at: int, opened: list[int], astray: list[int]) -> None:
    wanted = _CLOSERS[text[at]]
    for back in range(len(opened) - 1, -1, -1):
        if text[opened[back]] == wanted:
            astray += opened[back + 1 :]
            del opened[back:]
            return
    astray.append(at)


_END = re.compile(r"""[.!?。！？…～~♪;；]['"”’」』）)】》\]*_\s]*$""")
_STOP = re.compile(
    r"""(?<=[a-z]{3})[.!?]["”’)*_]*\s+(?=["“(]?[A-Z0-9a-z])|[。！？]["”’」』）*_]*(?=\S)"""
)
_ITEM = re.compile(
    r"^\s*(?:[-*+•·]|\(?\d{1,3}[.)、）]|[（(]?[一二三四五六七八九十]{1,3}[、）)])\s*"
)
_NUMBERED = re.compile(r"^\s*\d{1,3}[.)、]")
_LAID_OUT = re.compile(r"^\s*(?:#|\||>|\$|[-=*_]{3,}\s*$|!\[|\*\*[^*]+\*\*\s*$)")
_EMPTY_ITEM = re.compile(
    r"^\s*(?:[-*+•]|\(?\d{1,3}[.)、）]|[（(]?[一二三四五六七八九十]{1,3}[、）)])\s*$"
)
_VERBAL = re.compile(
    "[是了在把被就都会将从对而但若应所因因此]|可以|需要|如果|，|we |you |is |are |the |to |will "
)
_TAGGED = re.compile(r"(?:^|\s)[#＃]\w+\s*$")
_DATE = re.compile(r"\d{4}\s*年|\d{4}-\d\d?-\d\d?|\d{4}$")


@rule("truncated")
def truncated(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """An answer comes to its end: no comma, no dangling word, no empty item, no half sentence."""
    for where, text in sample.said("assistant"):
        detail = _cut(text) or ("" if _is_casual(sample) else _unended(text, sample.asked()))
        if detail:
            yield Spot(detail, where, (max(len(text.rstrip()) - 20, 0), len(text.rstrip())))


def _cut(text: str) -> str:
    if blocks(text) and text.rstrip().endswith(("```", "~~~")):
        return ""
    if is_bare_code(text):
        return "a bracket of the code is still open" if is_cut(text) else ""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return ""
    last = lines[-1].strip()
    if _EMPTY_ITEM.match(last) and any(_ITEM.match(line) for line in lines[:-1]):
        return f"the last item is empty: {last!r}"
    bare = last.rstrip("*_ ")
    if bare[-1:] in tuple(",，、：:") and not _is_closing(bare):
        return f"it ends with {bare[-1]!r}"
    if _END.search(last) or _LAID_OUT.match(last):
        return ""
    if _dangles(bare):
        return f"it ends in mid-sentence: {last[-20:]!r}"
    return _half_sentence(lines)


_CONNECTIVE = re.compile(
    r"\s*(?:因此|所以|然后|首先|其次|最后|此外|总之|但是|同时|另外|接着|综上|不过|然而|Therefore|However|Thus|Overall"
    r"|In conclusion|In summary|First|Second|Finally|Then|Additionally|Moreover|Furthermore|But)\b"
    r"|\s*(?:因此|所以|然后|首先|其次|最后|此外|总之|但是|同时|另外|接着|综上|不过|然而)"
)
_STOPS = re.compile(r"""[.!?。！？]['"”’」』）)】》*_\s]*$""")
_FINITE = frozenset(
    str.split(
        "is are was were can could has have had will would should may might do does did gives "
        "means makes uses helps contains allows requires provides takes includes creates refers "
        "comes goes becomes went came made gave took began said brought"
    )
)


def _is_casual(sample: Sample) -> bool:
    """Whether somebody in it does not end sentences with a mark; then an answer need not either."""
    texts = [m["content"].strip() for m in sample.messages if m["role"] in ("user", "assistant")]
    heads = [text.split("\n")[0].rstrip() for text in texts[:-1:2]]
    return not all(head.endswith(tuple(".?!。？！：:")) for head in heads) or not all(
        _END.search(text) for text in texts[1:-1:2]
    )


def _unended(text: str, asked: str) -> str:
    """A single sentence, or one that draws a conclusion, without the mark at its end."""
    if is_bare_code(text) or "```" in text or any(w in asked.casefold() for w in words("headings")):
        return ""
    lines = [line for line in text.split("\n") if line.strip()]
    last = lines[-1].strip() if lines else ""
    if not last or _END.search(last) or _LAID_OUT.match(last) or _TAGGED.search(last):
        return ""
    detail = f"the last sentence has no end: {last[-20:]!r}"
    if len(lines) == 1:
        return detail if not _ITEM.match(last) and _is_statement(last) else ""
    ended = any(_END.search(line) for line in lines[:-1])
    joins = _CONNECTIVE.match(last) and not re.search(r"[\d=$:：]", last[-12:])
    if ended and joins and not last[-1:].isdigit():
        return detail
    return detail if _breaks_off(last, lines) else ""


def _breaks_off(last: str, lines: list[str]) -> bool:
    """Whether a last line has no end where the running lines before it mostly have one."""
    if _ITEM.match(last) or re.search(r"[:：=|\d]", last) or _is_letter(lines):
        return False
    running = [line for line in lines[:-1] if _is_running(line) and not _ITEM.match(line)]
    ended = sum(bool(_STOPS.search(line)) for line in running)
    if not running or ended < len(running) * 0.6 or last[-1:] in tuple(")）]】}|$%'\"”’>"):
        return False
    parts = last.split()
    return len(parts) >= 4 and parts[1].islower() if last.isascii() else len(last) >= 6


def _is_statement(line: str) -> bool:
    """Whether a line says something, and is no name, list or heading."""
    if line[-1:] in tuple(")）]】}|$%'\"”’>") or line[-1:].isdigit():
        return False
    if line.isascii():
        parts = line.split()
        small = sum(part.islower() for part in parts)
        return (
            line[:1].isupper()
            and len(parts) >= 6
            and small >= 0.7 * len(parts)
            and not _FINITE.isdisjoint(parts)
        )
    pieces = re.split("[，,；;、]", line)
    return len(pieces) > 1 and max(map(len, pieces)) >= 8 and bool(_VERBAL.search(line))


def _is_closing(line: str) -> bool:
    line = line.rstrip(",，").casefold()
    return len(line) <= 24 and any(line.endswith(word) for word in words("closings"))


def _dangles(line: str) -> bool:
    if not line[-1:].isascii():
        return len(line) > 12 and line.endswith(words("dangling", "zh"))
    parts = line.rsplit(None, 1)
    return len(parts) == 2 and len(line) > 20 and parts[1] in words("dangling", "en")


def _half_sentence(lines: list[str]) -> str:
    """The last line has no end, and the others, or the sentences before it, have one."""
    last = lines[-1]
    detail = f"the last sentence has no end: {last.strip()[-20:]!r}"
    tail = _tail(last)
    if tail is not None:
        return detail if _is_sentence(tail, within=True) or _is_odd_end(tail, lines) else ""
    kind = bool(_ITEM.match(last))
    others = [line for line in lines[:-1] if _is_running(line) and bool(_ITEM.match(line)) == kind]
    if kind and len(others) < (1 if _is_long(last) and _NUMBERED.match(last) else 2):
        return ""
    ended = [line for line in others if _END.search(line) or line.rstrip()[-1] in ":："]
    if not others or len(ended) < len(others):
        return ""
    short = not (kind or _is_letter(lines)) and _is_stump(last)
    return detail if short or _is_sentence(last, within=kind) else ""


def _is_odd_end(tail: str, lines: list[str]) -> bool:
    """A word or two after a full stop, where nobody signs."""
    bare = tail.strip()
    return bare.isascii() and bare.replace(" ", "").isalpha() and not _is_letter(lines)


def _is_long(line: str) -> bool:
    return len(line.split()) > 6 if line.isascii() else len(line) > 12


def _is_letter(lines: list[str]) -> bool:
    """Whether a signature may be what stands last."""
    heads = [line.strip().casefold() for line in lines]
    return any(_is_closing(line) or line.startswith(words("greetings")) for line in heads)


def _is_stump(line: str) -> bool:
    """What is left of a line that breaks off at its beginning, and is no result and no name."""
    bare = line.strip()
    if re.search(r"[\d:：=—–\-(（*|]", bare) or not bare.isalpha():
        return False
    return len(bare) <= 2 if bare.isascii() else len(bare) <= 3 and bool(_VERBAL.search(bare))


def _tail(line: str) -> str | None:
    """What follows the last full stop within the line."""
    stops = list(_STOP.finditer(line))
    return line[stops[-1].end() :] if stops else None


def _is_running(line: str) -> bool:
    return not _LAID_OUT.match(line) and len(line.split()) + len(line) / 6 > 4


def _is_sentence(line: str, *, within: bool) -> bool:
    """Whether a line that has no end should have one; a signature, a name or a date need not."""
    if (
        (_DATE.search(line) and len(line) < 24)
        or line.rstrip()[-1:] in tuple(")）]】`|$%")
        or _TAGGED.search(line)
        or not line.strip()
    ):
        return False
    if unicodedata.category(line.rstrip()[-1]) in ("So", "Sk", "Mn", "Sm", "Cf"):
        return False
    if line.isascii():
        parts = line.split()
        capital = sum(part[:1].isupper() or not part[:1].isalpha() for part in parts)
        return len(parts) >= (3 if within else 5) and capital <= len(parts) * 0.6
    return len(line.strip()) >= (2 if within else 8) and bool(within or _VERBAL.search(line))
