"""Whether texts have one of the packaged words that show a value, in either Chinese script."""

from collections.abc import Iterable

from ...duplicates.normal import plain as simplified
from ..text import plain
from ..words import said


def shows(kind: str, texts: Iterable[str]) -> bool:
    """Whether one of the texts has one of the words."""
    pattern, texts = said(kind), list(texts)
    if any(pattern.search(plain(text)) for text in texts):
        return True
    # Only what would be refused is brought into simplified script, which takes longer.
    return any(not text.isascii() and pattern.search(simplified(text)) for text in texts)
