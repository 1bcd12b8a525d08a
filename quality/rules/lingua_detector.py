"""The optional language detector. Importing it without `lingua` installed raises ImportError."""

from functools import cache
from typing import Any

import lingua  # type: ignore[import-not-found, unused-ignore]


@cache
def _detector() -> Any:
    return lingua.LanguageDetectorBuilder.from_all_languages().build()


def best_guess(text: str) -> tuple[str, float]:
    """The likeliest language as a two-letter code, and how sure the detector is."""
    best = _detector().compute_language_confidence_values(text)[0]
    return best.language.iso_code_639_1.name.lower(), best.value
