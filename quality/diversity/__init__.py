"""How unlike each other texts are: by words, by what compresses, by vectors, by tags."""

from .baseline import collapsed
from .measures import beginning, distinct, lzma_ratio, self_bleu, self_repetition, tokens
from .spread import tag_entropy, vendi
from .watch import Reading, Watch

__all__ = [
    "Reading",
    "Watch",
    "beginning",
    "collapsed",
    "distinct",
    "lzma_ratio",
    "self_bleu",
    "self_repetition",
    "tag_entropy",
    "tokens",
    "vendi",
]
