"""Rules on the asker's tone, by words that it hardly does without. Neutral is not seen by rule."""

import re

from ..length import units
from ..rule import Limit, Sample, rule
from ..text import prose
from .asked import wanted
from .signs import shows

_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]|[:;]-?[)D]|[~～❤]")
_MATERIAL = re.compile(
    r"“[^“”]{20,}”|「[^「」]{20,}」|\"[^\"]{20,}\"|[:：]\s*\n.*\Z|[:：][^\n]{100,}", re.DOTALL
)
_EXCLAIMS = re.compile(r"[!！]")


def _has(sample: Sample, tone: str) -> bool:
    # A template of the user's speaks as it was written, whatever tone was planned.
    return wanted(sample, "tone") == tone and not (sample.opening or sample.parameters)


def _say(sample: Sample, kind: str, *more: re.Pattern[str]) -> bool:
    """Whether the asker says one of the words, or what else would do."""
    texts = [text for _, text in sample.said("user")]
    return any(p.search(text) for p in more for text in texts) or shows(kind, texts)


@rule("not_terse", family="axes", threshold=200)
def not_terse(sample: Sample, limit: Limit) -> str:
    """A terse asker spends few words, and none on ceremony. Threshold: length of a message."""
    if not _has(sample, "terse"):
        return ""
    if _say(sample, "ceremony"):
        return "words of ceremony"
    spent = [units(_own(text)) for _, text in sample.said("user")]
    # An English word says as much as a character and a quarter.
    share = 1.0 if sample.language == "zh" else 1.25
    mean = share * sum(spent) / max(len(spent), 1)
    return f"{mean:.0f} characters and words a message" if mean > limit.number else ""


def _own(text: str) -> str:
    """What the asker says, without code, quotes, and what a colon brings to be worked on."""
    return _MATERIAL.sub("", prose(text))


@rule("not_impatient", family="axes", on=False)
def not_impatient(sample: Sample, limit: Limit) -> str:
    """An impatient asker presses, or speaks of a deadline or of effort in vain.

    Off: there are more ways to press than words for it.
    """
    if not _has(sample, "impatient") or _say(sample, "pressing", _EXCLAIMS):
        return ""
    return "nothing that presses, no deadline, no effort in vain"


@rule("not_warm", family="axes", on=False)
def not_warm(sample: Sample, limit: Limit) -> str:
    """A warm asker greets, thanks, or has a friendly word. Off: a personal word may be any."""
    if not _has(sample, "warm") or _say(sample, "friendly", _EMOJI, _EXCLAIMS):
        return ""
    return "no greeting, thanks or friendly word"


@rule("no_courtesy", family="axes", languages=("zh",))
def no_courtesy(sample: Sample, limit: Limit) -> str:
    """A formal asker has a form of address or of request; Chinese has words for it."""
    return "no word of courtesy" if _has(sample, "formal") and not _say(sample, "courteous") else ""


@rule("slang", family="axes")
def slang(sample: Sample, limit: Limit) -> str:
    """A formal asker uses no slang."""
    return "slang" if _has(sample, "formal") and _say(sample, "slang") else ""
