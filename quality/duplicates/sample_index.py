"""Near-duplicates among samples, by instruction, by answer, and by both together.

Which parts count is for the caller to say: answers that are one of ten labels, or the reworded
instructions of one linked group, repeat each other on purpose. An answer of a word or two, such as
"yes", says nothing alone, and counts only together with its instruction. Knows nothing of messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .index import THRESHOLD, Index, Match
from .shingles import Fingerprint, fingerprint

FIELDS = ("instruction", "answer", "both")
LEAST = 20
"""Shingles, about characters, of an answer that counts alone."""
Fingerprints = Mapping[str, Fingerprint]
"""Field to the fingerprint of what it holds."""


def fingerprints(
    instruction: str,
    answer: str,
    *,
    instruction_template: Sequence[str] = (),
    answer_template: Sequence[str] = (),
) -> dict[str, Fingerprint]:
    """Of a sample without the fixed parts of its templates. An empty part has no shingles."""
    asked = fingerprint(instruction, instruction_template)
    said = fingerprint(answer, answer_template)
    alone = said if len(said.shingles) >= LEAST else Fingerprint(said.shingles[:0])
    return {"instruction": asked, "answer": alone, "both": asked | said}


class SampleIndex:
    """Samples, one index for each field that counts."""

    def __init__(self, threshold: float = THRESHOLD, fields: Sequence[str] = FIELDS) -> None:
        if not fields or not set(fields) <= set(FIELDS):
            raise ValueError(f"fields are some of {', '.join(FIELDS)}, not {list(fields)}")
        self._indexes = {field: Index(threshold) for field in fields}

    def nearest(self, own: Fingerprints) -> Match | None:
        """The most similar sample, with the field in which it is similar."""
        found = [
            replace(match, field=field)
            for field, index in self._indexes.items()
            if (match := index.nearest(own[field]))
        ]
        return min(found, key=lambda match: (-match.similarity, match.id), default=None)

    def add(self, ident: str, own: Fingerprints) -> None:
        """Hold a sample. Fields that do not count, or are not there, are passed over."""
        for field, index in self._indexes.items():
            if field in own:
                index.add(ident, own[field])

    def check_and_add(self, ident: str, own: Fingerprints) -> Match | None:
        """The most similar sample; where there is none, this one is held from now on."""
        found = self.nearest(own)
        if found is None:
            self.add(ident, own)
        return found
