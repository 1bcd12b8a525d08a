"""The packaged words that rules look for, by language. Knows no rule."""

import re
from functools import cache
from importlib import resources

import yaml

from ..phrases import comparable


@cache
def _listed() -> dict[str, dict[str, list[str]]]:
    text = (resources.files(__package__) / "words.yaml").read_text(encoding="utf-8")
    data: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return data


@cache
def words(kind: str, language: str = "") -> tuple[str, ...]:
    """The words of a kind, of one language or of all, in the form in which texts are compared."""
    parts = _listed()[kind]
    chosen = [parts[language]] if language else list(parts.values())
    return tuple(comparable(word) for part in chosen for word in part)


@cache
def said(kind: str) -> re.Pattern[str]:
    """One of the words of a kind, in a text in that form; a Latin word stands by itself."""
    listed = sorted(words(kind), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in listed if word[0].isascii() and word[0].isalpha())
    other = [re.escape(word) for word in listed if not (word[0].isascii() and word[0].isalpha())]
    return re.compile("|".join([rf"(?<![a-z])(?:{latin})(?![a-z])", *other]))
