"""Rules on genre: mail, ticket, note, chat, by the frame of the asker's first message.

A form that is filled in has a frame of its own, so no genre is looked for in it.
"""

import re

from ..length import units
from ..rule import Limit, Sample, rule
from ..text import prose
from .asked import wanted
from .form import fields
from .signs import shows

_OPENS = re.compile(r"^[^\n]{1,60}[,，:：!！]\s*$")
_IDENTIFIER = re.compile(
    r"[#＃№]\s?\d|\b[vV]?\d+\.\d+|\d{3,}|\b[A-Za-z]{1,6}-\d+|[单编工]号|版本|本该|应当|应该|"
    r"\b(?:version|build|expected|should)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[。！？；!?]|[.;](?=\s|$)")
_PAUSE = re.compile(r"[,，。.;；、!！?？\n]+")
_CLAUSE = 9
"""Characters and words between two stops, up to which one speaks in fragments."""
_SIGNED = re.compile(r"[\u4e00-\u9fff]{2,6}|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}")
_DASHED = re.compile(
    r"(?m)^[ \t]*(?:[-–—•·*]|\d{1,2}[.)、])|[–—→/;；]|->|\s-\s|…|\bw/|\s\+\s|[+＋&]"
)


def _first(sample: Sample, genre: str) -> str:
    """The first message, where it is to be of the genre and has no other frame."""
    if wanted(sample, "genre") != genre or wanted(sample, "instruction_form") == "template":
        return ""
    return (
        ""
        if sample.opening or sample.parameters
        else next((text for _, text in sample.said("user")), "")
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _greets(text: str) -> bool:
    """Whether one of the first lines addresses somebody."""
    return any(_OPENS.match(line) or shows("salutations", [line[:40]]) for line in _lines(text)[:3])


def _signs_off(text: str) -> bool:
    """Whether a name, or words that close a letter, stand at the end."""
    lines = _lines(text)
    ends = "\n".join(lines[-5:])[-120:]
    return any(map(_is_name, lines[1:][-3:])) or shows("signatures", [ends])


def _is_name(line: str) -> bool:
    """Whether a line is a name, as far as its length and signs go."""
    return (
        units(line) <= 9
        and len(line) <= 40
        and not _STOP.search(line.rstrip("."))
        and any(char.isalpha() for char in line)
    )


@rule("no_email", family="axes")
def no_email(sample: Sample, limit: Limit) -> str:
    """Mail has a salutation, and a name or a close at the end; so has, of one, its reply."""
    text = _first(sample, "email")
    if not text:
        return ""
    if not _greets(text):
        return "a mail without a salutation"
    if not _signs_off(text):
        return "a mail without a name at the end"
    reply = next((answer for _, answer, _ in sample.answers()), "")
    if reply and not _greets(reply) and not _signs_off(reply):
        return "a reply to a mail without salutation and close"
    return ""


@rule("no_ticket", family="axes")
def no_ticket(sample: Sample, limit: Limit) -> str:
    """A ticket is in short fields or lines, or names what number or version it concerns."""
    text = _first(sample, "ticket")
    if not text or fields(text) >= 2 or len(_lines(text)) >= 3 or _IDENTIFIER.search(text):
        return ""
    return "a ticket without fields, lines or a number that it concerns"


@rule("no_note", family="axes", threshold=40)
def no_note(sample: Sample, limit: Limit) -> str:
    """A note is in lines or fragments. Threshold: characters and words that may do without."""
    bare = prose(_first(sample, "note"))
    length = units(bare)
    if length <= limit.number or len(_lines(bare)) >= 3 or _DASHED.search(bare):
        return ""
    clauses = sum(1 for clause in _PAUSE.split(bare) if clause.strip())
    return "" if length <= _CLAUSE * clauses else "a note in one piece, without dashes or lines"


@rule("no_chat", family="axes")
def no_chat(sample: Sample, limit: Limit) -> str:
    """A chat message is not framed like a letter, with salutation and signature."""
    text = _first(sample, "chat")
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    if len(blocks) < 3 or units(blocks[0]) > 12 or not _greets(blocks[0]):
        return ""
    last = _lines(blocks[-1])[-1]
    if _SIGNED.fullmatch(last) or shows("signatures", [blocks[-1]]):
        return "a chat message with salutation and signature"
    return ""
