"""Rules on the form of instructions: a template that is filled in, slips of the keyboard.

A paraphrase and a change of style show only beside the text that they were made from.
"""

import re

from ..rule import Limit, Sample, rule
from ..text import plain, prose
from ..words import said
from .asked import wanted

_FIELD = re.compile(
    r"(?:^|[\n;；|｜，,。]|(?<=\.)[ ]|(?<=\S)[ ]{2,}|[ ](?=[(（]?\d[)）.、]))"
    r"[ \t>*#•·\-\d.、()（）]{0,8}"
    r"(?:[\u4e00-\u9fff][\w\u4e00-\u9fff /（）()*、]{0,11}|[A-Za-z][\w'’/&() *.-]{0,35})"
    r"[ \t*_]{0,3}[:：=＝|｜][ \t*_]*\n?[ \t>*•·-]{0,4}(?=[^\s:：])"
)
_LINE = re.compile(r"(?m)^.*\S")
_BAR = re.compile(r"[|｜/;；\t]")
_BRACKETED = re.compile(
    r"【[^】\n]{1,40}】|\[[^\]\n]{2,40}\](?!\()|「[^」\n]{1,40}」|^#{1,4} \S[^\n]{0,30}\n+\S"
    r"|^\*\*[^*\n]{1,40}\*\*|(?:^| )\([A-Z][^()\n]{1,20}\) \S", re.MULTILINE
)  # fmt: skip
_SLIP = re.compile(
    r"([\u4e00-\u9fff])\1(?![\u4e00-\u9fff]\1)|[\u4e00-\u9fff]{26}|\b(\w{2,}) \2\b"
    r"|(?<![\w.])i(?=[ '’])|(?:^|[.!?] )[a-z]|[,，.。]{2}|\w[ ][,.?!]|[,;][A-Za-z]"
    r"|[a-z][A-Z]|[A-Za-z]{3,}[,.][A-Za-z]",
    re.MULTILINE,
)  # fmt: skip


def fields(text: str) -> int:
    """Headings with something behind them."""
    bare = prose(text)
    return len(_FIELD.findall(bare)) + len(_BRACKETED.findall(bare))


@rule("no_template", family="axes", threshold=2)
def no_template(sample: Sample, limit: Limit) -> str:
    """A filled-in template has headings with entries. Threshold: the fewest.

    A template of the user's own may be a sentence with slots, and is seen to where it is filled.
    """
    if wanted(sample, "instruction_form") != "template" or sample.opening or sample.parameters:
        return ""
    first = next((text for _, text in sample.said("user")), "")
    found = fields(first)
    # Entries may stand without headings, each in a line or behind a bar.
    entries = max(len(_LINE.findall(first)) - 1, len(_BAR.findall(first)))
    if max(found, entries) >= limit.number:
        return ""
    return f"{found} headings with entries in the first message"


@rule("no_slip", family="axes", on=False)
def no_slip(sample: Sample, limit: Limit) -> str:
    """Requests with noise show a slip of the keyboard. Sees few kinds, and is off for that."""
    if wanted(sample, "instruction_form") != "noise":
        return ""
    slips = said("slips")
    for _, text in sample.said("user"):
        if _SLIP.search(text) or slips.search(plain(text)):
            return ""
    return "no slip in any message of the asker"
