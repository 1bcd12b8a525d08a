"""The packaged words that rules look for, by language. Knows no rule."""

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
