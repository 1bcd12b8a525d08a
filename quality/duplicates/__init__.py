"""Texts that were there before: near-duplicates, paraphrases by vectors, benchmark items.

`Index` holds texts, `SampleIndex` samples with their three fields, `SemanticSamples` their vectors;
`Benchmark` finds what leaked.
"""

from .contamination import Benchmark, Item, Overlap
from .index import THRESHOLD, Index, Match, nearest_stored
from .sample_index import FIELDS, Fingerprints, SampleIndex, fingerprints
from .semantic import SemanticIndex, SemanticSamples
from .shingles import Fingerprint, fingerprint

__all__ = [
    "FIELDS",
    "THRESHOLD",
    "Benchmark",
    "Fingerprint",
    "Fingerprints",
    "Index",
    "Item",
    "Match",
    "Overlap",
    "SampleIndex",
    "SemanticIndex",
    "SemanticSamples",
    "fingerprint",
    "fingerprints",
    "nearest_stored",
]
