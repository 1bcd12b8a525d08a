"""Texts that were there before: near-duplicates, paraphrases by vectors, benchmark items.

`Index` holds texts, `SampleIndex` samples with their three fields; `Benchmark` finds what leaked.
"""

from .contamination import Benchmark, Item, Overlap
from .index import THRESHOLD, Index, Match, nearest_stored
from .sample_index import FIELDS, Fingerprints, SampleIndex, fingerprints
from .semantic import Embed, SemanticIndex
from .shingles import Fingerprint, fingerprint

__all__ = [
    "FIELDS",
    "THRESHOLD",
    "Benchmark",
    "Embed",
    "Fingerprint",
    "Fingerprints",
    "Index",
    "Item",
    "Match",
    "Overlap",
    "SampleIndex",
    "SemanticIndex",
    "fingerprint",
    "fingerprints",
    "nearest_stored",
]
