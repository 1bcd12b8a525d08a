"""Phrases that no clean sample needs: one list, shown to the agents and looked for by checks."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The list of both languages: a Chinese sample may well hold an English placeholder.

    All but `avoid` are in the form in which texts are compared.
    """

    openers: tuple[str, ...]
    """Ways to begin an answer that say nothing."""
    placeholders: tuple[str, ...]
    meta: tuple[str, ...]
    """Talk of being a model, or of the labels."""
    refusals: tuple[str, ...]
    announcements: tuple[str, ...]
    """What announces an answer and is none, if nothing else stands there."""
    avoid: tuple[str, ...]
    """What the agents are shown: the phrases of their own language."""


def comparable(text: str) -> str:
    """A text in the form in which phrases are compared: width, case, spaces, apostrophes."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _SPACE.sub(" ", plain)


@cache
def phrases(language: str) -> Phrases:
    """The packaged list, with `avoid` in that language."""
    text = (resources.files(__package__) / "phrases.yaml").read_text(encoding="utf-8")
    data: dict[str, dict[str, list[str]]] = yaml.safe_load(text)

    def both(kind: str) -> tuple[str, ...]:
        listed = (phrase for part in data[kind].values() for phrase in part)
        return tuple(comparable(phrase) for phrase in listed)

    def own() -> Iterator[str]:
        for kind in ("openers", "placeholders", "meta"):
            yield from data[kind][language]

    return Phrases(
        openers=both("openers"),
        placeholders=both("placeholders"),
        meta=both("meta"),
        refusals=both("refusals"),
        announcements=both("announcements"),
        avoid=tuple(own()),
    )
