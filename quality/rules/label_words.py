"""Rules on words: labels that the request recites, words that must or must not stand."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ..phrases import comparable
from .rule import Limit, Sample, Spot, rule
from .text import plain

_KINDS_ZH = "语气|口吻|风格|语调|文体|文风|难度|级别|角色|深度|标签|类别|分类"
_KINDS_EN = "tone|style|voice|register|genre|difficulty|level|role|depth|label|category"


@lru_cache(maxsize=512)
def _announced(word: str) -> re.Pattern[str]:
    """A label that is announced and not shown: «请用正式语气», «in a formal tone»."""
    named = re.escape(word)
    return re.compile(
        rf"""(?:{_KINDS_ZH})\s*(?:是|为|[:：=])\s*["“「]?(?:{named})
        | (?:{named})["”」]?\s*的?(?:{_KINDS_ZH})
        | \b(?:{_KINDS_EN})\s*(?:is|[:=])\s*["“]?(?:{named})\b
        | \b(?:{named})["”]?[ ](?:and[ ]\w+[ ])?(?:{_KINDS_EN})\b
        | (?:这是|属于)一?[个条类种]?["“「]?(?:{named})["”」]?类?的?(?:问题|请求|任务|样本)""",
        re.VERBOSE,
    )


@rule("label_named")
def label_named(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Requests show their labels and do not name them."""
    named = [*sample.labels.values(), *sample.label_words]
    listed = tuple(dict.fromkeys(comparable(word).strip() for word in named if word.strip()))
    for where, text in sample.said("user") if listed else []:
        said = plain(text)
        # A pattern for each word: samples have too many combinations of them to keep one for each.
        matches = (_announced(word).search(said) for word in listed if word in said)
        if match := next(filter(None, matches), None):
            yield Spot(f"names a label: {match[0]!r}", where)


@rule("words_missing", takes=("words",))
def words_missing(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Each of `words` stands in some answer."""
    said = (
        comparable("\n".join(text for _, text in sample.said("assistant"))) if limit.words else ""
    )
    for word in limit.words:
        if comparable(word) not in said:
            yield Spot(f"no answer has {word!r}")


@rule("words_forbidden", takes=("words",))
def words_forbidden(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """None of `words` stands anywhere."""
    for where, text in sample.said("system", "user", "assistant") if limit.words else []:
        lower = comparable(text)
        for word in limit.words:
            if comparable(word) in lower:
                yield Spot(f"holds {word!r}", where)
