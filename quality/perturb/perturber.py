"""Typos in a text at a given rate, and the clean text back from the list of them.

A pure function of seed and text. Knows nothing of what is a typo (`kinds`) or may have none
(`protected`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from random import Random

from ...errors import InputError
from .kinds import KINDS, USUAL
from .protected import protected


@dataclass(frozen=True, slots=True)
class Edit:
    """One typo; `position` is where `after` begins in the text that has all of them."""

    position: int
    before: str
    after: str
    kind: str


@dataclass(frozen=True, slots=True)
class Perturbed:
    """A text with typos, and what they were, in order."""

    text: str
    edits: tuple[Edit, ...]


def perturbed(
    text: str, *, language: str, rate: float, seed: int, kinds: Sequence[str] = ()
) -> Perturbed:
    """The text with so many edits for each unprotected character; fewer if no more fit.

    `kinds` are all those usual in the language where none are named.
    """
    if not 0 <= rate <= 1:
        raise InputError(f"a rate of typos of {rate}", "give a share from 0 to 1")
    if not kinds and language not in USUAL:
        raise InputError(f'no typos for the language "{language}"', f"use one of {list(USUAL)}")
    names = tuple(kinds) or USUAL[language]
    for name in names:
        if name not in KINDS:
            raise InputError(f'no kind of typo "{name}"', f"use some of {list(KINDS)}")
    dice = Random(blake2b(f"{seed}\0{text}".encode("utf-8", "surrogatepass")).digest())
    spans = protected(text)
    unprotected = len(text) - sum(end - start for start, end in spans)
    wanted = int(rate * unprotected + dice.random())
    return _applied(text, _chosen(text, names, _free(text, spans), wanted, dice))


def restored(text: str, edits: Sequence[Edit]) -> str:
    """The text as it was before the edits."""
    parts, done = list[str](), 0
    for edit in edits:
        parts += (text[done : edit.position], edit.before)
        done = edit.position + len(edit.after)
    return "".join((*parts, text[done:]))


def _free(text: str, spans: Sequence[tuple[int, int]]) -> list[bool]:
    free = [True] * len(text)
    for start, end in spans:
        # A neighbour that is lost or moved could run two numbers or a number and a word together.
        for place in range(max(0, start - 1), min(len(text), end + 1)):
            free[place] = False
    return free


def _chosen(
    text: str, names: Sequence[str], free: list[bool], wanted: int, dice: Random
) -> dict[int, tuple[str, str, str]]:
    """Place to kind, before and after; no two touch the same character."""
    left, chosen = list(free), dict[int, tuple[str, str, str]]()
    places = [place for place, may in enumerate(free) if may]
    dice.shuffle(places)
    for place in places:
        if len(chosen) >= wanted:
            break
        for name in dice.sample(names, len(names)):
            options = [
                (before, after)
                for before, after in KINDS[name](text, place)
                if all(left[place : place + len(before)])
            ]
            if options:
                before, after = dice.choice(options)
                chosen[place] = name, before, after
                left[place : place + len(before)] = [False] * len(before)
                break
    return chosen


def _applied(text: str, chosen: dict[int, tuple[str, str, str]]) -> Perturbed:
    parts, edits, done, shift = list[str](), list[Edit](), 0, 0
    for place in sorted(chosen):
        kind, before, after = chosen[place]
        parts += (text[done:place], after)
        edits.append(Edit(place + shift, before, after, kind))
        done, shift = place + len(before), shift + len(after) - len(before)
    return Perturbed("".join((*parts, text[done:])), tuple(edits))
